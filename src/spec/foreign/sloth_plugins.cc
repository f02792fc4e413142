// What to write instead of plugins of Sloth, which are Go code that is not run here.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "spec/foreign/foreign_form.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kLongestId = 120;
constexpr std::size_t kLongestOption = 500;
constexpr std::size_t kMaxPlugins = 64;

// An SLI of the usual kind: a counter, and the matchers of its bad events.
struct CommonPlugin {
  std::string_view id;  // behind sloth-common/
  std::string_view metric;
  std::string_view bad;
  std::array<std::pair<std::string_view, std::string_view>, 2> options = {};  // option, matcher
};

constexpr std::array<CommonPlugin, 8> kCommon = {
    {{"kubernetes/apiserver/availability", "apiserver_request_total", "code=~\"(5..|429)\""},
     {"kubernetes/nginx-ingress/availability", "nginx_ingress_controller_requests",
      "status=~\"(5..|429)\""},
     {"slok-go-http-metrics/availability", "http_request_duration_seconds_count",
      "code=~\"(5..|429)\""},
     {"coredns/availability", "coredns_dns_responses_total", "rcode=~\"SERVFAIL\""},
     {"linkerd/v2/availability", "response_total", "classification=\"failure\""},
     {"istio/v1/availability",
      "istio_requests_total",
      "response_code=~\"(5..|429)\"",
      {{{"service", "destination_service_name=\""},
        {"namespace", "destination_service_namespace=\""}}}},
     {"traefik/v1/availability",
      "traefik_backend_requests_total",
      "code=~\"(5..)\"",
      {{{"service_name_regex", "backend=~\""}}}},
     {"traefik/v2/availability",
      "traefik_service_requests_total",
      "code=~\"(5..)\"",
      {{{"service_name_regex", "service=~\""}}}}}};

// The text of an option, as far as it can stand in a message.
std::string OptionText(ObjectReader& options, std::string_view name) {
  if (!options.IsText(name)) return "";
  std::string text = options.Text(name, kLongestOption).value_or("");
  const auto outside = [](char c) { return c == '{' || c == '}' || c == ',' || c == ' '; };
  while (!text.empty() && outside(text.back())) text.pop_back();
  while (!text.empty() && outside(text.front())) text.erase(0, 1);
  return text;
}

std::string QueriesOf(const CommonPlugin& plugin, ObjectReader& options,
                      const std::string& error_query, const std::string& total_query) {
  std::string matchers = OptionText(options, "filter");
  for (const auto& [option, matcher] : plugin.options) {
    const std::string value = option.empty() ? "" : OptionText(options, option);
    if (value.empty()) continue;
    matchers += (matchers.empty() ? "" : ",") + std::string(matcher) + value + "\"";
  }
  const auto sum = [&](const std::string& all) {
    return "'sum(rate(" + std::string(plugin.metric) + (all.empty() ? "" : "{" + all + "}") +
           "[{{.window}}]))'";
  };
  return "write events: {" + error_query + ": " +
         sum(matchers + (matchers.empty() ? "" : ",") + std::string(plugin.bad)) + ", " +
         total_query + ": " + sum(matchers) + "}";
}

// What is known of the plugins for rules, which are chained.
struct RulePlugin {
  std::string_view word;  // in its id
  std::string_view instead;
};
constexpr std::array<RulePlugin, 9> kOfRules = {
    {{"error_budget_exhausted_alert",
      "remove it; write an alert on slo:period_error_budget_remaining:ratio <= 0"},
     {"alert_for", "remove it; the short window of each burn rate does its work"},
     {"denominator_corrected",
      "remove it; budgets are sums of events here, so quiet hours weigh "
      "no more than they have events"},
     {"sli_total_amount", "remove it; slo:period_total:events is recorded anyway"},
     {"info_labels", "remove it; give labels of the SLO or --extra-labels"},
     {"remove_labels", "remove it; take the labels out of the SLO"},
     {"rule_intervals", "remove it; give evaluation_interval of Prometheus"},
     {"validate", "remove it; gate validate checks the file"},
     {"debug", "remove it"}}};

}  // namespace

void RefuseSliPlugin(ObjectReader& sli, const std::string& error_query,
                     const std::string& total_query) {
  ObjectReader plugin = sli.Child("plugin");
  const std::string id = plugin.IsText("id") ? plugin.Text("id", kLongestId).value_or("") : "";
  std::string fix =
      "give events with the two queries that it makes: run sloth generate, and take "
      "the expression of slo:sli_error:ratio_rate5m with [{{.window}}] for [5m]";
  constexpr std::string_view kOfCommon = "sloth-common/";
  for (const CommonPlugin& common : kCommon) {
    if (!id.starts_with(kOfCommon) || id.substr(kOfCommon.size()) != common.id) continue;
    ObjectReader options = plugin.Child("options");
    fix = QueriesOf(common, options, error_query, total_query);
  }
  sli.Report("plugin",
             (id.empty() ? "" : "'" + id + "' ") +
                 std::string("has no equivalent: SLI plugins are code of Sloth's own"),
             std::move(fix));
}

void RefuseRulePlugins(ObjectReader& owner, const char* field) {
  if (!owner.Has(field)) return;
  constexpr const char* kMessage = "has no equivalent: plugins are code of Sloth's own";
  constexpr const char* kFix = "remove it; slogate generates its rules itself";
  ObjectReader plugins = owner.Child(field);
  if (!plugins.Has("chain")) return owner.Report(field, kMessage, kFix);
  plugins.Each("chain", {0, kMaxPlugins}, [](ObjectReader& plugin, std::size_t) {
    const std::string id = plugin.Text("id", kLongestId).value_or("");
    const auto known = std::ranges::find_if(
        kOfRules, [&](const RulePlugin& one) { return id.find(one.word) != std::string::npos; });
    plugin.Report("", (id.empty() ? "" : "'" + id + "' ") + kMessage,
                  known == kOfRules.end() ? kFix : std::string(known->instead));
  });
}

}  // namespace slogate::spec

#include <array>
#include <string>

#include "lint/checks.h"
#include "spec/selector_text.h"

namespace slogate::lint {
namespace {

// Names that every service exports.
constexpr std::array<std::string_view, 10> kShared = {"http_",   "grpc_",   "istio_", "envoy_",
                                                      "nginx_",  "gin_",    "flask_", "rpc_",
                                                      "django_", "traefik_"};

bool IsShared(std::string_view metric) {
  for (const std::string_view prefix : kShared) {
    if (metric.starts_with(prefix)) return true;
  }
  return false;
}

bool IsPattern(const core::LabelMatcher& matcher) {
  return matcher.op == core::LabelMatcher::Op::kMatch ||
         matcher.op == core::LabelMatcher::Op::kNotMatch;
}

void CheckPatterns(const core::Selector& selector, const std::string& field, Report& report) {
  for (const core::LabelMatcher& matcher : selector.matchers) {
    if (!IsPattern(matcher)) continue;
    const std::string text = spec::ToText(std::vector{matcher});
    if (matcher.value == ".*" || matcher.value == ".+") {
      report.Add("regex-wide", field, text + " matches every value, one by one",
                 matcher.value == ".*" ? "leave it out"
                                       : "write " + matcher.name + "!=\"\", or leave it out");
    } else if (matcher.value.starts_with(".*") || matcher.value.starts_with(".+")) {
      report.Add("regex-wide", field,
                 text + " begins with a wildcard, so every value of " + matcher.name + " is tried",
                 "name the values, or what they begin with");
    }
  }
}

// Only `le` and the like narrow nothing down to a service.
bool NamesAService(const core::Selector& selector) {
  for (const core::LabelMatcher& matcher : selector.matchers) {
    const bool outcome = matcher.name == "le" || matcher.name.find("code") != std::string::npos ||
                         matcher.name.find("status") != std::string::npos;
    if (!outcome) return true;
  }
  return false;
}

}  // namespace

void CheckCost(const Subject& subject, Report& report) {
  if (!subject.events) return;
  const std::string field = subject.field + ".indicator";
  for (const PromqlText* text : {&subject.events->total, &subject.events->part}) {
    for (const SeriesUse& use : text->uses) {
      CheckPatterns(use.selector, field, report);
      if (use.selector.metric.empty()) {
        report.Add("regex-wide", field, "a selector without a metric looks through all series",
                   "write the metric's name before the brace");
      }
      if (!IsShared(use.selector.metric) || NamesAService(use.selector)) continue;
      report.Add("no-matcher", field,
                 use.selector.metric +
                     " is a name that many services export, and no matcher says whose it is: it "
                     "counts everybody's events and reads everybody's series",
                 "add a matcher such as job=\"" +
                     (subject.slo.service.empty() ? "my-service" : subject.slo.service) + "\"");
    }
  }
}

}  // namespace slogate::lint

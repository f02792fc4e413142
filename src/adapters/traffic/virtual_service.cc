#include <optional>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/workload/service_host.h"
#include "adapters/traffic/router_table.h"
#include "adapters/traffic/weighted_router.h"

namespace slogate::adapters::traffic {

using kubernetes::Field;
using kubernetes::FullHost;
using kubernetes::NumberField;
using kubernetes::TextField;
using nlohmann::json;

namespace {

Side OfService(const std::string& service, const std::string& ns) {
  return {service, [=](const json& route) -> std::optional<Identity> {
            const std::string host = TextField(route, {"destination", "host"});
            if (!kubernetes::IsHostOf(host, service, ns)) return std::nullopt;
            return Identity{{"/destination/host", host}};
          }};
}

Side OfSubset(const std::string& host, const std::string& subset, const std::string& ns) {
  return {"subset " + subset + " of " + host, [=](const json& route) -> std::optional<Identity> {
            const std::string own = TextField(route, {"destination", "host"});
            if (FullHost(own, ns) != FullHost(host, ns) ||
                TextField(route, {"destination", "subset"}) != subset) {
              return std::nullopt;
            }
            return Identity{{"/destination/host", own}, {"/destination/subset", subset}};
          }};
}

// Istio writes the generation it has seen as a number or, as protobuf does, as text.
bool IsStatusOfThisGeneration(const json& object) {
  const std::int64_t generation = NumberField(object, {"metadata", "generation"});
  const json& seen = Field(object, {"status", "observedGeneration"});
  return seen.is_string() ? seen == std::to_string(generation)
                          : NumberField(object, {"status", "observedGeneration"}, -1) == generation;
}

// Of the validation messages, the one that is an error; null when there is none.
const json& ErrorIn(const json& object) {
  static const json kNone;
  for (const json& message : kubernetes::ListField(object, {"status", "validationMessages"})) {
    if (TextField(message, {"level"}) == "ERROR") return message;
  }
  return kNone;
}

// Of two Services, or of two subsets of one host. An absent weight beside others is 0.
Pairs PairsOfVirtualService(const json& object, const std::string& ns, const core::Route& route) {
  static const std::vector<RuleList> kRules = {
      {"/spec/http", "http rule", "route", "destination", 0},
      {"/spec/tls", "tls rule", "route", "destination", 0},
      {"/spec/tcp", "tcp rule", "route", "destination", 0}};
  if (route.host.empty()) {
    return FindPairs(object, kRules, route.rule_names, OfService(route.canary_service, ns),
                     OfService(route.baseline_service, ns), route.except_rules);
  }
  return FindPairs(object, kRules, route.rule_names, OfSubset(route.host, route.canary_subset, ns),
                   OfSubset(route.host, route.baseline_subset, ns), route.except_rules);
}

// Accepted unless Istio says that it is not, since Istio need not say anything.
Acceptance AcceptanceByIstio(const json& object) {
  if (!IsStatusOfThisGeneration(object)) return {.accepted = true};
  constexpr std::size_t kLongest = 120;
  const json& reconciled =
      kubernetes::Condition(Field(object, {"status", "conditions"}), "Reconciled");
  if (TextField(reconciled, {"status"}) == "False") {
    return {.waits_for = "Istio says Reconciled is False: " +
                         http::Printable(TextField(reconciled, {"message"}), kLongest)};
  }
  const json& error = ErrorIn(object);
  if (error.is_null()) return {.accepted = true};
  return {.waits_for = "Istio finds an error in it, " +
                       http::Printable(TextField(error, {"type", "code"}), kLongest) +
                       "; see istioctl analyze"};
}

}  // namespace

std::unique_ptr<ports::TrafficRouter> MakeVirtualServiceRouter(kubernetes::KubeClient& client) {
  return MakeWeightedRouter(
      client, {kubernetes::kVirtualServices, PairsOfVirtualService, AcceptanceByIstio});
}

}  // namespace slogate::adapters::traffic

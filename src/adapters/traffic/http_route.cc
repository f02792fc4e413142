#include <algorithm>
#include <optional>
#include <string>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/traffic/router_table.h"
#include "adapters/traffic/weighted_router.h"

namespace slogate::adapters::traffic {

using kubernetes::Field;
using kubernetes::NumberField;
using kubernetes::TextField;
using nlohmann::json;

namespace {

bool IsService(const json& backend, const std::string& service, const std::string& ns) {
  const json& group = Field(backend, {"group"});
  const json& kind = Field(backend, {"kind"});
  const json& other = Field(backend, {"namespace"});
  return TextField(backend, {"name"}) == service && (group.is_null() || group == "") &&
         (kind.is_null() || kind == "Service") && (other.is_null() || other == ns);
}

Side SideOf(const std::string& service, const std::string& ns) {
  return {service, [=](const json& backend) -> std::optional<Identity> {
            if (!IsService(backend, service, ns)) return std::nullopt;
            return Identity{{"/name", service}};
          }};
}

// A reference with what the API server or the controller may have filled in.
struct Parent {
  std::string group;
  std::string kind;
  std::string ns;
  std::string name;
  std::string section;
  std::int64_t port = 0;

  friend bool operator==(const Parent&, const Parent&) = default;
};

std::string TextOr(const json& object, std::string_view name, const std::string& fallback) {
  const json& value = Field(object, {name});
  return value.is_string() ? value.get<std::string>() : fallback;
}

Parent ParentOf(const json& reference, const std::string& route_namespace) {
  return {TextOr(reference, "group", "gateway.networking.k8s.io"),
          TextOr(reference, "kind", "Gateway"),
          TextOr(reference, "namespace", route_namespace),
          TextField(reference, {"name"}),
          TextField(reference, {"sectionName"}),
          NumberField(reference, {"port"})};
}

bool Names(const json& route, const json& reference) {
  const json& references = kubernetes::ListField(route, {"spec", "parentRefs"});
  const std::string ns = TextField(route, {"metadata", "namespace"});
  const Parent wanted = ParentOf(reference, ns);
  return references.empty() || std::ranges::any_of(references, [&](const json& candidate) {
           return ParentOf(candidate, ns) == wanted;
         });
}

bool IsTrue(const json& condition) { return TextField(condition, {"status"}) == "True"; }

bool TrueNow(const json& conditions, std::string_view type, std::int64_t generation) {
  const json& condition = kubernetes::Condition(conditions, type);
  return IsTrue(condition) && NumberField(condition, {"observedGeneration"}, -1) == generation;
}

// An absent weight is 1.
Pairs PairsOfHttpRoute(const json& object, const std::string& ns, const core::Route& route) {
  static const std::vector<RuleList> kRules = {
      {"/spec/rules", "rule", "backendRefs", "backendRef", 1}};
  return FindPairs(object, kRules, route.rule_names, SideOf(route.canary_service, ns),
                   SideOf(route.baseline_service, ns));
}

}  // namespace

bool AcceptedByItsParents(const json& route) {
  const std::int64_t generation = NumberField(route, {"metadata", "generation"});
  bool any = false;
  for (const json& parent : kubernetes::ListField(route, {"status", "parents"})) {
    const json& conditions = Field(parent, {"conditions"});
    if (!Names(route, Field(parent, {"parentRef"}))) continue;
    if (!IsTrue(kubernetes::Condition(conditions, "Accepted"))) continue;
    any = true;
    if (!TrueNow(conditions, "Accepted", generation)) return false;
    if (!TrueNow(conditions, "ResolvedRefs", generation)) return false;
  }
  return any;
}

std::unique_ptr<ports::TrafficRouter> MakeHttpRouteRouter(kubernetes::KubeClient& client) {
  return MakeWeightedRouter(client,
                            {kubernetes::kHttpRoutes, PairsOfHttpRoute, AcceptedByItsParents});
}

}  // namespace slogate::adapters::traffic

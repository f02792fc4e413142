#include <algorithm>
#include <optional>
#include <string>

#include "adapters/http/printable.h"
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

constexpr std::size_t kLongestWord = 120;

// What a condition says, such as "Accepted is False, NoMatchingParent: no listener".
std::string Says(const json& conditions, const std::string& type) {
  const json& condition = kubernetes::Condition(conditions, type);
  const std::string status = TextField(condition, {"status"});
  if (status.empty()) return "has not written " + type;
  const std::string message = TextField(condition, {"message"});
  return "says " + type + " is " + http::Printable(status, kLongestWord) + ", " +
         http::Printable(TextField(condition, {"reason"}), kLongestWord) +
         (message.empty() ? "" : ": " + http::Printable(message, kLongestWord));
}

// "Gateway edge/public".
std::string Called(const json& reference, const std::string& route_namespace) {
  const Parent parent = ParentOf(reference, route_namespace);
  const std::string ns = parent.ns == route_namespace ? "" : parent.ns + "/";
  return http::Printable(parent.kind + " " + ns + parent.name +
                             (parent.section.empty() ? "" : " listener " + parent.section),
                         kLongestWord);
}

// What a parent that accepts the route lacks for this generation; empty: nothing. `unversioned`:
// one of its conditions does not say which generation it is of.
std::string Lacks(const json& conditions, std::int64_t generation, bool& unversioned) {
  for (const char* const type : {"Accepted", "ResolvedRefs"}) {
    const json& condition = kubernetes::Condition(conditions, type);
    if (!IsTrue(condition)) return Says(conditions, type);
    const std::int64_t seen = NumberField(condition, {"observedGeneration"});
    if (seen == generation) continue;
    if (seen != 0) {
      return "has accepted generation " + std::to_string(seen) + ", not yet " +
             std::to_string(generation);
    }
    unversioned = true;
  }
  return "";
}

// An absent weight is 1.
Pairs PairsOfGatewayRoute(const json& object, const std::string& ns, const core::Route& route) {
  static const std::vector<RuleList> kRules = {
      {"/spec/rules", "rule", "backendRefs", "backendRef", 1}};
  return FindPairs(object, kRules, route.rule_names, SideOf(route.canary_service, ns),
                   SideOf(route.baseline_service, ns), route.except_rules);
}

}  // namespace

Acceptance AcceptanceByParents(const json& route) {
  const std::int64_t generation = NumberField(route, {"metadata", "generation"});
  const std::string ns = TextField(route, {"metadata", "namespace"});
  Acceptance acceptance;
  std::string refusing;
  for (const json& parent : kubernetes::ListField(route, {"status", "parents"})) {
    const json& conditions = Field(parent, {"conditions"});
    const json& reference = Field(parent, {"parentRef"});
    if (!Names(route, reference)) continue;
    if (!IsTrue(kubernetes::Condition(conditions, "Accepted"))) {
      refusing = Called(reference, ns) + " " + Says(conditions, "Accepted");
      continue;
    }
    bool unversioned = false;
    if (const std::string lacks = Lacks(conditions, generation, unversioned); !lacks.empty()) {
      return {.waits_for = Called(reference, ns) + " " + lacks};
    }
    acceptance.accepted = true;
    if (unversioned) acceptance.unversioned = Called(reference, ns);
  }
  if (acceptance.accepted) return acceptance;
  return {.waits_for = refusing.empty()
                           ? "no parent has written a status; check its parentRefs, and "
                             "that the Gateway's controller runs"
                           : refusing};
}

std::unique_ptr<ports::TrafficRouter> MakeHttpRouteRouter(kubernetes::KubeClient& client) {
  return MakeWeightedRouter(client,
                            {kubernetes::kHttpRoutes, PairsOfGatewayRoute, AcceptanceByParents});
}

std::unique_ptr<ports::TrafficRouter> MakeGrpcRouteRouter(kubernetes::KubeClient& client) {
  return MakeWeightedRouter(client,
                            {kubernetes::kGrpcRoutes, PairsOfGatewayRoute, AcceptanceByParents});
}

}  // namespace slogate::adapters::traffic

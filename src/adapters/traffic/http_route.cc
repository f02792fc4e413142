#include "adapters/traffic/http_route.h"

#include <optional>

#include "adapters/kubernetes/client/object_fields.h"
#include "adapters/traffic/acceptance.h"

namespace slogate::adapters::traffic {

using kubernetes::Field;
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

}  // namespace

Pairs HttpRouteRouter::PairsIn(const json& object, const std::string& ns,
                               const core::Route& route) const {
  static const std::vector<RuleList> kRules = {
      {"/spec/rules", "rule", "backendRefs", "backendRef", 1}};
  return FindPairs(object, kRules, route.rule_names, SideOf(route.canary_service, ns),
                   SideOf(route.baseline_service, ns));
}

bool HttpRouteRouter::IsAccepted(const json& object) const { return AcceptedByItsParents(object); }

}  // namespace slogate::adapters::traffic

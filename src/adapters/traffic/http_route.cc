#include "adapters/traffic/http_route.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "adapters/traffic/acceptance.h"
#include "adapters/traffic/weight_pair.h"

namespace slogate::adapters::traffic {

using kubernetes::Field;
using kubernetes::NumberField;
using kubernetes::TextField;
using nlohmann::json;

namespace {

constexpr std::int64_t kLargestWeight = 1'000'000;

// The pairs that can be moved, and why not all that should, with the mend.
struct Pairs {
  std::vector<WeightPair> pairs;
  std::string problem;
};

bool IsService(const json& backend, const std::string& service, const std::string& ns) {
  const json& group = Field(backend, {"group"});
  const json& kind = Field(backend, {"kind"});
  const json& other = Field(backend, {"namespace"});
  return TextField(backend, {"name"}) == service && (group.is_null() || group == "") &&
         (kind.is_null() || kind == "Service") && (other.is_null() || other == ns);
}

// The backend in the rule that is `service`; absent when there is none. A second one, or a weight
// that is not a number, is a problem.
std::optional<BackendWeight> FindBackend(const json& rule, const std::string& service,
                                         const std::string& ns, std::string& problem) {
  std::optional<BackendWeight> found;
  const json& backends = Field(rule, {"backendRefs"});
  if (!backends.is_array()) return found;
  for (std::size_t index = 0; index < backends.size(); ++index) {
    if (!IsService(backends[index], service, ns)) continue;
    if (found) problem = "names Service " + service + " twice; keep one backendRef of it in a rule";
    const json& weight = Field(backends[index], {"weight"});
    const std::int64_t value = weight.is_null() ? 1 : NumberField(backends[index], {"weight"}, -1);
    if (value < 0 || value > kLargestWeight) {
      problem = "has a weight for Service " + service + " that is not between 0 and 1000000; " +
                "correct it";
    }
    found = BackendWeight{index, value, !weight.is_null()};
  }
  return found;
}

Pairs FindPairs(const json& object, const std::string& ns, const core::Route& route) {
  Pairs result;
  std::vector<std::string> missing = route.rule_names;
  const json& rules = Field(object, {"spec", "rules"});
  for (std::size_t index = 0; rules.is_array() && index < rules.size(); ++index) {
    const std::string name = TextField(rules[index], {"name"});
    const auto wanted = std::find(route.rule_names.begin(), route.rule_names.end(), name);
    if (!route.rule_names.empty() && wanted == route.rule_names.end()) continue;
    std::string problem;
    const auto canary = FindBackend(rules[index], route.canary_service, ns, problem);
    const auto baseline = FindBackend(rules[index], route.baseline_service, ns, problem);
    if (!canary || !baseline) continue;
    std::erase(missing, name);
    if (problem.empty()) {
      result.pairs.push_back({index, *canary, *baseline});
    } else {
      result.problem = "rule " + std::to_string(index) + " " + problem;
    }
  }
  if (!result.problem.empty()) return result;
  if (!missing.empty()) {
    result.problem = "has no rule " + missing.front() + " that sends traffic to both " +
                     route.canary_service + " and " + route.baseline_service +
                     "; name it or add the missing backendRef";
  } else if (result.pairs.empty()) {
    result.problem = "has no rule that sends traffic to both " + route.canary_service + " and " +
                     route.baseline_service + "; add both to a rule's backendRefs";
  }
  return result;
}

json Operation(const char* op, const std::string& path, json value) {
  return {{"op", op}, {"path", path}, {"value", std::move(value)}};
}

void SetWeight(json& patch, const std::string& backends, const BackendWeight& backend,
               std::int64_t weight) {
  const std::string path = backends + std::to_string(backend.index) + "/weight";
  patch.push_back(Operation(backend.written ? "replace" : "add", path, weight));
}

json WeightPatch(const json& object, const core::Route& route, const std::vector<WeightPair>& pairs,
                 int canary_percent) {
  json patch = json::array({Operation("replace", "/metadata/resourceVersion",
                                      TextField(object, {"metadata", "resourceVersion"}))});
  for (const WeightPair& pair : pairs) {
    const std::string backends = "/spec/rules/" + std::to_string(pair.rule) + "/backendRefs/";
    const std::string canary = backends + std::to_string(pair.canary.index) + "/name";
    const std::string baseline = backends + std::to_string(pair.baseline.index) + "/name";
    patch.push_back(Operation("test", canary, route.canary_service));
    patch.push_back(Operation("test", baseline, route.baseline_service));
    const std::int64_t weight = CanaryWeight(pair, canary_percent).value_or(pair.canary.weight);
    SetWeight(patch, backends, pair.canary, weight);
    SetWeight(patch, backends, pair.baseline, pair.sum() - weight);
  }
  return patch;
}

std::string Called(const std::string& ns, const core::Route& route) {
  return "HTTPRoute " + ns + "/" + route.name;
}

}  // namespace

ports::Result<core::RouteView> HttpRouteRouter::Observe(const std::string& ns,
                                                        const core::Route& route,
                                                        const std::vector<core::Step>& steps) {
  core::RouteView view;
  view.name = route.name;
  const auto found = gateway_.Get(ns, route.name);
  if (!found) {
    if (found.error().code == ports::ErrorCode::kNotFound) return view;
    return tl::unexpected(found.error());
  }
  view.exists = true;
  view.accepted = AcceptedByItsParents(found->object);
  Pairs found_pairs = FindPairs(found->object, ns, route);
  if (found_pairs.problem.empty()) {
    found_pairs.problem = WhyNotExpressible(found_pairs.pairs, steps);
    view.canary_percent = CanaryPercent(found_pairs.pairs);
  }
  if (!found_pairs.problem.empty()) view.problem = Called(ns, route) + " " + found_pairs.problem;
  return view;
}

ports::Result<void> HttpRouteRouter::SetWeights(const std::string& ns, const core::Route& route,
                                                int canary_percent) {
  const auto found = gateway_.Get(ns, route.name);
  if (!found) return tl::unexpected(found.error());
  Pairs found_pairs = FindPairs(found->object, ns, route);
  if (found_pairs.problem.empty()) {
    found_pairs.problem = WhyNotExpressible(found_pairs.pairs, canary_percent);
  }
  const ports::Result<void> refused =
      found_pairs.problem.empty() ? ports::Result<void>()
                                  : ports::Fail(ports::ErrorCode::kInvalidArgument,
                                                Called(ns, route) + " " + found_pairs.problem);
  // A rule that cannot be moved must not keep traffic on a canary that is sent away from others.
  if (!refused && (canary_percent != 0 || found_pairs.pairs.empty())) return refused;
  if (CanaryPercent(found_pairs.pairs) == canary_percent) return refused;
  const auto patched = client_.JsonPatch(
      found->path, WeightPatch(found->object, route, found_pairs.pairs, canary_percent));
  if (patched) return refused;
  if (patched.error().code == ports::ErrorCode::kInvalidArgument) {
    // The API server checks `test` before the resource version, and says 422 for both a route that
    // has moved on and a patch that is wrong.
    const auto now = gateway_.Get(ns, route.name);
    if (now && Field(now->object, {"metadata", "resourceVersion"}) !=
                   Field(found->object, {"metadata", "resourceVersion"})) {
      return ports::Fail(ports::ErrorCode::kConflict, Called(ns, route) + " has moved on");
    }
  }
  return tl::unexpected(patched.error());
}

}  // namespace slogate::adapters::traffic

#include "adapters/traffic/weighted_router.h"

#include "adapters/traffic/weight_pair.h"

namespace slogate::adapters::traffic {

using nlohmann::json;

namespace {

void AddBackend(json& patch, const BackendWeight& backend) {
  for (const auto& [field, value] : backend.identity) {
    patch.push_back(Operation("test", backend.path + field, value));
  }
}

void SetWeight(json& patch, const BackendWeight& backend, std::int64_t weight) {
  patch.push_back(Operation(backend.written ? "replace" : "add", backend.path + "/weight", weight));
}

json WeightPatch(const json& object, const std::vector<WeightPair>& pairs, int canary_percent) {
  json patch = json::array({VersionGuard(object)});
  for (const WeightPair& pair : pairs) {
    AddBackend(patch, pair.canary);
    AddBackend(patch, pair.baseline);
    const std::int64_t weight = CanaryWeight(pair, canary_percent).value_or(pair.canary.weight);
    SetWeight(patch, pair.canary, weight);
    SetWeight(patch, pair.baseline, pair.sum() - weight);
  }
  return patch;
}

class WeightedRouter : public ports::TrafficRouter {
 public:
  WeightedRouter(kubernetes::KubeClient& client, const WeightedKind& kind)
      : client_(client), api_(client, kind.kind), kind_(kind) {}

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override {
    core::RouteView view;
    view.name = route.name;
    const auto found = api_.Get(ns, route.name);
    if (!found) {
      if (found.error().code == ports::ErrorCode::kNotFound) return view;
      return tl::unexpected(found.error());
    }
    view.exists = true;
    view.accepted = kind_.is_accepted(found->object);
    Pairs pairs = kind_.pairs_in(found->object, ns, route);
    if (pairs.problem.empty()) {
      pairs.problem = WhyNotExpressible(pairs.pairs, steps);
      view.canary_percent = CanaryPercent(pairs.pairs);
    }
    if (!pairs.problem.empty()) view.problem = api_.Called(ns, route.name) + " " + pairs.problem;
    return view;
  }

  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent) override {
    const auto found = api_.Get(ns, route.name);
    if (!found) return tl::unexpected(found.error());
    Pairs pairs = kind_.pairs_in(found->object, ns, route);
    if (pairs.problem.empty()) pairs.problem = WhyNotExpressible(pairs.pairs, canary_percent);
    const ports::Result<void> refused =
        pairs.problem.empty() ? ports::Result<void>()
                              : ports::Fail(ports::ErrorCode::kInvalidArgument,
                                            api_.Called(ns, route.name) + " " + pairs.problem);
    // A rule that cannot be moved must not keep traffic on a canary that is sent away from others.
    if (!refused && (canary_percent != 0 || pairs.pairs.empty())) return refused;
    if (CanaryPercent(pairs.pairs) == canary_percent) return refused;
    const auto patched = PatchUnlessMoved(client_, api_, *found, ns, route.name,
                                          WeightPatch(found->object, pairs.pairs, canary_percent));
    return patched ? refused : patched;
  }

 private:
  kubernetes::KubeClient& client_;
  kubernetes::RouteApi api_;
  const WeightedKind kind_;
};

}  // namespace

std::unique_ptr<ports::TrafficRouter> MakeWeightedRouter(kubernetes::KubeClient& client,
                                                         const WeightedKind& kind) {
  return std::make_unique<WeightedRouter>(client, kind);
}

}  // namespace slogate::adapters::traffic

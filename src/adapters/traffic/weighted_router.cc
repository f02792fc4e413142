#include "adapters/traffic/weighted_router.h"

#include <algorithm>
#include <numeric>

#include "adapters/http/printable.h"
#include "spec/text/units.h"

namespace slogate::adapters::traffic {

using kubernetes::Field;
using kubernetes::NumberField;
using kubernetes::TextField;
using nlohmann::json;

namespace {

constexpr std::int64_t kLargestWeight = 1'000'000;
// As the API server calls those that write with slogate's User-Agent.
constexpr const char* kFieldManager = "slogate";

const json& At(const json& object, std::string_view pointer) {
  static const json kNone;
  const json::json_pointer place{std::string(pointer)};
  return object.contains(place) ? object.at(place) : kNone;
}

std::optional<BackendWeight> FindBackend(const json& rule, const std::string& path,
                                         const RuleList& list, const Side& side,
                                         std::string& problem) {
  std::optional<BackendWeight> found;
  const json& backends = kubernetes::ListField(rule, {list.backends});
  for (std::size_t index = 0; index < backends.size(); ++index) {
    std::optional<Identity> identity = side.identify(backends[index]);
    if (!identity) continue;
    if (found) {
      problem = "names " + side.name + " twice; keep one " + std::string(list.backend) +
                " of it in a rule";
    }
    const json& weight = Field(backends[index], {"weight"});
    const std::int64_t value =
        weight.is_null() ? list.absent_weight : NumberField(backends[index], {"weight"}, -1);
    if (value < 0 || value > kLargestWeight) {
      problem = "has a weight for " + side.name + " that is not between 0 and 1000000; correct it";
    }
    found = BackendWeight{path + "/" + std::string(list.backends) + "/" + std::to_string(index),
                          *std::move(identity), value, !weight.is_null()};
  }
  return found;
}

// Every backend of the rule, by Service or host.
std::vector<std::pair<std::string, std::int64_t>> AllBackends(const json& rule,
                                                              const RuleList& list) {
  constexpr std::size_t kLongest = 80;
  std::vector<std::pair<std::string, std::int64_t>> all;
  for (const json& backend : kubernetes::ListField(rule, {list.backends})) {
    std::string name = TextField(backend, {"name"});
    if (name.empty()) name = TextField(backend, {"destination", "host"});
    if (const std::string subset = TextField(backend, {"destination", "subset"}); !subset.empty()) {
      name += " " + subset;
    }
    all.emplace_back(http::Printable(name, kLongest),
                     NumberField(backend, {"weight"}, list.absent_weight));
  }
  return all;
}

// How the weights of a rule with more than the pair can express every share, and what they can.
std::string FixOfThree(const WeightPair& pair) {
  constexpr std::size_t kMaxNamed = 8;
  const std::int64_t unit = 100 / std::gcd(pair.sum(), std::int64_t{100});
  std::string weights;
  bool fits = pair.all.size() <= kMaxNamed;
  for (const auto& [name, weight] : pair.all) {
    fits = fits && weight >= 0 && weight * unit <= kLargestWeight;
    weights += (weights.empty() ? "" : ", ") + name + " " + std::to_string(weight * unit);
  }
  std::string fix = fits ? "multiply every weight of the rule by " + std::to_string(unit) +
                               ", which changes no share: " + weights
                         : "give the two weights a sum that is a multiple of 100, and the others "
                           "their share of it";
  if (unit < 100) fix += "; or use steps that are multiples of " + std::to_string(unit) + " %";
  return fix;
}

// The field manager, other than slogate's, that wrote the spec last.
std::string OtherWriter(const json& object) {
  constexpr std::size_t kLongest = 60;
  std::string writer;
  std::string newest;
  for (const json& entry : kubernetes::ListField(object, {"metadata", "managedFields"})) {
    const std::string manager = TextField(entry, {"manager"});
    const std::string time = TextField(entry, {"time"});
    if (manager == kFieldManager || Field(entry, {"fieldsV1", "f:spec"}).is_null()) continue;
    if (!writer.empty() && time <= newest) continue;
    writer = http::Printable(manager, kLongest);
    newest = time;
  }
  return writer;
}

// When slogate last wrote what the spec still has; the epoch when that is not known.
core::TimePoint OwnWrite(const json& object) {
  core::TimePoint newest{};
  for (const json& entry : kubernetes::ListField(object, {"metadata", "managedFields"})) {
    if (TextField(entry, {"manager"}) != kFieldManager) continue;
    if (Field(entry, {"fieldsV1", "f:spec"}).is_null()) continue;
    newest = std::max(
        newest,
        spec::ParseTime(TextField(entry, {"time"}), spec::Zone::kAny).value_or(core::TimePoint{}));
  }
  return newest;
}

std::string WhyNone(const std::string& name, const RuleList& list, const Side& canary,
                    const Side& baseline) {
  const std::string both =
      " that sends traffic to both " + canary.name + " and " + baseline.name + "; ";
  const std::string backend(list.backend);
  return name.empty() ? "has no rule" + both + "add a " + backend + " for each to a rule"
                      : "has no rule " + name + both + "name it or add the missing " + backend;
}

// Of a rule whose only side is the baseline's `backend`: what is to be added beside it.
std::string WhyAlone(const std::string& called, json backend, const RuleList& list,
                     const Side& canary, const Side& baseline) {
  std::string addition = std::string(list.backend) + " for " + canary.name + " with weight 0";
  if (backend.is_object() && backend.contains("name")) {
    backend["name"] = canary.name;
    backend["weight"] = 0;
    backend.erase("filters");
    addition = std::string(list.backend) + " " + backend.dump();
  }
  return "sends " + called + " to " + baseline.name + " alone; add to it the " + addition +
         ", and give " + baseline.name + " weight 100 (gate init --patch-route prints the patch)";
}

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
    view.version = VersionOf(found->object);
    ViewAcceptance(ns, route, found->object, view);
    Pairs pairs = kind_.pairs_in(found->object, ns, route);
    if (pairs.problem.empty()) {
      pairs.problem = WhyNotExpressible(pairs.pairs, steps);
      view.canary_percent = CanaryPercent(pairs.pairs);
    }
    if (!pairs.problem.empty()) view.problem = api_.Called(ns, route.name) + " " + pairs.problem;
    view.sends_nothing =
        !pairs.unpaired && (pairs.pairs.empty() || CanaryPercent(pairs.pairs) == 0);
    return view;
  }

  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent,
                                 const std::optional<std::string>& version) override {
    const auto found = api_.Get(ns, route.name);
    if (!found) return tl::unexpected(found.error());
    Pairs pairs = kind_.pairs_in(found->object, ns, route);
    if (IsLateRaise(found->object, CanaryPercent(pairs.pairs), canary_percent, version)) {
      return MovedOn(api_, ns, route.name);
    }
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
  void ViewAcceptance(const std::string& ns, const core::Route& route, const json& object,
                      core::RouteView& view) const {
    const Acceptance acceptance = kind_.acceptance_of(object);
    view.accepted = acceptance.accepted;
    view.writer = OtherWriter(object);
    if (!acceptance.waits_for.empty()) {
      view.waits_for = api_.Called(ns, route.name) + ": " + acceptance.waits_for;
    }
    if (acceptance.unversioned.empty()) return;
    // Times of field managers are whole seconds.
    view.accepted_from = OwnWrite(object) + route.settle_time + std::chrono::seconds(1);
    view.note = acceptance.unversioned +
                " writes no observedGeneration; what it accepts counts after settleTime";
  }

  kubernetes::KubeClient& client_;
  kubernetes::RouteApi api_;
  const WeightedKind kind_;
};

}  // namespace

json Operation(const char* op, const std::string& path, json value) {
  return {{"op", op}, {"path", path}, {"value", std::move(value)}};
}

json VersionGuard(const json& object) {
  return Operation("replace", "/metadata/resourceVersion", VersionOf(object));
}

std::string VersionOf(const json& object) {
  return TextField(object, {"metadata", "resourceVersion"});
}

bool IsLateRaise(const json& object, std::optional<int> from, int to,
                 const std::optional<std::string>& version) {
  return version && from.value_or(0) < to && VersionOf(object) != *version;
}

tl::unexpected<ports::Error> MovedOn(const kubernetes::RouteApi& api, const std::string& ns,
                                     const std::string& name) {
  return ports::Fail(ports::ErrorCode::kConflict, api.Called(ns, name) + " has moved on");
}

ports::Result<void> PatchUnlessMoved(kubernetes::KubeClient& client, kubernetes::RouteApi& api,
                                     const kubernetes::RouteApi::Found& found,
                                     const std::string& ns, const std::string& name,
                                     const json& patch) {
  const auto patched = client.JsonPatch(found.path, patch);
  if (patched) return {};
  if (patched.error().code == ports::ErrorCode::kInvalidArgument) {
    // The API server checks `test` before the resource version, and says 422 for both a route that
    // has moved on and a patch that is wrong.
    const auto now = api.Get(ns, name);
    if (now && VersionOf(now->object) != VersionOf(found.object)) return MovedOn(api, ns, name);
  }
  return tl::unexpected(patched.error());
}

std::optional<std::int64_t> CanaryWeight(const WeightPair& pair, int percent) {
  if (pair.sum() <= 0 || pair.sum() * percent % 100 != 0) return std::nullopt;
  return pair.sum() * percent / 100;
}

std::optional<int> CanaryPercent(const std::vector<WeightPair>& pairs) {
  std::optional<int> percent;
  for (const WeightPair& pair : pairs) {
    if (pair.sum() <= 0 || pair.canary.weight * 100 % pair.sum() != 0) return std::nullopt;
    const int of_this = static_cast<int>(pair.canary.weight * 100 / pair.sum());
    if (percent && *percent != of_this) return std::nullopt;
    percent = of_this;
  }
  return percent;
}

std::string WhyNotExpressible(const std::vector<WeightPair>& pairs, int percent) {
  for (const WeightPair& pair : pairs) {
    if (CanaryWeight(pair, percent)) continue;
    const bool alone = pair.all.size() <= 2 || pair.sum() <= 0;
    return pair.called + ": weights that sum to " + std::to_string(pair.sum()) +
           " cannot express " + std::to_string(percent) + " %; " +
           (alone ? "set the two weights so that they sum to 100" : FixOfThree(pair));
  }
  return "";
}

std::string WhyNotExpressible(const std::vector<WeightPair>& pairs,
                              const std::vector<core::Step>& steps) {
  std::string why = WhyNotExpressible(pairs, 0);
  for (const core::Step& step : steps) {
    if (!why.empty()) break;
    why = WhyNotExpressible(pairs, step.weight_percent);
  }
  return why;
}

Pairs FindPairs(const json& route, const std::vector<RuleList>& lists,
                const std::vector<std::string>& rule_names, const Side& canary,
                const Side& baseline, const std::vector<std::string>& except) {
  Pairs result;
  std::vector<std::string> missing = rule_names;
  std::string alone;  // why, of a rule with the baseline and no canary
  for (const RuleList& list : lists) {
    const json& rules = At(route, list.path);
    for (std::size_t index = 0; rules.is_array() && index < rules.size(); ++index) {
      const std::string name = TextField(rules[index], {"name"});
      const auto wanted = std::ranges::find(rule_names, name);
      if (!rule_names.empty() && wanted == rule_names.end()) continue;
      if (std::ranges::find(except, name) != except.end()) continue;
      const std::string path = std::string(list.path) + "/" + std::to_string(index);
      const std::string called = std::string(list.called) + " " + std::to_string(index);
      std::string problem;
      auto of_canary = FindBackend(rules[index], path, list, canary, problem);
      auto of_baseline = FindBackend(rules[index], path, list, baseline, problem);
      result.unpaired = result.unpaired ||
                        (of_canary && of_canary->weight != 0 && (!of_baseline || !problem.empty()));
      if (of_baseline && !of_canary && alone.empty()) {
        alone = WhyAlone(called, At(route, of_baseline->path), list, canary, baseline);
      }
      if (!of_canary || !of_baseline) continue;
      std::erase(missing, name);
      if (problem.empty()) {
        result.pairs.push_back({called, *std::move(of_canary), *std::move(of_baseline),
                                AllBackends(rules[index], list)});
      } else {
        result.problem = called + " " + problem;
      }
    }
  }
  if (!result.problem.empty()) return result;
  if (missing.empty() && !result.pairs.empty()) return result;
  const std::string name = missing.empty() ? "" : missing.front();
  result.problem = alone.empty() ? WhyNone(name, lists.front(), canary, baseline) : alone;
  return result;
}

std::unique_ptr<ports::TrafficRouter> MakeWeightedRouter(kubernetes::KubeClient& client,
                                                         const WeightedKind& kind) {
  return std::make_unique<WeightedRouter>(client, kind);
}

}  // namespace slogate::adapters::traffic

// Moves the weights of routes that hold them in themselves: one JSON patch for all pairs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/client/route_api.h"
#include "slogate/core/policy.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::traffic {

// JSON patches that apply to exactly the version of an object that they were made for.

// One operation of a JSON patch.
nlohmann::json Operation(const char* op, const std::string& path, nlohmann::json value);

// The operation by which a patch of another version than `object` is refused with a conflict.
nlohmann::json VersionGuard(const nlohmann::json& object);

// metadata.resourceVersion; empty of a null object.
std::string VersionOf(const nlohmann::json& object);

// The canary's share of `object` is to rise (`from` nothing: it may), and the object is not of the
// `version` that was observed.
bool IsLateRaise(const nlohmann::json& object, std::optional<int> from, int to,
                 const std::optional<std::string>& version);

// kConflict.
tl::unexpected<ports::Error> MovedOn(const kubernetes::RouteApi& api, const std::string& ns,
                                     const std::string& name);

// Applies `patch`, whose first operation is the guard, to the route that was `found`. kConflict
// when the route has moved on, whichever status the API server tells that with.
ports::Result<void> PatchUnlessMoved(kubernetes::KubeClient& client, kubernetes::RouteApi& api,
                                     const kubernetes::RouteApi::Found& found,
                                     const std::string& ns, const std::string& name,
                                     const nlohmann::json& patch);

// Two weights of one rule that share its traffic, whatever kind of route they are in.

// The fields that say which backend this is, by JSON pointer below it, with the values they have.
using Identity = std::vector<std::pair<std::string, std::string>>;

// One backend's place in a route, and the weight it has there.
struct BackendWeight {
  std::string path;  // JSON pointer to the backend
  Identity identity;
  std::int64_t weight = 1;
  bool written = false;  // false: the field is absent and `weight` is what that means
};

// Both backends of one rule. Their sum is kept; only its split is moved.
struct WeightPair {
  std::string called;  // the rule, as messages name it
  BackendWeight canary;
  BackendWeight baseline;
  // Every backend of the rule with its weight, as messages name them.
  std::vector<std::pair<std::string, std::int64_t>> all = {};

  std::int64_t sum() const { return canary.weight + baseline.weight; }
};

// The canary's weight that is `percent` of the pair's sum; absent when that is no whole number.
std::optional<std::int64_t> CanaryWeight(const WeightPair& pair, int percent);

// The canary's share of every pair in whole percent; absent when pairs disagree or there is none.
std::optional<int> CanaryPercent(const std::vector<WeightPair>& pairs);

// Why a share cannot be expressed by one of the pairs, with the fix; empty when all can.
std::string WhyNotExpressible(const std::vector<WeightPair>& pairs, int percent);
std::string WhyNotExpressible(const std::vector<WeightPair>& pairs,
                              const std::vector<core::Step>& steps);

// Finds the pairs of weights in routes that are lists of rules with lists of weighted backends.

// One side of the pair: its name for people, and what tells that a backend is it.
struct Side {
  std::string name;
  std::function<std::optional<Identity>(const nlohmann::json& backend)> identify;
};

// A list of rules in a route.
struct RuleList {
  std::string_view path;      // JSON pointer, such as /spec/rules
  std::string_view called;    // what messages call a rule of it, such as rule
  std::string_view backends;  // the field of a rule that holds its backends
  std::string_view backend;   // what messages call one of them
  std::int64_t absent_weight = 1;
};

// The pairs that can be moved, and why not all that should, with the fix.
struct Pairs {
  std::vector<WeightPair> pairs;
  std::string problem;
  bool unpaired = false;  // a rule sends traffic to the canary and is none of the pairs
};

// Every rule of the lists that holds both sides; of those named only, when `rule_names` is not
// empty, and of none in `except`. A side that is there twice, or has a weight that is no weight, is
// a problem, and so is a name without such a rule, or no rule at all.
Pairs FindPairs(const nlohmann::json& route, const std::vector<RuleList>& lists,
                const std::vector<std::string>& rule_names, const Side& canary,
                const Side& baseline, const std::vector<std::string>& except = {});

// Whether those who serve a route have taken its newest version.
struct Acceptance {
  bool accepted = false;
  std::string waits_for = {};    // who has not, and what they say
  std::string unversioned = {};  // who accepts it without saying which version
};

// What a kind of route adds to the rest. Pure; `object` is not trusted.
struct WeightedKind {
  const kubernetes::RouteKind& kind;
  Pairs (*pairs_in)(const nlohmann::json& object, const std::string& ns, const core::Route& route);
  Acceptance (*acceptance_of)(const nlohmann::json& object);
};

// The patch replaces the resource version read (a stale one answers 409), tests what the two
// backends of each pair are, and sets their weights. Thread-safe.
std::unique_ptr<ports::TrafficRouter> MakeWeightedRouter(kubernetes::KubeClient& client,
                                                         const WeightedKind& kind);

// Accepted when every parent that accepts the route (in any generation) has accepted this
// generation of it and resolved its references, and there is at least one. A condition without a
// generation, or with 0, is taken as it is. Entries of parents that the route no longer names are
// passed over: controllers may leave them behind.
Acceptance AcceptanceByParents(const nlohmann::json& route);

}  // namespace slogate::adapters::traffic

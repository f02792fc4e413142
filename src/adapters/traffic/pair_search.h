// Finds the pairs of weights in routes that are lists of rules with lists of weighted backends.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/traffic/weight_pair.h"

namespace slogate::adapters::traffic {

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

// The pairs that can be moved, and why not all that should, with the mend.
struct Pairs {
  std::vector<WeightPair> pairs;
  std::string problem;
};

// Every rule of the lists that holds both sides; of those named only, when `rule_names` is not
// empty. A side that is there twice, or has a weight that is no weight, is a problem, and so is a
// name without such a rule, or no rule at all.
Pairs FindPairs(const nlohmann::json& route, const std::vector<RuleList>& lists,
                const std::vector<std::string>& rule_names, const Side& canary,
                const Side& baseline);

}  // namespace slogate::adapters::traffic

#include "adapters/traffic/pair_search.h"

#include <algorithm>
#include <utility>

#include "adapters/kubernetes/object_fields.h"

namespace slogate::adapters::traffic {

using kubernetes::Field;
using kubernetes::NumberField;
using kubernetes::TextField;
using nlohmann::json;

namespace {

constexpr std::int64_t kLargestWeight = 1'000'000;

const json& At(const json& object, std::string_view pointer) {
  static const json kNone;
  const json::json_pointer place{std::string(pointer)};
  return object.contains(place) ? object.at(place) : kNone;
}

std::optional<BackendWeight> FindBackend(const json& rule, const std::string& path,
                                         const RuleList& list, const Side& side,
                                         std::string& problem) {
  std::optional<BackendWeight> found;
  const json& backends = Field(rule, {list.backends});
  if (!backends.is_array()) return found;
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

std::string WhyNone(const std::string& name, const RuleList& list, const Side& canary,
                    const Side& baseline) {
  const std::string both =
      " that sends traffic to both " + canary.name + " and " + baseline.name + "; ";
  const std::string backend(list.backend);
  return name.empty() ? "has no rule" + both + "add a " + backend + " for each to a rule"
                      : "has no rule " + name + both + "name it or add the missing " + backend;
}

}  // namespace

Pairs FindPairs(const json& route, const std::vector<RuleList>& lists,
                const std::vector<std::string>& rule_names, const Side& canary,
                const Side& baseline) {
  Pairs result;
  std::vector<std::string> missing = rule_names;
  for (const RuleList& list : lists) {
    const json& rules = At(route, list.path);
    for (std::size_t index = 0; rules.is_array() && index < rules.size(); ++index) {
      const std::string name = TextField(rules[index], {"name"});
      const auto wanted = std::find(rule_names.begin(), rule_names.end(), name);
      if (!rule_names.empty() && wanted == rule_names.end()) continue;
      const std::string path = std::string(list.path) + "/" + std::to_string(index);
      const std::string called = std::string(list.called) + " " + std::to_string(index);
      std::string problem;
      auto of_canary = FindBackend(rules[index], path, list, canary, problem);
      auto of_baseline = FindBackend(rules[index], path, list, baseline, problem);
      if (!of_canary || !of_baseline) continue;
      std::erase(missing, name);
      if (problem.empty()) {
        result.pairs.push_back({called, *std::move(of_canary), *std::move(of_baseline)});
      } else {
        result.problem = called + " " + problem;
      }
    }
  }
  if (!result.problem.empty()) return result;
  if (!missing.empty()) {
    result.problem = WhyNone(missing.front(), lists.front(), canary, baseline);
  } else if (result.pairs.empty()) {
    result.problem = WhyNone("", lists.front(), canary, baseline);
  }
  return result;
}

}  // namespace slogate::adapters::traffic

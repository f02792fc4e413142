#include "app/cli/simulate_input.h"

#include <algorithm>

#include "app/cli/policy_file.h"
#include "simulation/rivals/rule_names.h"
#include "simulation/scenario_yaml.h"
#include "spec/suggestion.h"

namespace slogate::app {
namespace {

std::string UnknownRule(const std::string& name, const std::vector<std::string>& known) {
  if (const std::optional<std::string> meant = spec::Suggest(name, known)) {
    return "there is no rule " + name + "; did you mean " + *meant + "?";
  }
  std::string names;
  for (const std::string& one : known) names += one + ", ";
  return "there is no rule " + name + "; give " + names + "or all";
}

}  // namespace

ports::Result<std::vector<simulation::RuleKind>> FindRules(const std::vector<std::string>& names) {
  const std::vector<std::string> known = simulation::RuleNames();
  const bool all = names == std::vector<std::string>{"all"};
  std::vector<simulation::RuleKind> kinds;
  for (const std::string& name : all ? known : names) {
    const std::optional<simulation::RuleKind> kind = simulation::RuleNamed(name);
    if (!kind) return ports::Fail(ports::ErrorCode::kInvalidArgument, UnknownRule(name, known));
    const bool twice =
        std::any_of(kinds.begin(), kinds.end(),
                    [&](const simulation::RuleKind& one) { return one.name == kind->name; });
    if (twice) {
      return ports::Fail(ports::ErrorCode::kInvalidArgument,
                         kind->name + " is named twice; name it once");
    }
    kinds.push_back(*kind);
  }
  return kinds;
}

std::optional<std::vector<simulation::Scenario>> ReadScenarios(
    const std::vector<std::string>& files, std::optional<std::uint64_t> seed,
    const Adapters& adapters, Streams streams) {
  std::vector<simulation::Scenario> scenarios;
  for (const std::string& file : files) {
    const ports::Result<std::string> text = ReadPolicyText(file, adapters, streams);
    if (!text) {
      streams.err << "gate simulate: " << text.error().message << "\n";
      continue;
    }
    simulation::ParsedScenario parsed = simulation::ParseScenario(*text, DisplayName(file));
    for (const spec::Mistake& mistake : parsed.mistakes) {
      streams.err << spec::ToString(mistake) << "\n";
    }
    if (!parsed.scenario) continue;
    if (seed) parsed.scenario->seed = *seed;
    scenarios.push_back(std::move(*parsed.scenario));
  }
  if (scenarios.size() < files.size()) return std::nullopt;
  return scenarios;
}

}  // namespace slogate::app

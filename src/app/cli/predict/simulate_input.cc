#include "app/cli/predict/simulate_input.h"

#include "app/cli/frame/input_files.h"
#include "simulation/scenario_yaml.h"

namespace slogate::app {

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

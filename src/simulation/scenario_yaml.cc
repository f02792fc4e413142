#include "simulation/scenario_yaml.h"

#include <algorithm>
#include <utility>

#include "simulation/read_parts.h"
#include "spec/policy_parts.h"
#include "spec/yaml_text.h"

namespace slogate::simulation {
namespace {

using core::Duration;
using spec::Mistake;
using spec::ObjectReader;
using namespace std::chrono_literals;

constexpr std::string_view kWhole = "scenario";
constexpr std::int64_t kMostBlocks = 200'000;
constexpr Duration kLongestTime = std::chrono::hours(24 * 7);

void ReadTimes(ObjectReader& reader, Scenario& scenario) {
  scenario.block_length = reader.Time("blockLength", scenario.block_length, {1s, 10min});
  scenario.duration = reader.Time("duration", scenario.duration, {1min, kLongestTime});
  scenario.history = reader.Time("history", scenario.history, {0ms, kLongestTime});
  if (scenario.block_length.count() % 4 != 0) {
    reader.Report("blockLength", "is not four whole scrape intervals",
                  "use a length that can be divided by 4ms");
  }
  if (BlocksIn(scenario) + HistoryBlocksIn(scenario) > kMostBlocks) {
    reader.Report("blockLength", "makes more than " + std::to_string(kMostBlocks) + " blocks",
                  "use longer blocks, or a shorter duration or history");
  }
}

std::vector<core::Step> ReadPlan(ObjectReader& reader, const Scenario& scenario) {
  if (reader.Has("steps")) {
    if (reader.Has("weight")) {
      reader.Report("weight", "and steps are two ways to say the same", "give one of them");
    }
    const std::vector<core::Step> steps = spec::ReadSteps(reader, scenario.block_length);
    if (!steps.empty()) return steps;
  }
  if (!reader.Has("steps") &&
      !reader.Require("weight",
                      "give the canary's share of the requests in percent, such as 10, or steps")) {
    return {SteadyStep(10, scenario.duration)};
  }
  const auto weight = static_cast<int>(reader.Integer("weight", 10, 1, 99));
  return {SteadyStep(weight, scenario.duration)};
}

void CheckFault(ObjectReader& reader, const Scenario& scenario) {
  if (!scenario.fault) return;
  for (const std::string& name : scenario.fault->objectives) {
    const bool known =
        std::any_of(scenario.objectives.begin(), scenario.objectives.end(),
                    [&](const ObjectiveScenario& objective) { return objective.name == name; });
    if (known) continue;
    reader.Report("fault.objectives", "'" + name + "' is not an objective of this scenario",
                  "use a name that objectives lists");
  }
  if (scenario.fault->from_weight_percent > scenario.steps.back().weight_percent) {
    reader.Report("fault.fromWeight", "is above every weight of this scenario",
                  "use a weight that a step reaches");
  }
  for (const ObjectiveScenario& objective : scenario.objectives) {
    if (!objective.scores || scenario.fault->drop < objective.scores->mean) continue;
    reader.Report("fault.drop", "leaves no score", "use less than the mean score");
  }
}

// Pods tell their history as plain counts of good and bad requests.
void CheckPods(ObjectReader& reader, const Scenario& scenario) {
  const bool sliced = std::any_of(
      scenario.objectives.begin(), scenario.objectives.end(),
      [](const ObjectiveScenario& objective) { return objective.cohorts || objective.scores; });
  if (scenario.traffic.pods.canary > 0 && sliced) {
    reader.Report("traffic.pods", "cannot be combined with cohorts or scores",
                  "simulate them apart");
  }
}

Scenario ReadScenario(ObjectReader& reader, const std::string& file) {
  Scenario scenario;
  scenario.name = reader.Text("name", 100).value_or(file);
  scenario.description = reader.Text("description", 1000).value_or("");
  scenario.seed = static_cast<std::uint64_t>(reader.Integer("seed", 1, 0, 1'000'000'000'000'000));
  ReadTimes(reader, scenario);
  scenario.rps = reader.Number("rps", scenario.rps, {.least = 0, .most = 1e7, .above_least = true});
  const spec::Bounds chance{.least = 1e-6, .most = 0.5};
  scenario.alpha = reader.Number("alpha", scenario.alpha, chance);
  scenario.promotion_alpha = reader.Number("promotionAlpha", scenario.promotion_alpha, chance);
  scenario.steps = ReadPlan(reader, scenario);
  scenario.objectives = ReadSimulatedObjectives(reader);
  scenario.traffic = ReadTraffic(reader);
  scenario.fault = ReadFault(reader);
  CheckFault(reader, scenario);
  CheckPods(reader, scenario);
  reader.RefuseOthers();
  return scenario;
}

// Readers call the whole "scenario"; in the text its fields have no such prefix.
void Locate(const spec::YamlDocument& document, Mistake& mistake) {
  if (mistake.field == kWhole) {
    mistake.field.clear();
  } else if (mistake.field.starts_with(std::string(kWhole) + ".")) {
    mistake.field.erase(0, kWhole.size() + 1);
  }
  const spec::Position position = spec::Locate(document, mistake.field);
  mistake.line = position.line;
  mistake.column = position.column;
}

}  // namespace

ParsedScenario ParseScenario(std::string_view text, const std::string& file) {
  ParsedScenario parsed;
  const spec::YamlText yaml = spec::ReadYaml(text);
  parsed.mistakes = yaml.mistakes;
  if (parsed.mistakes.empty() && yaml.documents.size() != 1) {
    parsed.mistakes.push_back({"", 0, 0, "", "has no scenario, or several of them",
                               "write one scenario a file, beginning with name:"});
  }
  if (parsed.mistakes.empty()) {
    const spec::YamlDocument& document = yaml.documents.front();
    ObjectReader reader(document.value, std::string(kWhole), parsed.mistakes);
    Scenario scenario = ReadScenario(reader, file);
    for (Mistake& mistake : parsed.mistakes) Locate(document, mistake);
    parsed.mistakes.insert(parsed.mistakes.end(), document.mistakes.begin(),
                           document.mistakes.end());
    if (parsed.mistakes.empty()) parsed.scenario = std::move(scenario);
  }
  std::stable_sort(parsed.mistakes.begin(), parsed.mistakes.end(),
                   [](const Mistake& a, const Mistake& b) {
                     return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                   });
  for (Mistake& mistake : parsed.mistakes) mistake.file = file;
  return parsed;
}

}  // namespace slogate::simulation

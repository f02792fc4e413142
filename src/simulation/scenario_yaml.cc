#include <algorithm>
#include <utility>

#include "simulation/goals.h"
#include "simulation/scenario.h"
#include "simulation/traffic_yaml.h"
#include "spec/policy/policy_parts.h"
#include "spec/text/object_reader.h"
#include "spec/text/yaml_text.h"

namespace slogate::simulation {
namespace {

using core::Duration;
using spec::Mistake;
using spec::ObjectReader;
using namespace std::chrono_literals;

constexpr std::string_view kWhole = "scenario";
constexpr std::int64_t kMaxBlocks = 200'000;

constexpr std::size_t kMaxObjectives = 16;

void ReadCohorts(ObjectReader& reader, CohortMix& mix) {
  mix.count = static_cast<int>(reader.Integer("count", mix.count, 1, 1000));
  mix.exponent = reader.Number("exponent", mix.exponent, {.least = 0, .most = 5});
  mix.min_events = reader.Number("minEvents", mix.min_events, {.least = 0, .most = 1e9});
}

void ReadBatches(ObjectReader& reader, JudgeBatches& batches) {
  batches.every = reader.Time("every", batches.every, {1s, 24h});
  batches.apart = reader.Time("apart", batches.apart, {0ms, 24h});
  batches.sd = reader.Number("sd", batches.sd, {.least = 0, .most = 0.5});
}

void ReadScores(ObjectReader& reader, Scores& scores) {
  scores.mean = reader.Number("mean", scores.mean, {.least = 0.01, .most = 0.99});
  scores.sd = reader.Number("sd", scores.sd, {.least = 0, .most = 0.5});
  scores.squares = reader.Flag("squares", scores.squares);
  reader.Part("batches", scores.batches, ReadBatches);
  const double most = scores.mean * (1 - scores.mean);
  if (scores.sd * scores.sd >= most) {
    reader.Report("sd", "is more than scores between 0 and 1 with this mean can have",
                  "use less than the square root of mean x (1 - mean)");
  } else if (scores.sd * scores.sd < most / 10) {
    reader.Report("sd", "is less than scores in steps of 0.1 with this mean can have",
                  "use at least the square root of mean x (1 - mean) / 10");
  }
}

ObjectiveScenario ReadObjective(ObjectReader& item) {
  ObjectiveScenario objective;
  objective.error_rate =
      item.Number("errorPercent", 0.5, {.least = 0, .most = 100, .above_min = true}) / 100;
  objective.target =
      item.Number("target", 99, {.least = 1, .most = 99.9999999, .above_min = false}) / 100;
  item.Part("margins", objective.margins, spec::ReadMargins);
  if (item.Has("overdispersion"))
    objective.phi = item.Number("overdispersion", 1, {.least = 1, .most = 1000});
  objective.limit = spec::ReadLimit(item, objective.target);
  item.Part("cohorts", objective.cohorts, ReadCohorts);
  item.Part("scores", objective.scores, ReadScores);
  if (objective.cohorts && objective.scores) {
    item.Report("cohorts", "of scores are not simulated", "give cohorts or scores");
  }
  return objective;
}

// Absent objectives: one, of the fields that `scenario` itself has.
std::vector<ObjectiveScenario> ReadSimulatedObjectives(ObjectReader& scenario) {
  std::vector<ObjectiveScenario> objectives;
  ObjectiveScenario own = ReadObjective(scenario);
  if (!scenario.Has("objectives")) return {own};
  for (const char* field :
       {"errorPercent", "target", "margins", "overdispersion", "limit", "cohorts", "scores"}) {
    if (!scenario.Has(field)) continue;
    scenario.Report(field, "is given beside objectives", "move it into the objective it is of");
  }
  scenario.Each("objectives", {1, kMaxObjectives}, [&](ObjectReader& item, std::size_t) {
    ObjectiveScenario objective = ReadObjective(item);
    item.Require("name", "give each objective a name, such as errors");
    objective.name = item.Text("name", 63).value_or("");
    spec::RefuseTwin(item, objective.name, objectives);
    item.RefuseOthers();
    objectives.push_back(objective);
  });
  return objectives;
}

void ReadTimes(ObjectReader& reader, Scenario& scenario) {
  scenario.block_length = reader.Time("blockLength", scenario.block_length, {1s, 10min});
  scenario.duration = reader.Time("duration", scenario.duration, {1min, kLongestScenario});
  scenario.history = reader.Time("history", scenario.history, {0ms, kLongestScenario});
  if (scenario.block_length.count() % 4 != 0) {
    reader.Report("blockLength", "is not four whole scrape intervals",
                  "use a length that can be divided by 4ms");
  }
  if (BlocksIn(scenario) + HistoryBlocksIn(scenario) > kMaxBlocks) {
    reader.Report("blockLength", "makes more than " + std::to_string(kMaxBlocks) + " blocks",
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
    const bool known = std::ranges::any_of(
        scenario.objectives,
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
  const bool sliced = std::ranges::any_of(
      scenario.objectives,
      [](const ObjectiveScenario& objective) { return objective.cohorts || objective.scores; });
  if (scenario.traffic.pods.canary > 0 && sliced) {
    reader.Report("traffic.pods", "cannot be combined with cohorts or scores",
                  "simulate them apart");
  }
}

void ReadGoals(ObjectReader& reader, Scenario& scenario) {
  const bool has_fault = HasFault(scenario);
  const auto& first = scenario.objectives.front();
  const bool one_rate = scenario.objectives.size() == 1 && !first.scores && !first.cohorts;
  const auto add = [&](Figure figure, bool applies, const char* needs, bool is_time) {
    const std::string field(FieldOf(figure));
    if (!reader.Has(field)) return;
    if (!applies) reader.Report(field, needs, "remove it, or change the fault");
    const double bound =
        is_time
            ? static_cast<double>(reader.Time(field, 0ms, {1s, kLongestScenario}).count()) / 60e3
            : reader.Number(field, 0, {.least = 0, .most = 100});
    scenario.goals.push_back({figure, bound});
  };
  constexpr const char* kNeedsFault = "needs a fault";
  add(Figure::kFalseRollback, true, "", false);
  add(Figure::kFalsePromotion, IsPastMargin(scenario), "needs a fault past the margin", false);
  add(Figure::kCaught, has_fault, kNeedsFault, false);
  add(Figure::kMedian, has_fault, kNeedsFault, true);
  add(Figure::kNinetyNinePercent, has_fault, kNeedsFault, true);
  add(Figure::kWald,
      has_fault && one_rate && scenario.fault->factor > first.margins.r0 &&
          scenario.fault->from == 0ms && scenario.steps.size() == 1,
      "needs a factor from the start on, one step and one objective of bad events", false);
  if (scenario.goals.empty()) {
    reader.Report("falseRollbackPercent", "is missing, and every other goal",
                  "give goals, such as {falseRollbackPercent: 1}, or remove expect");
  }
}

Scenario ReadScenario(ObjectReader& reader, const std::string& file) {
  Scenario scenario;
  scenario.name = reader.Text("name", 100).value_or(file);
  scenario.description = reader.Text("description", 1000).value_or("");
  scenario.seed = static_cast<std::uint64_t>(reader.Integer("seed", 1, 0, 1'000'000'000'000'000));
  ReadTimes(reader, scenario);
  scenario.rps = reader.Number("rps", scenario.rps, {.least = 0, .most = 1e7, .above_min = true});
  const spec::Bounds chance{.least = 1e-6, .most = 0.5};
  scenario.alpha = reader.Number("alpha", scenario.alpha, chance);
  scenario.promotion_alpha = reader.Number("promotionAlpha", scenario.promotion_alpha, chance);
  scenario.steps = ReadPlan(reader, scenario);
  scenario.warm_up = spec::ReadWarmUp(reader);
  scenario.objectives = ReadSimulatedObjectives(reader);
  reader.Part("traffic", scenario.traffic, ReadTraffic);
  reader.Part("fault", scenario.fault, ReadFault);
  CheckFault(reader, scenario);
  CheckPods(reader, scenario);
  CheckTraffic(reader, scenario);
  if (reader.Has("expect")) {
    ObjectReader expect = reader.Child("expect");
    if (expect.IsObject()) {
      ReadGoals(expect, scenario);
      expect.RefuseOthers();
    }
  }
  reader.RefuseOthers();
  return scenario;
}

// Readers call the whole "scenario"; in the text its fields have no such prefix.
void DropWhole(std::string& field) {
  if (field != kWhole && !field.starts_with(std::string(kWhole) + ".")) return;
  field.erase(0, std::min(field.size(), kWhole.size() + 1));
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
    for (Mistake& mistake : parsed.mistakes) DropWhole(mistake.field);
    spec::PlaceMistakes(document, file, parsed.mistakes);
    if (parsed.mistakes.empty()) parsed.scenario = std::move(scenario);
  }
  spec::SortMistakes(parsed.mistakes);
  for (Mistake& mistake : parsed.mistakes) mistake.file = file;
  return parsed;
}

}  // namespace slogate::simulation

#include <algorithm>

#include "simulation/read_parts.h"

namespace slogate::simulation {
namespace {

using spec::ObjectReader;

constexpr std::size_t kMostObjectives = 16;

core::Margins ReadMargins(ObjectReader& item) {
  core::Margins margins;
  if (!item.Has("margins")) return margins;
  ObjectReader reader = item.Child("margins");
  margins.r0 = reader.Number("r0", margins.r0, {.least = 1, .most = 10});
  margins.d = reader.Number("d", margins.d, {.least = 0, .most = 1});
  margins.r1 = reader.Number("r1", margins.r1, {.least = 1, .most = 20, .above_least = true});
  margins.b = reader.Number("b", margins.b, {.least = 0, .most = 1, .above_least = true});
  reader.RefuseOthers();
  return margins;
}

std::optional<CohortMix> ReadCohorts(ObjectReader& item) {
  if (!item.Has("cohorts")) return std::nullopt;
  ObjectReader reader = item.Child("cohorts");
  CohortMix mix;
  mix.count = static_cast<int>(reader.Integer("count", mix.count, 1, 1000));
  mix.exponent = reader.Number("exponent", mix.exponent, {.least = 0, .most = 5});
  mix.least_events = reader.Number("minEvents", mix.least_events, {.least = 0, .most = 1e9});
  reader.RefuseOthers();
  return mix;
}

std::optional<Scores> ReadScores(ObjectReader& item) {
  if (!item.Has("scores")) return std::nullopt;
  ObjectReader reader = item.Child("scores");
  Scores scores;
  scores.mean = reader.Number("mean", scores.mean, {.least = 0.01, .most = 0.99});
  scores.sd = reader.Number("sd", scores.sd, {.least = 0, .most = 0.5});
  scores.squares = reader.Flag("squares", scores.squares);
  const double most = scores.mean * (1 - scores.mean);
  if (scores.sd * scores.sd >= most) {
    reader.Report("sd", "is more than scores between 0 and 1 with this mean can have",
                  "use less than the square root of mean x (1 - mean)");
  } else if (scores.sd * scores.sd < most / 10) {
    reader.Report("sd", "is less than scores in tenths with this mean can have",
                  "use at least the square root of mean x (1 - mean) / 10");
  }
  reader.RefuseOthers();
  return scores;
}

ObjectiveScenario ReadObjective(ObjectReader& item) {
  ObjectiveScenario objective;
  objective.error_rate =
      item.Number("errorPercent", 0.5, {.least = 0, .most = 100, .above_least = true}) / 100;
  objective.target =
      item.Number("target", 99, {.least = 1, .most = 99.9999999, .above_least = false}) / 100;
  objective.margins = ReadMargins(item);
  if (item.Has("phi")) objective.phi = item.Number("phi", 1, {.least = 1, .most = 1000});
  objective.cohorts = ReadCohorts(item);
  objective.scores = ReadScores(item);
  if (objective.cohorts && objective.scores) {
    item.Report("cohorts", "of scores are not simulated", "give cohorts or scores");
  }
  return objective;
}

}  // namespace

std::vector<ObjectiveScenario> ReadSimulatedObjectives(ObjectReader& scenario) {
  std::vector<ObjectiveScenario> objectives;
  ObjectiveScenario own = ReadObjective(scenario);
  if (!scenario.Has("objectives")) return {own};
  for (const char* field : {"errorPercent", "target", "margins", "phi", "cohorts", "scores"}) {
    if (!scenario.Has(field)) continue;
    scenario.Report(field, "is given beside objectives", "move it into the objective it is of");
  }
  scenario.Each("objectives", {1, kMostObjectives}, [&](ObjectReader& item, std::size_t) {
    ObjectiveScenario objective = ReadObjective(item);
    if (item.Require("name", "give each objective a name, such as errors")) {
      objective.name = item.Text("name", 63).value_or("");
    }
    const bool twice = std::any_of(objectives.begin(), objectives.end(),
                                   [&](const auto& other) { return other.name == objective.name; });
    if (twice) {
      item.Report("name", "'" + objective.name + "' is listed twice", "give each its own name");
    }
    item.RefuseOthers();
    objectives.push_back(objective);
  });
  return objectives;
}

}  // namespace slogate::simulation

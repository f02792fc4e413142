#include "simulation/scenario.h"

#include <algorithm>
#include <utility>

#include "simulation/objective_source.h"
#include "spec/policy/policy_parts.h"
#include "spec/text/object_reader.h"
#include "spec/text/yaml_text.h"

namespace slogate::simulation {
namespace {

core::Indicator IndicatorOf(const ObjectiveScenario& objective) {
  const core::Selector total{.metric = "events_total", .matchers = {}};
  if (objective.scores) {
    core::ScoreIndicator scores{
        .total = total, .sum = {.metric = "score_sum", .matchers = {}}, .squares = std::nullopt};
    if (objective.scores->squares) {
      scores.squares = core::Selector{.metric = "score_squares_sum", .matchers = {}};
    }
    return scores;
  }
  return core::CounterIndicator{.total = total,
                                .part = {.metric = "bad_events_total", .matchers = {}},
                                .part_is_good = false};
}

core::Objective ObjectiveOf(const ObjectiveScenario& objective) {
  core::Objective made;
  made.name = objective.name;
  made.dimension = objective.scores ? core::Dimension::kQuality : core::Dimension::kAvailability;
  made.target = objective.target;
  made.indicator = IndicatorOf(objective);
  made.margins = objective.margins;
  made.phi = objective.phi;
  if (objective.cohorts) {
    made.cohorts = core::Cohorts{.by = kCohortLabel,
                                 .min_events = objective.cohorts->min_events,
                                 .most = objective.cohorts->count};
  }
  return made;
}

// Share of the requests that the fault meets.
double ShareWithFault(const Fault& fault, const ObjectiveScenario& objective) {
  if (!objective.cohorts) return 1;
  const auto faulty = FaultyCohort(*objective.cohorts, fault);
  return faulty ? CohortShares(*objective.cohorts)[*faulty] : 1;
}

using core::Duration;
using spec::Mistake;
using spec::ObjectReader;
using namespace std::chrono_literals;

constexpr std::string_view kWhole = "scenario";
constexpr std::int64_t kMaxBlocks = 200'000;
constexpr Duration kLongest = std::chrono::hours(24 * 7);

constexpr std::size_t kMaxObjectives = 16;

void ReadCohorts(ObjectReader& reader, CohortMix& mix) {
  mix.count = static_cast<int>(reader.Integer("count", mix.count, 1, 1000));
  mix.exponent = reader.Number("exponent", mix.exponent, {.least = 0, .most = 5});
  mix.min_events = reader.Number("minEvents", mix.min_events, {.least = 0, .most = 1e9});
}

void ReadScores(ObjectReader& reader, Scores& scores) {
  scores.mean = reader.Number("mean", scores.mean, {.least = 0.01, .most = 0.99});
  scores.sd = reader.Number("sd", scores.sd, {.least = 0, .most = 0.5});
  scores.squares = reader.Flag("squares", scores.squares);
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
       {"errorPercent", "target", "margins", "overdispersion", "cohorts", "scores"}) {
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

// A burst is over within this; rings of later blocks are that long.
constexpr Duration kLongestSpread = 1h;

void ReadDrift(ObjectReader& reader, Drift& drift) {
  reader.Require("amplitude", "give the swing as a share of the bad rate, such as 0.5");
  drift.amplitude = reader.Number("amplitude", 0, {.least = 0, .most = 1});
  drift.period = reader.Time("period", drift.period, {1min, kLongest});
}

void ReadIncident(ObjectReader& reader, Incident& incident) {
  incident.at = reader.Time("at", incident.at, {0ms, kLongest});
  if (reader.Has("before")) {
    incident.at = -reader.Time("before", 0ms, {1s, kLongest});
    if (reader.Has("at")) {
      reader.Report("before", "and at are two ways to say when it begins", "give one of them");
    }
  }
  reader.Require("length", "say how long it lasts, such as 10m");
  incident.length = reader.Time("length", incident.length, {1s, kLongest});
  reader.Require("factor", "say what both tracks' bad rate is multiplied by, such as 5");
  incident.factor = reader.Number("factor", 1, {.least = 0, .most = 1000});
}

void ReadBursts(ObjectReader& reader, Bursts& bursts) {
  reader.Require("mean", "give the mean number of bad events in a burst, such as 3");
  bursts.mean = reader.Number("mean", 1, {.least = 1, .most = 10'000});
  bursts.spread = reader.Time("spread", bursts.spread, {0ms, kLongestSpread});
}

void ReadLoops(ObjectReader& reader, Loops& loops) {
  reader.Require("size", "give the number of bad events of one client, such as 60");
  loops.size = static_cast<int>(reader.Integer("size", 60, 1, 100'000));
  loops.every = reader.Time("every", loops.every, {1s, kLongest});
  loops.spread = reader.Time("spread", loops.spread, {0ms, kLongestSpread});
}

void ReadNoise(ObjectReader& reader, Noise& noise) {
  noise.phi = reader.Number("overdispersion", noise.phi, {.least = 1, .most = 1000});
  noise.sd = reader.Number("sd", noise.sd, {.least = 0, .most = 10});
  noise.common = reader.Flag("common", noise.common);
  if (reader.Has("overdispersion") && reader.Has("sd")) {
    reader.Report("overdispersion", "and sd are two ways to say the same", "give one of them");
  } else if (reader.Has("overdispersion") && noise.common) {
    reader.Report("common", "goes with sd: overdispersion is of each track alone",
                  "give sd, or leave out common");
  }
}

void ReadPods(ObjectReader& reader, Pods& pods) {
  pods.count = static_cast<int>(reader.Integer("count", 20, 2, 10'000));
  pods.canary = static_cast<int>(reader.Integer("canary", 2, 1, 10'000));
  pods.sd = reader.Number("sd", 0.3, {.least = 0, .most = 5});
  if (pods.canary >= pods.count) {
    reader.Report("canary", "leaves the baseline no pod",
                  "use less than count, which is of both tracks together");
  }
}

void ReadScraping(ObjectReader& reader, Scraping& scraping) {
  scraping.lost_share = reader.Number("lostShare", 0, {.least = 0, .most = 0.9});
  if (reader.Has("resetEvery")) {
    scraping.reset_every = reader.Time("resetEvery", 10min, {1s, kLongest});
  }
}

void ReadTraffic(ObjectReader& reader, Traffic& traffic) {
  reader.Part("drift", traffic.drift, ReadDrift);
  reader.Part("incident", traffic.incident, ReadIncident);
  reader.Part("bursts", traffic.bursts, ReadBursts);
  reader.Part("loops", traffic.loops, ReadLoops);
  reader.Part("noise", traffic.noise, ReadNoise);
  reader.Part("pods", traffic.pods, ReadPods);
  reader.Part("scraping", traffic.scraping, ReadScraping);
  if (reader.Has("pods") && (traffic.bursts.mean > 1 || traffic.loops || traffic.noise.phi > 1)) {
    reader.Report("pods", "cannot be combined with bursts, loops or noise by overdispersion",
                  "simulate them apart: their histories are known per pod");
  }
  if (traffic.bursts.mean > 1 && traffic.noise.phi > 1) {
    reader.Report("bursts", "and noise by overdispersion are two ways to disperse counts",
                  "give one of them");
  }
}

void ReadFault(ObjectReader& reader, Fault& fault) {
  fault.factor = reader.Number("factor", fault.factor, {.least = 0, .most = 1000});
  fault.drop = reader.Number("drop", fault.drop, {.least = 0, .most = 1});
  fault.cohort_share = reader.Number("cohortShare", fault.cohort_share, {.least = 0, .most = 1});
  fault.from = reader.Time("from", fault.from, {0ms, kLongest});
  fault.from_weight_percent = static_cast<int>(reader.Integer("fromWeight", 0, 0, 99));
  fault.objectives = reader.Texts("objectives", 16, 63);
  if (!reader.Has("factor") && !reader.Has("drop")) {
    reader.Report(
        "factor", "is missing",
        "say what the canary's bad rate is multiplied by, such as 2; for scores give drop");
  }
}

void ReadTimes(ObjectReader& reader, Scenario& scenario) {
  scenario.block_length = reader.Time("blockLength", scenario.block_length, {1s, 10min});
  scenario.duration = reader.Time("duration", scenario.duration, {1min, kLongest});
  scenario.history = reader.Time("history", scenario.history, {0ms, kLongest});
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
  scenario.objectives = ReadSimulatedObjectives(reader);
  reader.Part("traffic", scenario.traffic, ReadTraffic);
  reader.Part("fault", scenario.fault, ReadFault);
  CheckFault(reader, scenario);
  CheckPods(reader, scenario);
  reader.RefuseOthers();
  return scenario;
}

// Readers call the whole "scenario"; in the text its fields have no such prefix.
void DropWhole(std::string& field) {
  if (field != kWhole && !field.starts_with(std::string(kWhole) + ".")) return;
  field.erase(0, std::min(field.size(), kWhole.size() + 1));
}

}  // namespace

core::Step SteadyStep(int weight_percent, core::Duration duration) {
  core::Step step;
  step.weight_percent = weight_percent;
  step.min_duration = duration;
  step.max_duration = duration;
  step.min_events = 1;
  step.require = core::Require::kProvenNotWorse;
  return step;
}

std::int64_t BlocksIn(const Scenario& scenario) {
  return scenario.duration / scenario.block_length;
}

std::int64_t HistoryBlocksIn(const Scenario& scenario) {
  return scenario.history / scenario.block_length;
}

bool HasFault(const Scenario& scenario) {
  return scenario.fault && (scenario.fault->factor > 1 || scenario.fault->drop > 0);
}

bool IsPastMargin(const Scenario& scenario) {
  if (!scenario.fault) return false;
  const Fault& fault = *scenario.fault;
  return std::ranges::any_of(scenario.objectives, [&](const ObjectiveScenario& objective) {
    if (!IsFaulty(fault, objective)) return false;
    const bool scored = objective.scores.has_value();
    const double usual = scored ? 1 - objective.scores->mean : objective.error_rate;
    const double share = ShareWithFault(fault, objective);
    const double rate = scored ? usual + fault.drop : usual * (1 + share * (fault.factor - 1));
    const double margin =
        std::max(objective.margins.r1 * usual, objective.margins.b * (1 - objective.target));
    // A rate given as a product of decimals may miss the margin it stands for by a rounding.
    return rate >= margin * (1 - 1e-9);
  });
}

core::Policy PolicyOf(const Scenario& scenario) {
  core::Policy policy;
  policy.workload.deployment = "simulated";
  policy.workload.canary_deployment = "simulated-canary";
  if (scenario.traffic.pods.canary > 0) {
    policy.workload.canary_scale.replicas = scenario.traffic.pods.canary;
  }
  core::Route route;
  route.name = "simulated";
  route.canary_service = "simulated-canary";
  route.baseline_service = "simulated";
  route.settle_time = core::Duration::zero();
  policy.routes = {route};
  policy.prometheus.scrapes_per_block = 4;
  policy.prometheus.scrape_interval = scenario.block_length / 4;
  policy.comparison = {.alpha = scenario.alpha, .promotion_alpha = scenario.promotion_alpha};
  policy.steps = scenario.steps;
  for (const ObjectiveScenario& objective : scenario.objectives) {
    policy.objectives.push_back(ObjectiveOf(objective));
  }
  return policy;
}

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

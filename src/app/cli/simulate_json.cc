#include <cmath>
#include <optional>

#include "app/cli/counts_report.h"
#include "app/cli/simulate_report.h"

namespace slogate::app {
namespace {

using Json = nlohmann::ordered_json;
using simulation::Tally;

constexpr double kNinetyNinePercent = 2.326;  // standard errors, on one side

Json ShareValue(const simulation::Proportion& share) {
  Json value;
  value["runs"] = share.hits;
  value["share"] = share.share;
  value["low"] = share.low;
  value["high"] = share.high;
  return value;
}

Json Seconds(const std::optional<core::Duration>& time) {
  if (!time) return nullptr;
  return NumberJson(std::chrono::duration<double>(*time).count());
}

// Order statistics as far to either side as chance may have moved the share of runs.
Json DetectionValue(const Tally& tally, double share) {
  Json value;
  value["seconds"] = Seconds(simulation::CaughtBy(tally, share));
  if (tally.runs == 0) return value;
  const double error =
      kNinetyNinePercent * std::sqrt(share * (1 - share) / static_cast<double>(tally.runs));
  value["low"] = Seconds(simulation::CaughtBy(tally, std::max(0.0, share - error)));
  value["high"] =
      share + error > 1 ? Json(nullptr) : Seconds(simulation::CaughtBy(tally, share + error));
  return value;
}

Json TallyValue(const Tally& tally, const simulation::Scenario& scenario) {
  const bool has_fault = simulation::HasFault(scenario);
  Json value;
  value["rule"] = tally.rule;
  value["runs"] = tally.runs;
  value["falseRollback"] = ShareValue(has_fault ? tally.before_fault : tally.rolled_back);
  value["falsePromotion"] =
      simulation::IsPastMargin(scenario) ? ShareValue(tally.promoted) : Json(nullptr);
  value["caught"] = has_fault ? ShareValue(tally.caught) : Json(nullptr);
  value["rolledBack"] = ShareValue(tally.rolled_back);
  value["promoted"] = ShareValue(tally.promoted);
  value["undecided"] = ShareValue(tally.undecided);
  value["blamedRight"] = has_fault ? ShareValue(tally.blamed_right) : Json(nullptr);
  value["blamedWrong"] = ShareValue(tally.blamed_wrong);
  Json detection(nullptr);
  if (has_fault) {
    detection = Json::object();
    detection["half"] = DetectionValue(tally, .5);
    detection["ninetyNinePercent"] = DetectionValue(tally, .99);
  }
  value["detection"] = std::move(detection);
  value["badServed"] = {{"mean", tally.bad_served.value},
                        {"standardError", tally.bad_served.standard_error}};
  return value;
}

}  // namespace

Json SimulateValue(const std::vector<SimulatedScenario>& simulated, bool stopped) {
  Json scenarios = Json::array();
  for (const SimulatedScenario& one : simulated) {
    const simulation::Scenario& scenario = one.scenario;
    Json value;
    value["name"] = scenario.name;
    value["description"] = scenario.description;
    value["seed"] = scenario.seed;
    value["wantedRuns"] = one.wanted_runs;
    value["blockSeconds"] = Seconds(scenario.block_length);
    value["durationSeconds"] = Seconds(scenario.duration);
    value["hasFault"] = simulation::HasFault(scenario);
    value["pastMargin"] = simulation::IsPastMargin(scenario);
    value["rules"] = Json::array();
    for (const Tally& tally : one.tallies) value["rules"].push_back(TallyValue(tally, scenario));
    scenarios.push_back(std::move(value));
  }
  return {{"scenarios", std::move(scenarios)}, {"stopped", stopped}};
}

}  // namespace slogate::app

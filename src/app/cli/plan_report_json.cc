#include <cmath>
#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "app/cli/plan_report.h"
#include "spec/duration_text.h"

namespace slogate::app {
namespace {

using Json = nlohmann::ordered_json;

// Digits beyond these are noise of the draws.
Json RoundedShare(double number) { return std::round(number * 1e4) / 1e4; }

Json Seconds(const std::optional<core::Duration>& time) {
  if (!time) return nullptr;
  return static_cast<double>(time->count()) / 1000;
}

Json OutlookJson(const Outlook& outlook) {
  const bool good = outlook.factor <= 1;
  Json json;
  json["factor"] = outlook.factor;
  json["medianSeconds"] = Seconds(outlook.median);
  json["nineInTenSeconds"] = Seconds(outlook.most);
  json["never"] = outlook.never;
  json["badServed"] = RoundedShare(outlook.bad_served);
  json[good ? "rolledBack" : "letOn"] = RoundedShare(outlook.let_on);
  json["undecided"] = outlook.undecided ? RoundedShare(*outlook.undecided) : Json(nullptr);
  return json;
}

Json RatesJson(const core::FrozenObjective& objective, const PlannedRates& rates) {
  const core::Dispersion& dispersion = objective.parameters.dispersion;
  Json json;
  json["name"] = objective.name;
  json["mode"] = ToString(objective.mode);
  json["eventsPerSecond"] = rates.events_per_second;
  json["badRate"] = rates.bad_rate;
  json["dispersion"]["measured"] = dispersion.measured;
  json["dispersion"]["phi"] = dispersion.phi_max;
  json["dispersion"]["kappa"] = dispersion.kappa;
  return json;
}

Json StepJson(const core::FrozenParameters& frozen, std::size_t number,
              const StepOutlook& outlook) {
  const core::Step& step = frozen.steps[number];
  Json json;
  json["step"] = number + 1;
  json["weight"] = step.weight_percent;
  json["require"] = ToString(step.require);
  json["leastDuration"] = spec::ToText(step.least_duration);
  json["longestDuration"] = spec::ToText(step.longest_duration);
  json["horizonSeconds"] = Seconds(outlook.horizon);
  json["objectives"] = Json::array();
  for (std::size_t i = 0; i < outlook.objectives.size(); ++i) {
    Json objective;
    objective["name"] = frozen.objectives[i].name;
    objective["canaries"] = Json::array();
    for (const Outlook& one : outlook.objectives[i]) {
      objective["canaries"].push_back(OutlookJson(one));
    }
    json["objectives"].push_back(objective);
  }
  return json;
}

}  // namespace

void PrintJson(const PlanReport& report, std::ostream& out) {
  const core::FrozenParameters& frozen = report.input.frozen;
  Json json;
  json["policy"] = report.policy;
  json["blockLength"] = spec::ToText(frozen.block_length);
  json["measuredOver"] = report.measured.empty() ? Json(nullptr) : Json(report.measured);
  json["exitCode"] = static_cast<int>(Verdict(report));
  json["objectives"] = Json::array();
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    json["objectives"].push_back(RatesJson(frozen.objectives[i], report.input.rates[i]));
  }
  json["steps"] = Json::array();
  for (std::size_t step = 0; step < frozen.steps.size(); ++step) {
    json["steps"].push_back(StepJson(frozen, step, report.outlooks[step]));
  }
  json["warnings"] = report.advice.warnings;
  json["notes"] = report.advice.notes;
  PrintValue(json, OutputFormat::kJson, out);
}

}  // namespace slogate::app

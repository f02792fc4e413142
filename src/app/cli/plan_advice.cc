#include "app/cli/plan_advice.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/cli/plan_mends.h"
#include "app/cli/plan_text.h"
#include "slogate/core/dispersion.h"

namespace slogate::app {
namespace {

// Which faults stay within the margins whatever happens.
std::optional<std::string> Blindness(const PlanInput& input, std::size_t objective) {
  const core::FrozenObjective& frozen = input.frozen.objectives[objective];
  const double rate = input.rates[objective].bad_rate;
  const double least = frozen.parameters.r0 + frozen.parameters.delta / rate;
  if (least < 2) return std::nullopt;
  std::string text = frozen.name + ": only a canary with more than " + ShortNumber(least) +
                     " times the baseline's " + PercentText(rate) +
                     " is rolled back; below that it stays within the margins";
  const double d = 0.5 * rate * (2 - frozen.parameters.r0) / (1 - frozen.target);
  if (d > 0) text += "; margins.d " + ShortNumber(std::floor(d * 1e4) / 1e4) + " would catch x2";
  return text;
}

double Slowed(const core::Dispersion& dispersion) {
  return std::max(dispersion.kappa, 1.25 * dispersion.phi_max);
}

std::string BurstsNote(const core::FrozenObjective& objective) {
  const core::Dispersion& dispersion = objective.parameters.dispersion;
  return objective.name + ": bad events arrive in bursts: evidence is slowed " +
         ShortNumber(Slowed(dispersion)) + " times (phi " + ShortNumber(dispersion.phi_max) +
         ", kappa " + ShortNumber(dispersion.kappa) + ")";
}

// One note for all of them.
std::optional<std::string> UnmeasuredNote(const std::vector<core::FrozenObjective>& objectives) {
  std::string names;
  double slowed = 1;
  for (const core::FrozenObjective& objective : objectives) {
    const core::Dispersion& dispersion = objective.parameters.dispersion;
    if (dispersion.measured) continue;
    names += (names.empty() ? "" : ", ") + objective.name;
    slowed = Slowed(dispersion);
  }
  if (names.empty()) return std::nullopt;
  return names + ": how far counts scatter is not known, so evidence counts as slowed " +
         ShortNumber(slowed) + " times; it is measured before a rollout";
}

// Pods that differ for good widen r0; more canary pods narrow it again.
std::optional<std::string> PodsNote(const core::FrozenObjective& objective) {
  const core::Calibration& seen = objective.calibration;
  const double r0 = objective.parameters.r0;
  if (seen.pod_spread <= 0 || seen.canary_pods <= 0 || seen.baseline_pods <= 0 || r0 <= 1.05) {
    return std::nullopt;
  }
  const int pods = std::max(2 * seen.canary_pods, 4);
  const double shrunk = core::MarginOfPods(seen.pod_spread, pods, seen.baseline_pods).worse;
  return objective.name + ": pods differ, so a canary of " + std::to_string(seen.canary_pods) +
         " may have " + ShortNumber(r0) + " times the bad events; with " + std::to_string(pods) +
         " canary pods " + ShortNumber(shrunk) + " times";
}

void Take(std::vector<std::string>& texts, const std::optional<std::string>& text) {
  if (text) texts.push_back(*text);
}

}  // namespace

PlanAdvice Advise(const PlanInput& input, const std::vector<StepOutlook>& outlooks) {
  PlanAdvice advice;
  for (std::size_t step = 0; step < outlooks.size(); ++step) {
    for (std::size_t i = 0; i < input.frozen.objectives.size(); ++i) {
      Take(advice.warnings, UndecidedWarning(input, outlooks[step], step, i));
      Take(advice.notes, LetOnNote(input, outlooks[step], step, i));
    }
  }
  for (std::size_t i = 0; i < input.frozen.objectives.size(); ++i) {
    const core::FrozenObjective& objective = input.frozen.objectives[i];
    Take(advice.notes, Blindness(input, i));
    Take(advice.notes, PodsNote(objective));
    const core::Dispersion& dispersion = objective.parameters.dispersion;
    if (dispersion.measured && Slowed(dispersion) > 2) {
      advice.notes.push_back(BurstsNote(objective));
    }
    if (!objective.cohort_label.empty()) {
      advice.notes.push_back(objective.name + ": cohorts are judged as well, but not planned here");
    }
  }
  Take(advice.notes, UnmeasuredNote(input.frozen.objectives));
  return advice;
}

}  // namespace slogate::app

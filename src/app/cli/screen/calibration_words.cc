#include "app/cli/screen/calibration_words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <variant>

namespace slogate::app {
namespace {

using SelfCheck = core::Calibration::SelfCheck;

constexpr double kBursts = 1.5;  // less is what the margins of safety alone cost
constexpr double kNoSpread = 0.005;
constexpr int kPodsToSplit = 4;

std::string TimesText(double factor) {
  char text[40];
  std::snprintf(text, sizeof(text), factor < 9.95 ? "%.1f" : "%.0f", factor);
  return text;
}

std::string Arrivals(const core::FrozenObjective& objective, Detail detail) {
  const core::Dispersion& dispersion = objective.parameters.dispersion;
  if (!dispersion.measured) {
    return "too little history to tell how requests arrive: dispersion is taken to be 2, which "
           "slow bursts exceed";
  }
  const double slowdown = Slowdown(dispersion);
  if (slowdown >= kBursts) {
    const bool by_pods = objective.calibration.baseline_pods >= kPodsToSplit;
    return "requests arrive in bursts: evidence slowed " + TimesText(slowdown) + " times; " +
           (by_pods ? "more canary pods would help" : "longer steps would help");
  }
  if (detail == Detail::kNotable) return "";
  return "requests look independent of each other: evidence slowed " + TimesText(slowdown) +
         " times";
}

std::string Pods(const core::FrozenObjective& objective) {
  const core::Calibration& calibration = objective.calibration;
  if (calibration.pod_spread < kNoSpread) return "";
  const auto count = [](int pods, const char* of) {
    return std::to_string(pods) + " " + of + (pods == 1 ? " pod" : " pods");
  };
  return "pods differ by " + std::to_string(std::lround(100 * calibration.pod_spread)) +
         " %: with " + count(calibration.canary_pods, "canary") + " against " +
         std::to_string(calibration.baseline_pods) + " the margin is " +
         TimesText(objective.parameters.r0) + "; more canary pods would narrow it";
}

std::string SelfChecked(const core::FrozenObjective& objective, Detail detail) {
  switch (objective.calibration.self_check) {
    case SelfCheck::kFired:
      return "self-check: this gate would have fired on the baseline against itself; do not trust "
             "it when it says worse";
    case SelfCheck::kQuiet:
      if (detail == Detail::kNotable) return "";
      return "self-check: quiet, this gate would not have fired on the baseline against itself";
    case SelfCheck::kNotDone:
      if (detail == Detail::kNotable) return "";
      return "self-check: not done, there is too little history";
  }
  return "";
}

std::string Squares(const core::FrozenObjective& objective) {
  const auto* score = std::get_if<core::ScoreIndicator>(&objective.indicator);
  const bool counted = (score != nullptr && score->squares) ||
                       std::holds_alternative<core::ScoreHistogramIndicator>(objective.indicator);
  if (!counted || objective.parameters.squares) return "";
  return "squared scores are not relied upon, for the self-check was not quiet with them";
}

std::string Tightened(const core::FrozenObjective& objective) {
  if (!objective.calibration.tightened) return "";
  return "the margin is smaller than usual, since little was left of the error budget";
}

}  // namespace

double Slowdown(const core::Dispersion& dispersion) {
  return std::max({1.0, dispersion.kappa * dispersion.phi_block, 1.25 * dispersion.phi_max});
}

std::vector<std::string> CalibrationSentences(const core::FrozenObjective& objective,
                                              Detail detail) {
  std::vector<std::string> sentences;
  for (std::string sentence : {Arrivals(objective, detail), Pods(objective), Squares(objective),
                               Tightened(objective), SelfChecked(objective, detail)}) {
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  }
  return sentences;
}

}  // namespace slogate::app

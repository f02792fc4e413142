#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/predict/plan.h"
#include "app/cli/status/rollout_view.h"
#include "app/cli/terminal/span.h"
#include "slogate/core/caveats.h"
#include "slogate/core/dispersion.h"
#include "slogate/core/freeze.h"

namespace slogate::app {
namespace {

constexpr double kTooOftenUndecided = 0.2;
constexpr double kTooOftenLetOn = 0.5;
// Where nothing was drawn to the end: nine in ten are done by this multiple of the mean path.
constexpr double kMaxPerMean = 1.7;
constexpr int kHighestWeight = 90;
constexpr double kHighestMargin = 4;

// "a, b or c".
std::string Alternatives(const std::vector<std::string>& fixes) {
  if (fixes.size() < 2) return Joined(fixes);
  return Joined({fixes.begin(), fixes.end() - 1}) + " or " + fixes.back();
}

// One objective in one step.
class Spot {
 public:
  Spot(const PlanInput& input, const StepOutlook& outlook, std::size_t step, std::size_t objective)
      : input_(input),
        outlook_(outlook),
        step_(input.frozen.steps[step]),
        objective_(input.frozen.objectives[objective]),
        step_number_(step + 1),
        index_(objective),
        chances_(outlook.objectives[objective]) {}

  // Why the objective seldom lets the step end by itself, and what would; absent: it does.
  std::optional<std::string> Undecided() const {
    if (objective_.mode != core::Mode::kEnforce) return std::nullopt;
    if (step_.require == core::Require::kApproval) return std::nullopt;
    if (EventsMissing() > 1) return TooFewEvents();
    const Outlook& good = chances_.front();
    const bool ends =
        Limited() ? good.undecided.value_or(0) < kTooOftenUndecided : good.most.has_value();
    if (ends) return std::nullopt;
    const std::string how_often =
        Limited() ? PercentText(std::round(*good.undecided * 100) / 100) +
                        " of good canaries are undecided after " + RoughTime(Limit())
                  : "more than one in ten good canaries is undecided after " + RoughTime(Limit());
    const auto mean = MeanBlocks(step_.weight_percent, objective_.parameters.r1, 1);
    if (!mean) return Name() + ": no evidence would ever show that a good canary is not worse";
    const double most = good.most ? BlocksWithin(*good.most) : kMaxPerMean * *mean;
    std::vector<std::string> fixes;
    if (Limited()) {
      const auto needed = std::chrono::milliseconds(
          std::llround(most * static_cast<double>(input_.frozen.block_length.count())));
      fixes.push_back("maxDuration " + RoundTime(input_.lag + needed));
    }
    const double allowed = *mean * BlocksWithin(Limit()) / most;
    if (const auto weight = WeightThatTakes(allowed, 1)) {
      fixes.push_back("weight " + std::to_string(*weight));
    }
    if (const auto margin = MarginThatTakes(allowed)) {
      fixes.push_back("margins.promotionMargin " + ShortNumber(*margin));
    }
    return Name() + ": " + how_often +
           (fixes.empty() ? "; more traffic is needed" : "; what would do: " + Alternatives(fixes));
  }

  // That the step mostly lets the largest fault on, and what would catch it; absent: it does not.
  std::optional<std::string> LetsFaultOn() const {
    const Outlook& worst = chances_.back();
    if (objective_.mode != core::Mode::kEnforce || worst.never) return std::nullopt;
    if (worst.let_on <= kTooOftenLetOn || step_.require == core::Require::kApproval) {
      return std::nullopt;
    }
    std::vector<std::string> fixes;
    if (worst.most) fixes.push_back("minDuration " + RoundTime(*worst.most));
    const auto mean = MeanBlocks(step_.weight_percent, objective_.parameters.r1, worst.factor);
    if (mean && worst.most) {
      const double allowed =
          *mean * BlocksWithin(step_.min_duration) / std::max(1.0, BlocksWithin(*worst.most));
      if (const auto weight = WeightThatTakes(allowed, worst.factor)) {
        fixes.push_back("weight " + std::to_string(*weight));
      }
    }
    return Name() + ": " + PercentText(std::round(worst.let_on * 100) / 100) +
           " of canaries with " + ShortNumber(worst.factor) +
           " times the bad events pass before they are caught" +
           (fixes.empty() ? "" : "; what would catch them here: " + Alternatives(fixes));
  }

 private:
  bool Limited() const { return chances_.front().undecided.has_value(); }
  core::Duration Limit() const { return Limited() ? step_.max_duration : outlook_.horizon; }

  std::string Name() const {
    return "step " + std::to_string(step_number_) + " (" + std::to_string(step_.weight_percent) +
           " %), " + objective_.name;
  }

  double BlocksWithin(core::Duration time) const {
    const core::Duration left = std::max(core::Duration{0}, time - input_.lag);
    return static_cast<double>(left.count()) /
           static_cast<double>(input_.frozen.block_length.count());
  }

  // Of the good canary to the end of the step when `factor` is 1, else of the fault to its end.
  std::optional<double> MeanBlocks(double weight, double r1, double factor) const {
    core::ComparatorParameters parameters = objective_.parameters;
    parameters.r1 = r1;
    const core::BlockGrowth growth =
        core::ExpectedGrowth(parameters, TrafficOf(input_, index_, weight, factor));
    if (factor <= 1) {
      return core::BlocksToPromotion(growth, -std::log(input_.frozen.promotion_alpha));
    }
    const std::size_t later_steps = input_.frozen.steps.size() - 1;
    double start = later_steps == 0 ? 0.8 : 0.4;
    if (step_number_ > 1) start /= static_cast<double>(later_steps);
    return core::BlocksToRollback(growth, start, LogRollbackThreshold(input_.frozen, index_));
  }

  std::optional<int> WeightThatTakes(double blocks, double factor) const {
    for (int weight = step_.weight_percent + 1; weight <= kHighestWeight; ++weight) {
      const auto needed = MeanBlocks(weight, objective_.parameters.r1, factor);
      if (needed && *needed <= blocks) return weight;
    }
    return std::nullopt;
  }

  std::optional<double> MarginThatTakes(double blocks) const {
    for (double r1 = std::floor(objective_.parameters.r1 * 10 + 1) / 10; r1 <= kHighestMargin;
         r1 += 0.1) {
      const auto needed = MeanBlocks(step_.weight_percent, r1, 1);
      if (needed && *needed <= blocks) return r1;
    }
    return std::nullopt;
  }

  // How often the canary's events of a whole step would have to be had; at most 1: there are
  // enough.
  double EventsMissing() const {
    const double a_block = TrafficOf(input_, index_, step_.weight_percent, 1).canary_events;
    return step_.min_events / std::max(1e-9, a_block * BlocksWithin(Limit()));
  }

  std::string TooFewEvents() const {
    const double missing = EventsMissing();
    const int weight = static_cast<int>(std::ceil(step_.weight_percent * missing));
    std::vector<std::string> fixes = {"minEvents " +
                                      ShortNumber(std::floor(step_.min_events / missing))};
    if (weight <= kHighestWeight) fixes.push_back("weight " + std::to_string(weight));
    if (Limited()) {
      const auto longer =
          core::Duration(std::llround(static_cast<double>(Limit().count()) * missing));
      fixes.push_back("maxDuration " + RoundTime(longer));
    }
    return Name() + ": the canary has about " + ShortNumber(step_.min_events / missing) +
           " events in " + RoughTime(Limit()) + ", fewer than minEvents " +
           ShortNumber(step_.min_events) + "; what would do: " + Alternatives(fixes);
  }

  const PlanInput& input_;
  const StepOutlook& outlook_;
  const core::Step& step_;
  const core::FrozenObjective& objective_;
  const std::size_t step_number_;
  const std::size_t index_;
  const std::vector<Outlook>& chances_;
};

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
  if (d > 0) {
    text += "; margins.minEffect " + ShortNumber(std::floor(d * 1e4) / 1e4) + " would catch x2";
  }
  return text;
}

std::string BurstsNote(const core::FrozenObjective& objective) {
  const core::Dispersion& dispersion = objective.parameters.dispersion;
  const char* const why = dispersion.given
                              ? ": the policy gives the dispersion: evidence is slowed "
                              : ": bad events arrive in bursts: evidence is slowed ";
  return objective.name + why + ShortNumber(core::Slowdown(dispersion)) +
         " times (overdispersion " + ShortNumber(dispersion.phi_max) + ", kappa " +
         ShortNumber(dispersion.kappa) + ")" +
         (dispersion.capped ? ", the most that dispersion may cost" : "");
}

// One note for all of them.
std::optional<std::string> UnmeasuredNote(const std::vector<core::FrozenObjective>& objectives) {
  std::vector<std::string> names;
  double slowed = 1;
  for (const core::FrozenObjective& objective : objectives) {
    const core::Dispersion& dispersion = objective.parameters.dispersion;
    if (dispersion.measured || dispersion.given) continue;
    names.push_back(objective.name);
    slowed = core::Slowdown(dispersion);
  }
  if (names.empty()) return std::nullopt;
  return Joined(names) + ": the dispersion of counts is not known, so evidence counts as slowed " +
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

std::optional<std::string> WarmUpNote(const core::FrozenParameters& frozen) {
  if (frozen.warm_up <= core::Duration{0}) return std::nullopt;
  const std::string tolerance = ShortNumber(core::kWarmUpTolerance);
  return "each step begins with a warm-up of " + RoughTime(frozen.warm_up) +
         ", in which only a canary with more than " + tolerance +
         " times the bad events is rolled back; the times here begin after it";
}

void Take(std::vector<std::string>& texts, const std::optional<std::string>& text) {
  if (text) texts.push_back(*text);
}

}  // namespace

PlanAdvice Report(const PlanInput& input, const std::vector<StepOutlook>& outlooks) {
  PlanAdvice advice;
  for (std::size_t step = 0; step < outlooks.size(); ++step) {
    for (std::size_t i = 0; i < input.frozen.objectives.size(); ++i) {
      const Spot spot(input, outlooks[step], step, i);
      Take(advice.warnings, spot.Undecided());
      Take(advice.notes, spot.LetsFaultOn());
    }
  }
  for (std::string& warning : core::SlowStepWarnings(input.frozen)) {
    advice.warnings.push_back(std::move(warning));
  }
  for (std::size_t i = 0; i < input.frozen.objectives.size(); ++i) {
    const core::FrozenObjective& objective = input.frozen.objectives[i];
    const std::string left_out = LeftOutText(objective.calibration);
    if (!left_out.empty()) advice.notes.push_back(objective.name + ": " + left_out);
    Take(advice.notes, Blindness(input, i));
    Take(advice.notes, PodsNote(objective));
    const core::Dispersion& dispersion = objective.parameters.dispersion;
    if ((dispersion.measured || dispersion.given) && core::Slowdown(dispersion) > 2) {
      advice.notes.push_back(BurstsNote(objective));
    }
    if (!objective.cohort_label.empty()) {
      advice.notes.push_back(objective.name + ": cohorts are judged as well, but not planned here");
    }
  }
  for (std::string& caveat : core::Caveats(input.frozen)) {
    advice.notes.push_back(std::move(caveat));
  }
  Take(advice.notes, WarmUpNote(input.frozen));
  Take(advice.notes, UnmeasuredNote(input.frozen.objectives));
  return advice;
}

}  // namespace slogate::app

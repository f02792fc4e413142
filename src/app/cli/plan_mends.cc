#include "app/cli/plan_mends.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "app/cli/plan_text.h"

namespace slogate::app {
namespace {

constexpr double kTooOftenUndecided = 0.2;
constexpr double kTooOftenLetOn = 0.5;
// Where nothing was drawn to the end: nine in ten are done by this multiple of the mean path.
constexpr double kMostPerMean = 1.7;
constexpr int kHighestWeight = 90;
constexpr double kHighestMargin = 4;

std::string JoinedWords(const std::vector<std::string>& mends) {
  std::string text;
  for (std::size_t i = 0; i < mends.size(); ++i) {
    if (i > 0) text += i + 1 == mends.size() ? " or " : ", ";
    text += mends[i];
  }
  return text;
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

  std::optional<std::string> Undecided() const;
  std::optional<std::string> LetsFaultOn() const;

 private:
  bool Limited() const { return chances_.front().undecided.has_value(); }
  core::Duration Limit() const { return Limited() ? step_.longest_duration : outlook_.horizon; }
  double BlocksWithin(core::Duration time) const;
  std::string Name() const;
  double EventsMissing() const;
  std::string TooFewEvents() const;
  std::optional<double> MeanBlocks(double weight, double r1, double factor) const;
  std::optional<int> WeightThatTakes(double blocks, double factor) const;
  std::optional<double> MarginThatTakes(double blocks) const;

  const PlanInput& input_;
  const StepOutlook& outlook_;
  const core::Step& step_;
  const core::FrozenObjective& objective_;
  const std::size_t step_number_;
  const std::size_t index_;
  const std::vector<Outlook>& chances_;
};

std::string Spot::Name() const {
  return "step " + std::to_string(step_number_) + " (" + std::to_string(step_.weight_percent) +
         " %), " + objective_.name;
}

double Spot::BlocksWithin(core::Duration time) const {
  const core::Duration left = std::max(core::Duration{0}, time - input_.lag);
  return static_cast<double>(left.count()) /
         static_cast<double>(input_.frozen.block_length.count());
}

// Of the good canary to the end of the step when `factor` is 1, else of the fault to its end.
std::optional<double> Spot::MeanBlocks(double weight, double r1, double factor) const {
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

std::optional<int> Spot::WeightThatTakes(double blocks, double factor) const {
  for (int weight = step_.weight_percent + 1; weight <= kHighestWeight; ++weight) {
    const auto needed = MeanBlocks(weight, objective_.parameters.r1, factor);
    if (needed && *needed <= blocks) return weight;
  }
  return std::nullopt;
}

std::optional<double> Spot::MarginThatTakes(double blocks) const {
  for (double r1 = std::floor(objective_.parameters.r1 * 10 + 1) / 10; r1 <= kHighestMargin;
       r1 += 0.1) {
    const auto needed = MeanBlocks(step_.weight_percent, r1, 1);
    if (needed && *needed <= blocks) return r1;
  }
  return std::nullopt;
}

// How often the canary's events of a whole step would have to be had; at most 1: there are enough.
double Spot::EventsMissing() const {
  const double a_block = TrafficOf(input_, index_, step_.weight_percent, 1).canary_events;
  return step_.least_events / std::max(1e-9, a_block * BlocksWithin(Limit()));
}

std::string Spot::TooFewEvents() const {
  const double missing = EventsMissing();
  const int weight = static_cast<int>(std::ceil(step_.weight_percent * missing));
  std::vector<std::string> mends = {"leastEvents " +
                                    ShortNumber(std::floor(step_.least_events / missing))};
  if (weight <= kHighestWeight) mends.push_back("weight " + std::to_string(weight));
  if (Limited()) {
    const auto longer =
        core::Duration(std::llround(static_cast<double>(Limit().count()) * missing));
    mends.push_back("longestDuration " + RoundTime(longer));
  }
  return Name() + ": the canary has about " + ShortNumber(step_.least_events / missing) +
         " events in " + RoughTime(Limit()) + ", fewer than leastEvents " +
         ShortNumber(step_.least_events) + "; what would do: " + JoinedWords(mends);
}

std::optional<std::string> Spot::Undecided() const {
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
  if (!mean) return Name() + ": no evidence would ever show a good canary no worse";
  const double most = good.most ? BlocksWithin(*good.most) : kMostPerMean * *mean;
  std::vector<std::string> mends;
  if (Limited()) {
    const auto needed = std::chrono::milliseconds(
        std::llround(most * static_cast<double>(input_.frozen.block_length.count())));
    mends.push_back("longestDuration " + RoundTime(input_.lag + needed));
  }
  const double allowed = *mean * BlocksWithin(Limit()) / most;
  if (const auto weight = WeightThatTakes(allowed, 1)) {
    mends.push_back("weight " + std::to_string(*weight));
  }
  if (const auto margin = MarginThatTakes(allowed)) {
    mends.push_back("margins.r1 " + ShortNumber(*margin));
  }
  return Name() + ": " + how_often +
         (mends.empty() ? "; more traffic is needed" : "; what would do: " + JoinedWords(mends));
}

// The largest fault that was looked at goes through more often than not.
std::optional<std::string> Spot::LetsFaultOn() const {
  const Outlook& worst = chances_.back();
  if (objective_.mode != core::Mode::kEnforce || worst.never) return std::nullopt;
  if (worst.let_on <= kTooOftenLetOn || step_.require == core::Require::kApproval) {
    return std::nullopt;
  }
  std::vector<std::string> mends;
  if (worst.most) mends.push_back("leastDuration " + RoundTime(*worst.most));
  const auto mean = MeanBlocks(step_.weight_percent, objective_.parameters.r1, worst.factor);
  if (mean && worst.most) {
    const double allowed =
        *mean * BlocksWithin(step_.least_duration) / std::max(1.0, BlocksWithin(*worst.most));
    if (const auto weight = WeightThatTakes(allowed, worst.factor)) {
      mends.push_back("weight " + std::to_string(*weight));
    }
  }
  return Name() + ": " + PercentText(std::round(worst.let_on * 100) / 100) + " of canaries with " +
         ShortNumber(worst.factor) + " times the bad events pass before they are caught" +
         (mends.empty() ? "" : "; what would catch them here: " + JoinedWords(mends));
}

}  // namespace

std::optional<std::string> UndecidedWarning(const PlanInput& input, const StepOutlook& outlook,
                                            std::size_t step, std::size_t objective) {
  return Spot(input, outlook, step, objective).Undecided();
}

std::optional<std::string> LetOnNote(const PlanInput& input, const StepOutlook& outlook,
                                     std::size_t step, std::size_t objective) {
  return Spot(input, outlook, step, objective).LetsFaultOn();
}

}  // namespace slogate::app

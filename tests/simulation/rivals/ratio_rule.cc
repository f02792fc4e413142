#include "simulation/rivals/ratio_rule.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace slogate::simulation {
namespace {

// The comparator's own alternatives.
std::array<double, core::kRollbackGrid> Alternatives(double r0) {
  std::array<double, core::kRollbackGrid> ratios{};
  const double first = std::log(1.25);
  const double width = (std::log(6.0) - first) / static_cast<double>(ratios.size() - 1);
  for (std::size_t j = 0; j < ratios.size(); ++j) {
    ratios[j] = r0 * std::exp(first + width * static_cast<double>(j));
  }
  return ratios;
}

class Ratio : public ReleaseRule {
 public:
  explicit Ratio(const Scenario& scenario)
      : scenario_(scenario),
        r0_(scenario.objectives.front().margins.r0),
        ratios_(Alternatives(r0_)) {}

  void Begin(const core::HistoryReading& /*history*/) override {
    capital_.fill(0);
    started_ = 0;
    blocks_ = 0;
    step_ = 0;
  }

  Reaction See(const RuleInput& input) override {
    const core::PairedCounts& counts = input.seen.objectives.front().counts;
    const bool later_step = input.step != step_;
    step_ = input.step;
    const double start = std::min(
        1 - started_, core::StartWeight(blocks_++, BlocksIn(scenario_),
                                        static_cast<int>(scenario_.steps.size()), later_step));
    started_ += start;
    double evidence = 1 - started_;
    for (std::size_t j = 0; j < ratios_.size(); ++j) {
      capital_[j] += start / static_cast<double>(ratios_.size());
      capital_[j] *= std::exp(core::LogRatio(counts, r0_, ratios_[j]));
      evidence += capital_[j];
    }
    Reaction reaction;
    reaction.evidence.rollback = std::log(evidence);
    if (evidence >= 1 / scenario_.alpha) {
      reaction.move = Move::kRollBack;
      reaction.failed_objectives = {scenario_.objectives.front().name};
    } else if (input.step_over) {
      reaction.move = Move::kNextStep;
    }
    return reaction;
  }

 private:
  const Scenario& scenario_;
  double r0_;
  std::array<double, core::kRollbackGrid> ratios_;
  std::array<double, core::kRollbackGrid> capital_{};
  double started_ = 0;
  long blocks_ = 0;
  int step_ = 0;
};

}  // namespace

RuleKind RatioRule() {
  return {.name = "ratio",
          .make = [](const Scenario& scenario) { return std::make_unique<Ratio>(scenario); }};
}

}  // namespace slogate::simulation

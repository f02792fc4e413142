#include <algorithm>
#include <string>
#include <string_view>

#include "spec/status/status_parts.h"
#include "spec/text/names.h"
#include "spec/text/units.h"

namespace slogate::spec {
namespace {

using core::Phase;
using core::StepStage;

// The longest time since the epoch, in milliseconds: a block's number times its length fits.
constexpr std::int64_t kLongestTime = 1'000'000'000'000'000;

std::string Found(std::int64_t found) { return "is " + std::to_string(found) + ", but "; }

class Agreement {
 public:
  Agreement(ObjectReader& status, const core::RolloutState& state)
      : status_(status), state_(state), active_(core::ActivePhase(state)) {}

  void Check() {
    if (state_.phase == Phase::kPaused && !Rolls()) {
      Report("progress.pausedPhase", "is " + std::string(core::ToString(active_)) +
                                         ", but only Progressing and Promoting are paused");
      return;
    }
    CheckPhase();
    CheckMoved();
    if (state_.frozen) {
      CheckFrozen(*state_.frozen);
      CheckCheckpoint(*state_.frozen);
    } else {
      CheckNothingFrozen();
    }
    CheckWeight();
  }

 private:
  bool Rolls() const { return active_ == Phase::kProgressing || active_ == Phase::kPromoting; }

  // The number of the running step's first block is about to be used.
  bool CountsEvidence() const {
    return active_ == Phase::kProgressing &&
           (state_.stage == StepStage::kBaking ||
            (state_.stage == StepStage::kMoving && state_.step > 0));
  }

  void Report(std::string_view field, const std::string& found) {
    status_.Report(field, found, "");
  }

  void Need(std::string_view field, bool there) {
    if (there) return;
    Report(field, "is missing, but phase is " + std::string(core::ToString(state_.phase)));
  }

  void CheckPhase() {
    const core::TimePoint never{};
    const bool rejected = state_.phase == Phase::kRollingBack || state_.phase == Phase::kRolledBack;
    Need("progress.phaseBegan", state_.phase_began != never || state_.phase == Phase::kPending);
    Need("progress.stageBegan", state_.stage_began != never || active_ != Phase::kProgressing);
    Need("candidateRevision", !state_.candidate_revision.empty() || !Rolls());
    Need("rejectedRevision", !state_.rejected_revision.empty() || !rejected);
  }

  // Whatever these name is written to.
  void CheckMoved() {
    CheckName("adopted.deployment", state_.adopted.deployment);
    for (std::size_t i = 0; i < state_.moved.size(); ++i) {
      const core::Route& route = state_.moved[i];
      const std::string at = "moved[" + std::to_string(i) + "].";
      Need(at + "name", !route.name.empty());
      CheckName(at + "name", route.name);
      CheckName(at + "canaryService", route.canary_service);
      CheckName(at + "baselineService", route.baseline_service);
      CheckName(at + "host", route.host);
      CheckName(at + "canaryIngress", route.canary_ingress);
      CheckName(at + "canaryDeployment", route.canary_deployment);
      CheckName(at + "baselineDeployment", route.baseline_deployment);
    }
  }

  void CheckName(std::string_view field, const std::string& name) {
    if (!name.empty() && !IsDnsSubdomain(name)) Report(field, "'" + name + "' is no name");
  }

  // A rollout that has no pods yet, one that was promoted by hand before it had, and none at all.
  void CheckNothingFrozen() {
    const bool starts = state_.phase == Phase::kProgressing && state_.stage == StepStage::kStarting;
    Need("frozen", active_ != Phase::kProgressing || starts);
    constexpr const char* kNothing = "nothing is frozen";
    if (state_.step != 0) Report("progress.stepIndex", Found(state_.step) + kNothing);
    if (state_.step_first_block != 0) {
      Report("progress.stepFirstBlock", Found(state_.step_first_block) + kNothing);
    }
    if (!state_.checkpoint.objectives.empty()) {
      Report("checkpoint.objectives", "are given, but nothing is frozen");
    }
  }

  void CheckFrozen(const core::FrozenParameters& frozen) {
    const auto steps = static_cast<std::int64_t>(frozen.steps.size());
    if (state_.step >= steps) {
      Report("progress.stepIndex",
             Found(state_.step) + "there are " + std::to_string(steps) + " steps");
    }
    const bool enforced = std::ranges::any_of(
        frozen.objectives,
        [](const core::FrozenObjective& one) { return one.mode == core::Mode::kEnforce; });
    if (!enforced) Report("frozen.objectives", "are all in mode Report");
    if (frozen.origin <= core::TimePoint{}) {
      Report("frozen.origin", "is " + ToText(frozen.origin) + ", before any rollout");
    }
    if (frozen.block_length < frozen.scrape_interval) {
      Report("frozen.blockLength", "is " + ToText(frozen.block_length) +
                                       ", but scrapeInterval is " + ToText(frozen.scrape_interval));
    } else {
      CheckFirstBlock(frozen);
    }
  }

  void CheckFirstBlock(const core::FrozenParameters& frozen) {
    const std::int64_t first = state_.step_first_block;
    if (first > kLongestTime / frozen.block_length.count()) {
      Report("progress.stepFirstBlock", std::to_string(first) + " is out of range");
    } else if (CountsEvidence() && first * frozen.block_length < frozen.origin.time_since_epoch()) {
      Report("progress.stepFirstBlock",
             Found(first) + "the rollout began " + ToText(frozen.origin) + ", in block " +
                 std::to_string(frozen.origin.time_since_epoch() / frozen.block_length));
    }
  }

  void CheckCheckpoint(const core::FrozenParameters& frozen) {
    const std::size_t count = state_.checkpoint.objectives.size();
    if (count != frozen.objectives.size()) {
      Report("checkpoint.objectives", "are " + std::to_string(count) + ", but the rollout has " +
                                          std::to_string(frozen.objectives.size()) + " objectives");
      return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const core::EvidenceState& evidence = state_.checkpoint.objectives[i];
      const core::FrozenObjective& objective = frozen.objectives[i];
      const std::string at = "checkpoint.objectives[" + std::to_string(i) + "].";
      CheckSlices(at + "cohorts", evidence.cohorts.size(), objective.cohorts.size());
      CheckSlices(at + "bounds", evidence.bounds.size(), objective.bounds.size());
    }
  }

  // Fewer have no evidence yet.
  void CheckSlices(const std::string& field, std::size_t found, std::size_t frozen) {
    if (found <= frozen) return;
    Report(field,
           "are " + std::to_string(found) + ", but the objective has " + std::to_string(frozen));
  }

  // The weight is the intent: whatever it says is done. A promotion begins with the weight of its
  // step and ends with none. In between it follows the pods, and a strategy that stops production
  // first, as an owner does, may have the canary take all traffic.
  void CheckWeight() {
    const int weight = state_.desired_percent;
    if (!Rolls()) {
      const std::string phase(core::ToString(active_));
      if (weight != 0) Report("weight", Found(weight) + "phase " + phase + " has weight 0");
    } else if (active_ == Phase::kProgressing && state_.stage == StepStage::kStarting) {
      if (weight != 0) Report("weight", Found(weight) + "stage Starting has weight 0");
    } else if (active_ == Phase::kProgressing) {
      CheckWeightOfStep(weight);
    }
  }

  // Below that of its step only where the pods do not carry it.
  void CheckWeightOfStep(int weight) {
    const auto step = static_cast<std::size_t>(state_.step);
    if (!state_.frozen || step >= state_.frozen->steps.size()) return;
    const int of_step = state_.frozen->steps[step].weight_percent;
    if (weight == of_step || (state_.lowered && weight < of_step)) return;
    Report("weight", Found(weight) + "step " + std::to_string(step + 1) + " has weight " +
                         std::to_string(of_step));
  }

  ObjectReader& status_;
  const core::RolloutState& state_;
  const Phase active_;
};

}  // namespace

void CheckAgreement(ObjectReader& status, const core::RolloutState& state) {
  Agreement(status, state).Check();
}

}  // namespace slogate::spec

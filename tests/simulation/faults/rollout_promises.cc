#include "simulation/faults/rollout_promises.h"

#include <algorithm>

namespace slogate::faults {
namespace {

using core::Phase;
using core::Reason;
using core::RolloutState;

// From a loss of pods, or from a write of a process that stood still, to weights that are right:
// the longest time between two checks of a canary that has traffic, and some more.
constexpr core::Duration kTimeToFollow = std::chrono::seconds(45);

std::string Percent(int weight) { return std::to_string(weight) + " %"; }

bool IsOver(Phase phase) {
  return phase == Phase::kRollingBack || phase == Phase::kRolledBack || phase == Phase::kSuperseded;
}

}  // namespace

void RolloutPromises::Break(const std::string& promise, const std::string& how) {
  if (!broken_) broken_ = Broken{promise, how};
}

Quality RolloutPromises::QualityOf(const std::string& revision) const {
  if (revision == "v2") return scenario_.candidate;
  return revision == "v3" ? scenario_.next : Quality::kGood;
}

int RolloutPromises::Weight() const {
  const auto route = world_.router.Find("shop", "app");
  return route ? route->rules.front().first : 0;
}

bool RolloutPromises::Carries(int percent) const {
  const auto canary = world_.workloads.Find("shop", "app-canary");
  const auto production = world_.workloads.Find("shop", "app");
  if (!canary || !production) return percent == 0;
  if (scenario_.Managed()) return percent * production->replicas <= 100 * canary->current_pods;
  return canary->current_pods + canary->old_pods >= core::PodsNeeded(percent, canary->replicas);
}

void RolloutPromises::Wrote(const Process& process, bool others_lead) {
  if (!others_lead || !process.leads()) return;
  Break("one process acts at a time", "two may act at once");
}

void RolloutPromises::StatusStored(const Process& process, core::Duration now) {
  const RolloutState before = std::move(state_);
  state_ = world_.policies.Peek(kPolicyKey).state;
  const bool was_on = core::ActivePhase(before) == Phase::kProgressing;
  if (was_on && core::ActivePhase(state_) == Phase::kProgressing && state_.step != before.step &&
      state_.attempts == before.attempts &&
      state_.candidate_revision == before.candidate_revision) {
    StepPassed(process, before, state_, now);
  }
  if (was_on && state_.phase == Phase::kPromoting) StepPassed(process, before, state_, now);
  const bool bakes =
      state_.phase == Phase::kProgressing && state_.stage == core::StepStage::kBaking;
  if (!bakes && state_.phase != Phase::kPaused) baking_since_.reset();
  if (bakes && (!baking_since_ || before.stage_began != state_.stage_began)) baking_since_ = now;
  if (state_.phase == Phase::kRollingBack && before.phase != Phase::kRollingBack) {
    Rejected(state_, process.clock.Now() - process.clock.off - now);
  }
  if (state_.phase == Phase::kProgressing && rejected_.contains(state_.candidate_revision)) {
    Break("a rejected revision is not tried again", state_.candidate_revision);
  }
  if (state_.phase == Phase::kProgressing && state_.frozen) {
    const auto& steps = state_.frozen->steps;
    const int allowed = steps.at(static_cast<std::size_t>(state_.step)).weight_percent;
    if (state_.desired_percent > allowed) {
      Break("no weight is above its step", Percent(state_.desired_percent) + " is intended, " +
                                               Percent(allowed) + " is the step's");
    }
  }
  if (IsOver(state_.phase) && state_.desired_percent != 0) {
    Break("a rollback takes all traffic", Percent(state_.desired_percent) + " is intended");
  }
}

void RolloutPromises::StepPassed(const Process& process, const RolloutState& before,
                                 const RolloutState& after, core::Duration now) {
  const std::string step = "step " + std::to_string(before.step + 1);
  if (after.reason == Reason::kPromotedByHand) {
    if (!people_.let_go) Break("only people let go by hand", step);
    return;
  }
  const core::HistoryEntry* passed = nullptr;
  for (const core::HistoryEntry& entry : after.history) {
    const bool is_pass = entry.reason == Reason::kStepPassed || entry.reason == Reason::kApproved ||
                         entry.reason == Reason::kPromotedByPerson;
    if (is_pass) passed = &entry;
  }
  if (passed != nullptr && passed->reason == Reason::kPromotedByPerson) {
    if (!people_.pass_step) Break("only people promote without evidence", step);
    return;
  }
  if (before.stage != core::StepStage::kBaking || !before.frozen || !baking_since_) {
    return Break("a step passes on evidence alone", step + " passed without baking");
  }
  if (after.phase == Phase::kProgressing && after.step != before.step + 1) {
    Break("steps follow each other", step + " was followed by " + std::to_string(after.step + 1));
  }
  const core::Step& frozen = before.frozen->steps.at(static_cast<std::size_t>(before.step));
  // Whose clock is off, or who stood still before the step was stored, counts from another time.
  if (!scenario_.Has(FaultKind::kClockOff) && !scenario_.Has(FaultKind::kStands) &&
      now - *baking_since_ + std::chrono::seconds(3) < frozen.min_duration) {
    Break("no step is shorter than it must be", step + " took " + Words(now - *baking_since_));
  }
  if (frozen.require == core::Require::kApproval) {
    if (!people_.approve) Break("only people approve", step);
    return;
  }
  const CountsGiven& given = source_.given();  // to the process, unless it has stood still since
  for (std::size_t i = 0; process.fresh() && i < before.frozen->objectives.size(); ++i) {
    const bool enough = given.whole && given.canary[i] > 0 && given.baseline[i] > 0 &&
                        given.canary[i] >= frozen.min_events;
    if (enough) continue;
    Break("a step passes on evidence alone",
          step + " passed with " + std::to_string(given.canary[i]) + " counted events of " +
              before.frozen->objectives[i].name + (given.whole ? "" : ", and the source failed"));
  }
  // Beside a production that is as bad it is not worse.
  const auto production = world_.workloads.Find("shop", "app");
  const bool beside_good = production && QualityOf(production->running_revision) != Quality::kBad;
  if (beside_good && after.phase == Phase::kPromoting &&
      QualityOf(after.candidate_revision) == Quality::kBad) {
    Break("a bad canary is not promoted", after.candidate_revision);
  }
}

// Whose clock was behind when the rollout began counts from before the revision was there, and so
// what a worse one did.
bool RolloutPromises::CountsAnEarlierOne(const RolloutState& state,
                                         core::TimePoint beginning) const {
  const auto released = people_.released.find(state.candidate_revision);
  return scenario_.Has(FaultKind::kClockOff) && state.candidate_revision == "v3" &&
         QualityOf("v2") == Quality::kBad && released != people_.released.end() && state.frozen &&
         state.frozen->origin < beginning + released->second;
}

void RolloutPromises::Rejected(const RolloutState& after, core::TimePoint beginning) {
  const Quality quality = QualityOf(after.candidate_revision);
  const bool starts = quality == Quality::kGood || quality == Quality::kBad;
  rejected_.insert(after.candidate_revision);
  bool right = false;
  if (after.reason == Reason::kCanaryWorse) {
    const bool earlier = quality == Quality::kGood && CountsAnEarlierOne(after, beginning);
    if (earlier) misjudged_.insert(after.candidate_revision);
    right = (quality == Quality::kBad || earlier) && source_.given().whole;
  } else if (after.reason == Reason::kAbortedByPerson) {
    right = people_.abort;
  } else if (after.reason == Reason::kCanaryNeverAvailable) {
    right = !starts || scenario_.Has(FaultKind::kCanaryPodsLost);
  } else if (after.reason == Reason::kCanaryRestarts) {
    right = quality == Quality::kCrashes;
  }
  if (!right) {
    Break("nothing but evidence rolls back",
          std::string(ToString(after.reason)) + ": " + after.message);
  }
}

void RolloutPromises::WeightWritten(const Process& process, const WeightWrite& write,
                                    core::Duration now) {
  const int after = write.after;
  if (after <= write.before) return;
  if (!write.as_seen) {
    Break("a weight is raised on the route that was seen",
          Percent(after) + " was written over " + Percent(write.before));
  }
  if (after > state_.desired_percent) {
    // It was intended when the process last read the policy, and the route is as it was then. The
    // one that acts now takes it back.
    if (!process.fresh()) {
      if (!risen_since_) risen_since_ = now;
      return;
    }
    return Break(
        "a weight is stored before it is written",
        Percent(after) + " was written, the status says " + Percent(state_.desired_percent));
  }
  if (process.fresh() && !Carries(after)) {
    Break("no weight is beyond what pods carry", Percent(after) + " was written");
  }
}

void RolloutPromises::Acted(const core::Action& action,
                            const std::optional<demo::MemoryDeployment>& before) {
  using Kind = core::Action::Kind;
  const auto after = world_.workloads.Find("shop", "app");
  if (!before && !after) return;
  if (!before || !after) return Break("production is its owner's", "it was made or deleted");
  if (before->replicas != after->replicas) {
    Break("production is its owner's", "its replicas were changed");
  }
  const bool gives_template = action.kind == Kind::kRestore || action.kind == Kind::kUndo;
  if (before->revision != after->revision && !gives_template) {
    Break("production is its owner's", "its template was changed");
  }
  if (!scenario_.Managed() &&
      (before->paused != after->paused || before->labelled != after->labelled)) {
    Break("production is its owner's", "an External one was changed");
  }
  const bool at_rest =
      scenario_.policy.workload.hold == core::HoldBy::kPaused && before->old_pods == 0;
  if (action.kind == Kind::kRestore && at_rest && before->paused && !after->paused) {
    Break("a restore keeps the pause at rest", "production was unpaused");
  }
  const bool released = before->running_revision != after->running_revision;
  const bool leaves = people_.delete_policy;
  if (released && !leaves && state_.phase != Phase::kPromoting) {
    Break(
        "a revision is released when it is promoted",
        after->running_revision + " was released in phase " + std::string(ToString(state_.phase)));
  }
}

void RolloutPromises::Tick(int weight, core::Duration now, bool calm) {
  if (!calm) {
    outgrown_since_.reset();
    if (risen_since_) risen_since_ = now;
    return;
  }
  // Somebody else's weight stays when the policy goes.
  const bool left = people_.delete_policy && scenario_.Has(FaultKind::kWeightEdited);
  if (weight == 0 || left || Carries(weight)) {
    outgrown_since_.reset();
  } else if (!outgrown_since_) {
    outgrown_since_ = now;
  } else if (now - *outgrown_since_ > kTimeToFollow) {
    Break("a weight follows its pods", Percent(weight) + " stays");
  }
  if (risen_since_ && weight <= state_.desired_percent) risen_since_.reset();
  if (risen_since_ && now - *risen_since_ > kTimeToFollow) {
    Break("a late write is taken back", Percent(weight) + " stays");
  }
}

void RolloutPromises::NoEnd() {
  Break("every rollout ends", std::string(ToString(state_.phase)) + ", " +
                                  std::string(ToString(state_.reason)) + ": " + state_.message +
                                  ", weight " + Percent(Weight()));
}

void RolloutPromises::Ended(const std::string& latest, bool route_left) {
  const auto production = world_.workloads.Find("shop", "app");
  const std::string runs = production ? production->running_revision : "nothing";
  const Quality quality = QualityOf(latest);
  const std::string end = std::string(ToString(state_.phase)) + ", production runs " + runs;
  const bool others = people_.delete_policy && scenario_.Has(FaultKind::kWeightEdited);
  if (Weight() != 0 && !others && !route_left) Break("status and route agree in the end", end);
  if (people_.delete_policy || people_.let_go) return;
  const bool may_fail = people_.abort || quality != Quality::kGood ||
                        scenario_.Has(FaultKind::kCanaryPodsLost) || misjudged_.contains(latest);
  const bool may_pass = quality == Quality::kGood || people_.pass_step;
  const bool promoted = runs == latest;
  if (promoted && !may_pass) Break("a bad canary is not promoted", end);
  if (!promoted && !may_fail) Break("a good canary is promoted", end);
  const Phase phase = promoted ? Phase::kPromoted : Phase::kRolledBack;
  const bool restored = !promoted && state_.phase == Phase::kReady && WasRejected(latest);
  if (state_.phase != phase && !restored) Break("status and production agree in the end", end);
}

}  // namespace slogate::faults

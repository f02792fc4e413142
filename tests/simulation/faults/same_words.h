// Whether a status would say something new.
#pragma once

#include <algorithm>

#include "slogate/core/rollout_state.h"

namespace slogate::faults {

// True: a status of the one is that of the other. What takes most of the time of a look is to write
// statuses as text and to compare those; a test holds this to what the text says.
inline bool SaysTheSame(const core::RolloutState& a, const core::RolloutState& b) {
  const auto same_verdict = [](const core::ObjectiveVerdict& x, const core::ObjectiveVerdict& y) {
    return x.objective == y.objective && x.verdict == y.verdict && x.reason == y.reason &&
           x.message == y.message && x.rollback_tenths == y.rollback_tenths &&
           x.promotion_tenths == y.promotion_tenths && x.limit_tenths == y.limit_tenths;
  };
  return a.phase == b.phase && a.paused_phase == b.paused_phase && a.reason == b.reason &&
         a.message == b.message && a.waits_since == b.waits_since && a.edited == b.edited &&
         a.phase_began == b.phase_began && a.stable_revision == b.stable_revision &&
         a.previous_revision == b.previous_revision &&
         a.candidate_revision == b.candidate_revision &&
         a.rejected_revision == b.rejected_revision && a.rejected_reason == b.rejected_reason &&
         a.failed_objectives == b.failed_objectives && a.attempts == b.attempts &&
         a.retry == b.retry && a.resume == b.resume && a.step == b.step && a.stage == b.stage &&
         a.stage_began == b.stage_began && a.step_first_block == b.step_first_block &&
         a.desired_percent == b.desired_percent && a.lowered == b.lowered &&
         a.observed_percents == b.observed_percents && a.route_notes == b.route_notes &&
         a.adopted == b.adopted && a.moved == b.moved &&
         a.giving_back_since == b.giving_back_since && a.missing_since == b.missing_since &&
         a.pods_awaited == b.pods_awaited && a.old_restarts == b.old_restarts &&
         a.approved == b.approved && a.waived == b.waived && a.old_requests == b.old_requests &&
         a.undo == b.undo && a.undo_honoured == b.undo_honoured &&
         a.after_promotion == b.after_promotion && a.frozen.has_value() == b.frozen.has_value() &&
         a.checkpoint.blocks_absorbed == b.checkpoint.blocks_absorbed &&
         std::ranges::equal(a.verdicts, b.verdicts, same_verdict) && a.budgets == b.budgets &&
         a.coverage.has_value() == b.coverage.has_value() && a.history == b.history;
}

}  // namespace slogate::faults

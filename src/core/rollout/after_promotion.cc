// A promoted revision has all traffic and nothing to be compared with: what people should know.
#include <algorithm>

#include "core/rollout/decision_context.h"

namespace slogate::core {
namespace {

std::string HowToGoBack(const DecisionContext& context) {
  return context.Managed() ? "; check it, or go back (gate undo)"
                           : "; check it, or give the baseline its earlier template";
}

// Each cause is worth one event. The first is shown.
void Warn(DecisionContext& context, Aftermath& aftermath, Reason reason, const std::string& cause,
          const std::string& what) {
  std::vector<std::string>& warned = context.next.after_promotion.warned;
  const std::string message = "Since revision " + ShortRevision(context.next.candidate_revision) +
                              " was promoted, " + what + HowToGoBack(context);
  if (std::ranges::find(warned, cause) == warned.end()) {
    warned.push_back(cause);
    context.Tell(DecisionKind::kHold, reason, message);
  }
  if (aftermath.reason == Reason::kNone) aftermath = {reason, message};
}

}  // namespace

Duration WatchLeft(const DecisionContext& context) {
  const RolloutState& next = context.next;
  if (next.phase != Phase::kPromoted) return Duration{0};
  return std::max(Duration{0},
                  next.phase_began + context.policy.watch_after_promotion - context.now);
}

Aftermath WatchPromoted(DecisionContext& context) {
  Aftermath aftermath;
  const RolloutState& next = context.next;
  const TrackView& baseline = context.seen.workload.baseline;
  if (WatchLeft(context) == Duration{0} || baseline.revision != next.candidate_revision) {
    return aftermath;
  }
  for (const BudgetStatus& status : next.budgets) {
    const std::vector<std::string>& before = next.after_promotion.burning_before;
    const bool burned = std::ranges::find(before, status.objective) != before.end();
    if (!status.burning || burned) continue;
    Warn(context, aftermath, Reason::kBurnsAfterPromotion, "burn of " + status.objective,
         "the error budget of " + status.objective + " burns too fast");
  }
  const int tolerated =
      std::max(context.policy.workload.max_canary_restarts, next.after_promotion.restarts_before);
  if (baseline.restarts > tolerated) {
    Warn(context, aftermath, Reason::kRestartsAfterPromotion, "restarts",
         "containers of one of its pods have restarted more than " + std::to_string(tolerated) +
             " times");
  }
  return aftermath;
}

}  // namespace slogate::core

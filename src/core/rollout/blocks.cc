// What of the cluster cannot be used now, for a person to fix.
#include <utility>

#include "core/rollout/decision_context.h"
#include "core/rollout/rollout_checks.h"
#include "slogate/core/leaving.h"

namespace slogate::core {

void NoteCoverage(DecisionContext& context) {
  if (!context.seen.coverage) return;
  CoverageStatus status = StatusOf(*context.seen.coverage);
  if (status == context.next.coverage) return;
  if (status.covered == false) {
    context.decision.news.push_back({.at = context.now,
                                     .decision = DecisionKind::kHold,
                                     .reason = Reason::kCanaryNotCovered,
                                     .step = 0,
                                     .weight_percent = context.next.desired_percent,
                                     .message = status.message});
  }
  context.next.coverage = std::move(status);
}

void FindBlock(DecisionContext& context) {
  const Observations& seen = context.seen;
  // What has begun to take traffic from the canary goes on.
  const Phase phase = ActivePhase(context.next);
  if (seen.coverage &&
      (IsIdle(phase) || phase == Phase::kPending || phase == Phase::kProgressing)) {
    context.block_message = BlockOf(*seen.coverage);
    if (!context.block_message.empty()) context.blocked = Reason::kWorkloadUnavailable;
  }
  for (const RouteView& route : seen.routes) {
    if (route.exists && route.problem.empty()) continue;
    context.blocked = Reason::kRouteUnavailable;
    context.block_message =
        route.name + ": " + (route.exists ? route.problem : "the route does not exist");
  }
  const TrackView& baseline = seen.workload.baseline;
  if (context.Managed() && baseline.exists && baseline.desired == 0) {
    context.blocked = Reason::kWaitingForBaseline;
    context.block_message = "Deployment " + context.policy.workload.deployment +
                            " is scaled to 0, so the baseline serves nobody; scale it up";
  }
  if (!seen.workload.problem.empty()) {
    context.blocked = Reason::kWorkloadUnavailable;
    context.block_message = seen.workload.problem;
  }
}

void FindLeft(DecisionContext& context, const RolloutState& before) {
  if (context.policy.dry_run) return;
  const std::string waits = WhatIsLeft(context.policy, before, context.seen);
  if (waits.empty()) {
    context.next.giving_back_since.reset();
  } else {
    if (!context.next.giving_back_since) {
      context.next.giving_back_since = context.now;
      context.Tell(DecisionKind::kHold, Reason::kMovingWeights,
                   "Left the policy, so its traffic goes back to the baseline first: " + waits);
    }
    if (context.blocked == Reason::kNone) {
      context.blocked = Reason::kRouteUnavailable;
      context.block_message = "Left the policy at " +
                              ToSecondsText(*context.next.giving_back_since) +
                              " and is not back at the baseline: " + waits +
                              "; the rollout waits until it is, or until the route is deleted";
    }
  }
  const auto former = FormerPolicy(context.policy, before);
  if (!former) return;
  const Phase active = ActivePhase(context.next);
  if (active == Phase::kProgressing || active == Phase::kPromoting) context.Supersede();
  if (context.blocked != Reason::kNone) return;
  context.blocked = Reason::kWaitingForBaseline;
  context.block_message = "Deployment " + former->workload.deployment +
                          ", which the policy no longer names, is given back first";
}

}  // namespace slogate::core

// Production goes back to the revision that it ran before, as a person asks.
#include "core/rollout/decision_context.h"
#include "core/rollout/rollout_checks.h"

namespace slogate::core {
namespace {

// Empty: it can be done.
std::string WhyNotUndone(const DecisionContext& context, const Request& request) {
  const WorkloadView& workload = context.seen.workload;
  const Phase active = ActivePhase(context.next);
  const std::string candidate = ShortRevision(context.next.candidate_revision);
  if (!context.Managed()) {
    return "with promotion: External Deployments are written by their owners; give " +
           context.policy.workload.deployment + " the earlier template";
  }
  if (context.policy.dry_run) return "the policy is a dry run, which changes nothing";
  if (active == Phase::kPromoting && !request.now) {
    return "revision " + candidate + " is still being rolled out; gate undo --now goes back";
  }
  if (active != Phase::kPromoting && !IsIdle(active)) {
    return "a rollout of revision " + candidate +
           " is under way; end it first (gate abort), then ask again";
  }
  if (request.revision != workload.baseline.revision) {
    return "production runs revision " + ShortRevision(workload.baseline.revision);
  }
  if (workload.previous_revision.empty()) {
    return "Deployment " + context.policy.workload.deployment +
           " keeps no earlier ReplicaSet (revisionHistoryLimit); release the earlier version again";
  }
  return "";
}

// Kubernetes rolls the earlier revision out as it does a promoted one.
void GoBackAtOnce(DecisionContext& context, const std::string& message) {
  const std::string undone = context.seen.workload.baseline.revision;
  BeginAttempt(context, context.seen.workload.previous_revision);
  context.next.rejected_revision = undone;
  context.next.rejected_reason = Reason::kUndoneByPerson;
  context.Enter(Phase::kPromoting, DecisionKind::kRollback, Reason::kUndoneByPerson, message);
}

}  // namespace

void TakeUndo(DecisionContext& context) {
  RolloutState& next = context.next;
  const WorkloadView& workload = context.seen.workload;
  const std::optional<Request>& request = context.seen.requests.undo;
  if (!request || request->text == next.undo_honoured) return;
  if (next.phase == Phase::kPending) {
    // It was left before this policy knew anything of production.
    next.undo_honoured = request->text;
    return;
  }
  const std::string offered = OfferedRevision(context.policy, workload);
  if (!workload.problem.empty() || offered.empty() || workload.baseline.revision.empty()) return;
  next.undo_honoured = request->text;
  const std::string undone = "revision " + ShortRevision(request->revision);
  if (const std::string why = WhyNotUndone(context, *request); !why.empty()) {
    context.Tell(DecisionKind::kHold, Reason::kUndoRefused,
                 "Cannot undo " + undone + ", asked for" + ByWhom(*request) + ": " + why);
    return;
  }
  const std::string message = "Undoing " + undone + ", asked for" + ByWhom(*request) +
                              ": revision " + ShortRevision(workload.previous_revision);
  if (request->now) {
    GoBackAtOnce(context, message + " is released without being judged");
  } else {
    context.Tell(DecisionKind::kHold, Reason::kUndoneByPerson, message + " is to be judged");
  }
  next.undo = {workload.baseline.revision, workload.previous_revision, offered};
}

bool Undoing(DecisionContext& context) {
  RolloutState& next = context.next;
  if (!next.undo) return false;
  const Undo undo = *next.undo;
  if (UndoStands(next, context.seen.workload)) {
    context.Hold(Reason::kUndoneByPerson, "Writing the template of revision " +
                                              ShortRevision(undo.to) + " back into Deployment " +
                                              context.policy.workload.deployment);
    return true;
  }
  next.undo.reset();
  if (context.seen.workload.template_revision == undo.to) return false;
  if (ActivePhase(next) == Phase::kPromoting) next.rejected_revision.clear();
  context.Tell(DecisionKind::kHold, Reason::kUndoRefused,
               "Revision " + ShortRevision(undo.from) + " is not undone: Deployment " +
                   context.policy.workload.deployment + " has changed meanwhile");
  return false;
}

}  // namespace slogate::core

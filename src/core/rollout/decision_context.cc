#include "core/rollout/decision_context.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "core/rollout/judgement.h"
#include "core/rollout/rollout_checks.h"

namespace slogate::core {

bool DecisionContext::Confirmed(int percent) const {
  return policy.dry_run || WeightsConfirmed(seen, percent);
}

void DecisionContext::Hold(Reason reason, std::string message) {
  next.reason = reason;
  next.message = std::move(message);
}

void DecisionContext::HoldForRoutes(Reason reason, std::string message, int percent) {
  const std::string route = Unconfirmed(seen, percent);
  Hold(reason, std::move(message) + (route.empty() ? "" : ": " + route));
}

void DecisionContext::HoldBlocked() {
  Hold(next.phase == Phase::kPaused ? next.reason : blocked, block_message);
}

void DecisionContext::Tell(DecisionKind kind, Reason reason, std::string message) {
  const bool in_step = ActivePhase(next) == Phase::kProgressing;
  const HistoryEntry entry{.at = now,
                           .decision = kind,
                           .reason = reason,
                           .step = in_step ? next.step + 1 : 0,
                           .weight_percent = next.desired_percent,
                           .message = std::move(message)};
  next.history.push_back(entry);
  while (next.history.size() > kLongestHistory) next.history.erase(next.history.begin());
  decision.news.push_back(entry);
  decision.kind = kind;
}

void DecisionContext::Enter(Phase phase, DecisionKind kind, Reason reason, std::string message) {
  next.phase = phase;
  next.phase_began = now;
  next.missing_since.reset();
  next.pods_awaited.reset();
  // What a person went on despite is about this attempt.
  if (phase != Phase::kProgressing && phase != Phase::kPaused) next.waived.clear();
  Hold(reason, message);
  Tell(kind, reason, std::move(message));
}

bool DecisionContext::PodsOverdue() {
  const Duration deadline = policy.workload.progress_deadline;
  PodWait& wait = next.pods_awaited.emplace(pods_awaited_before.value_or(PodWait{now, now}));
  const Duration unseen = std::chrono::abs(now - wait.last_seen);
  if (unseen > deadline / 2) {
    wait = {now, now};
  } else if (unseen >= deadline / 4) {
    wait.last_seen = now;
  }
  return now - wait.since >= deadline;
}

void DecisionContext::Pause(Reason reason, std::string message) {
  const Phase active = ActivePhase(next);
  Enter(Phase::kPaused, DecisionKind::kPause, reason, std::move(message));
  next.paused_phase = active;
}

void DecisionContext::Reject(Reason reason, std::vector<std::string> failed_objectives,
                             std::string message) {
  next.rejected_revision = next.candidate_revision;
  next.rejected_reason = reason;
  next.failed_objectives = std::move(failed_objectives);
  next.retry = policy.retry;
  next.desired_percent = 0;
  Enter(Phase::kRollingBack, DecisionKind::kRollback, reason, std::move(message));
}

void DecisionContext::Supersede() {
  next.desired_percent = 0;
  Enter(Phase::kSuperseded, DecisionKind::kHold, Reason::kSuperseded,
        "Revision " + ShortRevision(next.candidate_revision) +
            " was replaced before it was judged; traffic goes back to the baseline first");
}

void DecisionContext::Keep(const Judgement& judgement) {
  next.checkpoint.objectives = judgement.evidence;
  for (EvidenceState& evidence : next.checkpoint.objectives) {
    evidence.newest = Counts{};
    evidence.waiting = WaitingBatches{};
  }
  next.checkpoint.blocks_absorbed = judgement.blocks_absorbed;
  next.checkpoint.step_blocks = 0;
  next.checkpoint.step_blocks_with_events = 0;
  next.step_first_block = judgement.next_block;
}

void DecisionContext::Retreat(const Judgement* judgement, const std::string& why) {
  if (judgement != nullptr) Keep(*judgement);
  next.phase = Phase::kProgressing;
  next.stage = StepStage::kStarting;
  next.stage_began = now;
  next.desired_percent = 0;
  const std::string message =
      WithPods(why + "; the step starts again with them", seen.workload.canary);
  Hold(Reason::kWaitingForCanary, message);
  Tell(DecisionKind::kHold, Reason::kWaitingForCanary, message);
}

std::string ShortRevision(const std::string& revision) { return revision.substr(0, 10); }

std::string WithPods(const std::string& what, const TrackView& track) {
  return track.pods_problem.empty() ? what : what + ": " + track.pods_problem;
}

std::string ReturnWords(const DecisionContext& context) {
  const TrackView& baseline = context.seen.workload.baseline;
  const std::string words = "Moving all traffic back to the baseline";
  if (baseline.available_any > 0 || !WeightsDrifted(context.seen, 0)) {
    if (context.blocked != Reason::kNone) return words + "; " + context.block_message;
    const std::string route = Unconfirmed(context.seen, 0);
    return route.empty() ? words : words + ": " + route;
  }
  return WithPods(words + ", which has no available pod yet", baseline);
}

std::string Join(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined += ", ";
    joined += word;
  }
  return joined;
}

namespace {

// Null unless the request is about this attempt of this candidate.
const Request* About(const DecisionContext& context, const std::optional<Request>& request,
                     const std::string& old) {
  const bool about = request && request->revision == context.next.candidate_revision &&
                     !request->revision.empty() && request->text != old;
  return about ? &*request : nullptr;
}

const Request* ForRunningStep(const DecisionContext& context, const Request* request) {
  return request != nullptr && request->step == context.next.step + 1 ? request : nullptr;
}

std::string TextOf(const std::optional<Request>& request, const std::string& revision) {
  return request && request->revision == revision ? request->text : "";
}

}  // namespace

const Request* AbortRequested(const DecisionContext& context) {
  return About(context, context.seen.requests.abort, context.next.old_requests.abort);
}

const Request* FullPromotionRequested(const DecisionContext& context) {
  const Request* const request =
      About(context, context.seen.requests.promote, context.next.old_requests.promote);
  return request != nullptr && request->step == 0 ? request : nullptr;
}

const Request* StepPromotionRequested(const DecisionContext& context) {
  return ForRunningStep(
      context, About(context, context.seen.requests.promote, context.next.old_requests.promote));
}

const Request* ApprovalRequested(const DecisionContext& context) {
  return ForRunningStep(
      context, About(context, context.seen.requests.approve, context.next.old_requests.approve));
}

bool PauseRequested(const DecisionContext& context) {
  return context.policy.paused || context.seen.requests.pause;
}

std::string PauseWords(const DecisionContext& context) {
  if (context.policy.paused || !context.seen.requests.pause) return "The policy is paused";
  return "Paused" + ByWhom(*context.seen.requests.pause);
}

std::string ByWhom(const Request& request) {
  std::string words = " by " + (request.by.empty() ? "a person" : request.by);
  if (!request.at.empty()) words += " at " + request.at;
  return words;
}

void SetAsideRequests(DecisionContext& context) {
  const Requests& requests = context.seen.requests;
  const std::string& revision = context.next.candidate_revision;
  context.next.old_requests = {.approve = TextOf(requests.approve, revision),
                               .promote = TextOf(requests.promote, revision),
                               .abort = TextOf(requests.abort, revision)};
}

}  // namespace slogate::core

#include "app/controller/reconciler.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace slogate::app {

namespace {

// Whether the next look has more to do than this one. A change of words alone has not, and would
// look again and again where the words never settle.
bool Intends(const core::RolloutState& before, const core::RolloutState& after) {
  return before.phase != after.phase || before.stage != after.stage || before.step != after.step ||
         before.desired_percent != after.desired_percent ||
         before.candidate_revision != after.candidate_revision || before.undo != after.undo ||
         before.adopted != after.adopted || before.moved != after.moved;
}

// Whether something happens, beyond new words in the status.
bool Acts(const core::RolloutState& before, const core::Decision& decision) {
  return !decision.actions.empty() || !decision.news.empty() ||
         Intends(before, decision.next_state);
}

// Whether the decision takes traffic from the canary, or stops the rollout: it waits for no source.
bool IsUrgent(const core::RolloutState& before, const core::RolloutState& after) {
  const bool stops = after.phase == core::Phase::kPaused ||
                     after.phase == core::Phase::kRollingBack ||
                     after.phase == core::Phase::kSuperseded;
  return after.desired_percent < before.desired_percent || (stops && after.phase != before.phase);
}

// The end of a reading brings the next look; this is in case that it is lost.
constexpr core::Duration kWhileUnread = std::chrono::seconds(30);

// A look that can wait does not wait for longer.
constexpr core::Duration kLongestTurn = std::chrono::hours(1);

// From the deletion of a policy until it goes, whatever could not be given back.
constexpr core::Duration kMaxLeaving = std::chrono::minutes(1);
constexpr core::Duration kWhileLeaving = std::chrono::seconds(1);

ports::Result<void> MayNotAct() {
  return ports::Fail(ports::ErrorCode::kUnavailable,
                     "this process may no longer act: it lost its lease");
}

}  // namespace

Reconciler::Reconciler(const ReconcilerPorts& ports, Providers providers, FileReader read_file,
                       Log& log, ControllerMetrics& metrics, std::function<bool()> may_act)
    : ports_(ports),
      guard_(log, metrics),
      observer_(ports, std::move(providers), std::move(read_file), guard_),
      kept_(ports.policies),
      executor_(ports.workloads, ports.router, log, guard_, may_act),
      log_(log),
      metrics_(metrics),
      may_act_(std::move(may_act)) {}

CheckOutcome Reconciler::Reconcile(const ports::Key& key) {
  CheckOutcome outcome{CheckOutcome::Result::kFailed, {}, Retry::kBackoff, {}};
  if (guard_.Run("reconcile", [&] { outcome = PassUntilAlone(key); })) return outcome;
  guard_.Run("reconcile", [&] {
    outcome.message = "internal error";
    log_.Warn("Reconcile failed", {{"policy", key.ToString()}, {"error", outcome.message}});
  });
  return outcome;
}

CheckOutcome Reconciler::PassUntilAlone(const ports::Key& key) {
  CheckOutcome outcome = Pass(key);
  for (int conflicts = 1; conflicts < kMaxConflicts; ++conflicts) {
    if (outcome.result != CheckOutcome::Result::kFailed || outcome.retry != Retry::kNow)
      return outcome;
    outcome = Pass(key);
  }
  if (outcome.retry == Retry::kNow) outcome.retry = Retry::kBackoff;
  return outcome;
}

CheckOutcome Reconciler::Pass(const ports::Key& key) {
  if (const auto kept = kept_.Find(key, ports_.clock.Now())) return Look(kept, true);
  if (const core::Duration wait = UntilTurn(key); wait > core::Duration::zero()) {
    return {CheckOutcome::Result::kSettled, wait, {}, {}};
  }
  const auto views = Read(key);
  return views ? Look(*views, false) : views.error();
}

core::Duration Reconciler::UntilTurn(const ports::Key& key) {
  if (ports_.pace == nullptr) return core::Duration::zero();
  const bool can_wait = ports_.policies.CanWait(key);
  const core::TimePoint now = ports_.clock.Now();
  const std::lock_guard lock(mutex_);
  const auto known = turns_.find(key);
  if (known != turns_.end()) {
    const core::Duration wait = known->second - now;
    if (can_wait && wait > core::Duration::zero() && wait < kLongestTurn) return wait;
    turns_.erase(known);
    return core::Duration::zero();
  }
  if (!can_wait) return core::Duration::zero();
  const core::Duration wait = std::min(ports_.pace->TakeTurn(), kLongestTurn - core::Duration(1));
  if (wait > core::Duration::zero()) turns_[key] = now + wait;
  return wait;
}

tl::expected<std::shared_ptr<const ClusterViews>, CheckOutcome> Reconciler::Read(
    const ports::Key& key) {
  const std::optional<std::uint64_t> last_change = ports_.policies.LastChange(key);
  const ports::Result<ports::PolicyRecord> record = ports_.policies.Get(key);
  if (!record) return tl::unexpected(Fail(key, record.error(), FailureSubject::kPolicy));
  if (record->deleting) return tl::unexpected(Leave(*record));
  if (!record->status_problem.empty()) return tl::unexpected(Unreadable(*record));
  if (!record->policy) return tl::unexpected(Unsound(*record));
  if (!record->guarded && !record->policy->dry_run) {
    const ports::Result<void> guarded =
        may_act_() ? ports_.policies.SetGuard(*record, true) : MayNotAct();
    if (guarded) return tl::unexpected(CheckOutcome{CheckOutcome::Result::kChanged, {}, {}, {}});
    // What runs already goes on: to judge a canary is worth more than to leave in order.
    if (record->state.phase == core::Phase::kPending) {
      return tl::unexpected(Unguarded(*record, guarded.error()));
    }
  }
  ports::Result<ClusterViews> views = observer_.ReadCluster(*record);
  if (!views) return tl::unexpected(Fail(key, views.error(), FailureSubject::kNamed));
  views->last_change = last_change;
  return std::make_shared<const ClusterViews>(std::move(*views));
}

CheckOutcome Reconciler::Look(const std::shared_ptr<const ClusterViews>& views, bool kept) {
  const ports::PolicyRecord& record = views->record;
  const RolloutSnapshot snapshot = observer_.Complete(*views, kept);
  core::Decision decision =
      core::Decide(*record.policy, record.state, snapshot.observations, snapshot.at);
  const bool acts = snapshot.unread
                        ? !decision.actions.empty() || IsUrgent(record.state, decision.next_state)
                        : Acts(record.state, decision);
  if (kept && acts) {
    const auto now = Read(record.key);
    if (!now) return now.error();
    if (!(*now)->SaysTheSameAs(*views)) return Look(*now, false);
  }
  // What is done or written is seen again before anything else is.
  if (acts) {
    kept_.Forget(record.key);
  } else if (!kept) {
    kept_.Keep(views);
  }
  return snapshot.unread ? WhileUnread(record, snapshot, decision)
                         : CarryOut(record, snapshot, decision);
}

CheckOutcome Reconciler::CarryOut(const ports::PolicyRecord& record,
                                  const RolloutSnapshot& snapshot, core::Decision& decision) {
  NoteReading(record.key, snapshot.observations);
  metrics_.Observed(record.key, decision.next_state, decision.verdicts,
                    BudgetsSeen(*record.policy, snapshot.observations.budgets, snapshot.at));

  const std::optional<ports::Error> failure = executor_.CarryOut(
      record, decision.actions, snapshot.observations.routes, snapshot.observations.left);
  // The state is stored even then: it follows from what was seen, not from what was done.
  if (failure && RetryOf(failure->code, FailureSubject::kNamed).tell) {
    decision.next_state.message = failure->message;
  }
  const ports::Result<bool> changed = Remember(record, decision.next_state, decision.news);
  if (!changed) return Fail(record.key, changed.error(), FailureSubject::kPolicy);
  if (failure) {
    CheckOutcome failed = Fail(record.key, *failure, FailureSubject::kNamed);
    failed.requeue_after = decision.requeue_after;
    return failed;
  }
  if (*changed && Intends(record.state, decision.next_state)) {
    return {CheckOutcome::Result::kChanged, {}, {}, {}};
  }
  return {CheckOutcome::Result::kSettled, decision.requeue_after, {}, {}};
}

// What was decided before is carried out, and only what is urgent is decided: all else may depend
// on what the sources say.
CheckOutcome Reconciler::WhileUnread(const ports::PolicyRecord& record,
                                     const RolloutSnapshot& snapshot,
                                     const core::Decision& decision) {
  const std::optional<ports::Error> failure = executor_.CarryOut(
      record, decision.actions, snapshot.observations.routes, snapshot.observations.left);
  if (IsUrgent(record.state, decision.next_state)) {
    const ports::Result<bool> changed = Remember(record, decision.next_state, decision.news);
    if (!changed) return Fail(record.key, changed.error(), FailureSubject::kPolicy);
    if (!failure && *changed) return {CheckOutcome::Result::kChanged, {}, {}, {}};
  }
  if (failure) return Fail(record.key, *failure, FailureSubject::kNamed);
  return {CheckOutcome::Result::kSettled, kWhileUnread, {}, {}};
}

CheckOutcome Reconciler::Unreadable(const ports::PolicyRecord& record) {
  const std::string message =
      "The status cannot be read, so nothing is changed: " + record.status_problem;
  log_.Error("Status was not read",
             {{"policy", record.key.ToString()}, {"problem", record.status_problem}});
  // What was true of an earlier look may not be true any more.
  metrics_.Forget(record.key);
  core::HistoryEntry entry;
  entry.at = ports_.clock.Now();
  entry.reason = core::Reason::kInvalidPolicy;
  entry.message = message;
  if (may_act_()) RecordEvent(record, entry);
  return {CheckOutcome::Result::kFailed, {}, Retry::kSlow, message};
}

CheckOutcome Reconciler::Unsound(const ports::PolicyRecord& record) {
  core::RolloutState state = record.state;
  const bool news = state.reason != core::Reason::kInvalidPolicy || state.message != record.problem;
  state.reason = core::Reason::kInvalidPolicy;
  state.message = record.problem;
  core::HistoryEntry entry;
  entry.at = ports_.clock.Now();
  entry.reason = core::Reason::kInvalidPolicy;
  entry.weight_percent = state.desired_percent;
  entry.message = record.problem;
  std::vector<core::HistoryEntry> reported;
  if (news) reported.push_back(entry);
  const ports::Result<bool> changed = Remember(record, state, reported);
  if (!changed) return Fail(record.key, changed.error(), FailureSubject::kPolicy);
  return {CheckOutcome::Result::kFailed, {}, Retry::kSlow, record.problem};
}

// Nothing of the user's is changed before the policy is guarded.
CheckOutcome Reconciler::Unguarded(const ports::PolicyRecord& record, const ports::Error& error) {
  if (RetryOf(error.code, FailureSubject::kNamed).tell) {
    core::RolloutState state = record.state;
    state.message = error.message;
    const ports::Result<bool> changed = Remember(record, state, {});
    if (!changed) return Fail(record.key, changed.error(), FailureSubject::kPolicy);
  }
  return Fail(record.key, error, FailureSubject::kPolicy);
}

CheckOutcome Reconciler::Leave(const ports::PolicyRecord& record) {
  if (!record.guarded) return Gone(record.key);
  if (!may_act_()) return Fail(record.key, MayNotAct().error(), FailureSubject::kPolicy);
  ports::PolicyRecord leaving_record = record;
  leaving_record.policy =
      core::LeavingPolicy(record.policy ? &*record.policy : nullptr,
                          record.status_problem.empty() ? &record.state : nullptr);
  core::Leaving leaving;
  const core::Duration since = std::chrono::abs(ports_.clock.Now() - record.deleted_at);
  if (since < kMaxLeaving) {
    const std::optional<ports::Error> failure = Return(leaving_record, false, leaving);
    const bool known = record.policy || record.status_problem.empty();
    if (known && !failure && leaving.actions.empty() && leaving.waits_for.empty()) {
      return LetGo(leaving_record, "");
    }
    if (failure && failure->code == ports::ErrorCode::kConflict) {
      return Fail(record.key, *failure, FailureSubject::kNamed);
    }
    // What is not there any more, as in a namespace that is deleted, is not waited for.
    if (known && (!failure || failure->code != ports::ErrorCode::kNotFound)) {
      return {CheckOutcome::Result::kSettled, kWhileLeaving, {}, {}};
    }
  }
  Return(leaving_record, true, leaving);
  const std::optional<ports::Error> failure = Return(leaving_record, true, leaving);
  std::string left = leaving.waits_for;
  if (!record.policy && !record.status_problem.empty()) {
    left = "neither the spec nor the status can be read";
  }
  if (failure) left += (left.empty() ? "" : "; ") + failure->message;
  return LetGo(leaving_record, left);
}

// One step of giving back. The first failure ends it, unless it is the `last`.
std::optional<ports::Error> Reconciler::Return(const ports::PolicyRecord& record, bool last,
                                               core::Leaving& leaving) {
  std::string unread;
  const core::Observations seen = observer_.ObserveLeaving(record, unread);
  leaving = core::Leave(*record.policy, record.state, seen, last);
  if (!unread.empty()) leaving.waits_for += (leaving.waits_for.empty() ? "" : "; ") + unread;
  std::optional<ports::Error> first;
  for (const core::Action& action : leaving.actions) {
    const auto failure = executor_.CarryOut(record, {action}, seen.routes);
    if (!first) first = failure;
    if (failure && !last) break;
  }
  return first;
}

CheckOutcome Reconciler::LetGo(const ports::PolicyRecord& record, const std::string& left) {
  core::HistoryEntry entry;
  entry.at = ports_.clock.Now();
  entry.reason = core::Reason::kGivenBack;
  entry.decision = left.empty() ? core::DecisionKind::kHold : core::DecisionKind::kPause;
  entry.message = core::LeftWords(*record.policy, left);
  log_.Info("Policy was left", {{"policy", record.key.ToString()}, {"message", entry.message}});
  RecordEvent(record, entry);
  const ports::Result<void> let = ports_.policies.SetGuard(record, false);
  if (!let) return Fail(record.key, let.error(), FailureSubject::kPolicy);
  return Gone(record.key);
}

CheckOutcome Reconciler::Gone(const ports::Key& key) {
  observer_.Forget(key);
  kept_.Forget(key);
  {
    const std::lock_guard lock(mutex_);
    turns_.erase(key);
  }
  metrics_.Forget(key);
  log_.Info("Policy was dropped", {{"policy", key.ToString()}});
  return {CheckOutcome::Result::kGone, {}, {}, {}};
}

CheckOutcome Reconciler::Fail(const ports::Key& key, const ports::Error& error,
                              FailureSubject subject) {
  const RetryRule rule = RetryOf(error.code, subject);
  if (rule.retry == Retry::kDrop) return Gone(key);
  kept_.Forget(key);
  if (rule.retry != Retry::kNow) {
    log_.Warn("Reconcile failed", {{"policy", key.ToString()}, {"error", error.message}});
  }
  return {CheckOutcome::Result::kFailed, {}, rule.retry, error.message};
}

// What is stored is not undone because nobody hears of it.
void Reconciler::RecordEvent(const ports::PolicyRecord& record, const core::HistoryEntry& entry) {
  guard_.Run("event", [&] { ports_.events.Record(record, entry); });
}

void Reconciler::NoteReading(const ports::Key& key, const core::Observations& seen) {
  std::set<std::string> said;  // several readings of one look fail for the same reason
  const auto note = [&](core::SourceProblem problem, const std::string& message) {
    if (problem == core::SourceProblem::kNone) return;
    metrics_.SourceFailed(problem);
    if (!said.insert(message).second) return;
    log_.Warn("Metrics source failed", {{"policy", key.ToString()},
                                        {"problem", std::string(ToString(problem))},
                                        {"error", message}});
  };
  for (const core::BudgetReading& budget : seen.budgets) {
    note(budget.source, budget.message);
    for (const std::string& warning : budget.warnings) {
      log_.Debug("Budget source warned", {{"policy", key.ToString()}, {"warning", warning}});
    }
  }
  if (seen.history) note(seen.history->source, seen.history->message);
  if (!seen.evidence) return;
  note(seen.evidence->source, seen.evidence->message);
  for (const std::string& warning : seen.evidence->warnings) {
    log_.Debug("Metrics source warned", {{"policy", key.ToString()}, {"warning", warning}});
  }
}

ports::Result<bool> Reconciler::Remember(const ports::PolicyRecord& record,
                                         const core::RolloutState& state,
                                         const std::vector<core::HistoryEntry>& news) {
  if (!may_act_()) return tl::unexpected(MayNotAct().error());
  const ports::Result<std::string> version = ports_.policies.WriteStatus(record, state);
  if (!version) return tl::unexpected(version.error());
  if (*version == record.resource_version) return false;
  kept_.Forget(record.key);
  for (const core::HistoryEntry& entry : news) {
    log_.Info("Decision was made", {{"policy", record.key.ToString()},
                                    {"decision", std::string(ToString(entry.decision))},
                                    {"reason", std::string(ToString(entry.reason))},
                                    {"phase", std::string(ToString(state.phase))},
                                    {"step", std::to_string(entry.step)},
                                    {"weight_percent", std::to_string(entry.weight_percent)},
                                    {"message", entry.message}});
    RecordEvent(record, entry);
  }
  return true;
}

}  // namespace slogate::app

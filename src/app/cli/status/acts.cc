// What a person can ask of a rollout: approve, promote, abort, pause, resume, retry, undo.
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/cli/status/act.h"
#include "app/cli/terminal/span.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

using core::Phase;
using Planned = tl::expected<ActPlan, std::string>;

// A person has paused the policy, by request or in its spec.
bool IsPausedByPerson(const ports::PolicyRecord& record) {
  return record.requests.pause || (record.policy && record.policy->paused);
}

// A candidate takes, or is about to take, traffic step by step.
bool UnderWay(const core::RolloutState& state) {
  return ActivePhase(state) == Phase::kProgressing && !state.candidate_revision.empty();
}

// Why there is nothing to be done to a policy in this phase.
std::string NothingUnderWay(const core::RolloutState& state) {
  const std::string candidate = ShortRevision(state.candidate_revision);
  switch (ActivePhase(state)) {
    case Phase::kPending:
      return "the policy is not ready for a rollout yet; see gate status";
    case Phase::kReady:
    case Phase::kProgressing:
    case Phase::kPaused:
      break;
    case Phase::kPromoting:
      return "revision " + candidate +
             " is being promoted already; gate undo --now takes production back";
    case Phase::kPromoted:
      return "revision " + candidate +
             " is promoted and no rollout is under way; release a new version first";
    case Phase::kRollingBack:
      return "revision " + ShortRevision(state.rejected_revision) +
             " is being rolled back; to try it again, gate retry it afterwards";
    case Phase::kRolledBack:
      return "revision " + ShortRevision(state.rejected_revision) +
             " was rolled back; gate retry tries it again";
    case Phase::kSuperseded:
      return "the candidate was replaced by a newer revision; wait for that one to start";
  }
  return "no rollout is under way; release a new version first";
}

// Whether the rollout of `plan.revision` is beyond `plan.step`, or has ended otherwise.
ActProgress StepProgress(const ActPlan& plan, const core::RolloutState& now) {
  const Phase phase = ActivePhase(now);
  if (now.candidate_revision != plan.revision) return ActProgress::kFailed;
  if (phase == Phase::kPromoted) return ActProgress::kDone;
  if (phase != Phase::kProgressing && phase != Phase::kPromoting) return ActProgress::kFailed;
  const bool beyond = phase == Phase::kPromoting || now.step >= plan.step;
  return plan.step > 0 && beyond ? ActProgress::kDone : ActProgress::kWaiting;
}

// A plan about `revision` that leaves these words for it.
ActPlan PlanOf(ports::ActKind act, const std::string& revision, const std::string& words,
               const Signature& signature) {
  ActPlan plan;
  plan.revision = revision;
  plan.change.words = {{act, words + (signature.by.empty() ? "" : " by " + signature.by) + " at " +
                                 spec::ToText(signature.at)}};
  return plan;
}

// "revision 5d4f6c7b8".
std::string RevisionText(const std::string& revision) {
  return "revision " + ShortRevision(revision);
}

std::string StepOf(int step, const std::vector<core::Step>& steps) {
  return "step " + std::to_string(step) + " of " + std::to_string(steps.size());
}

// What is wrong with approving a step; empty: nothing.
std::string ApprovalProblem(int step, int running, const std::vector<core::Step>& steps) {
  const std::string name = "step " + std::to_string(step);
  const int count = static_cast<int>(steps.size());
  if (step > count) {
    return "there is no " + name + "; the rollout has " + std::to_string(count);
  }
  if (step < running) {
    return name + " has passed already; step " + std::to_string(running) + " is running";
  }
  const auto asks = [&](int one) {
    return steps[static_cast<std::size_t>(one) - 1].require == core::Require::kApproval;
  };
  if (asks(step)) return "";
  std::vector<std::string> others;
  for (int one = running; one <= count; ++one) {
    if (asks(one)) others.push_back(std::to_string(one));
  }
  return name + " does not ask for approval; " +
         (others.empty() ? "to let it pass without more evidence use gate promote"
                         : "approve with --step " + Joined(others));
}

Planned PlanApprove(const ports::PolicyRecord& record, const Signature& signature, int asked) {
  const core::RolloutState& state = record.state;
  if (!UnderWay(state)) return Refused(NothingUnderWay(state));
  const std::vector<core::Step>& steps = StepsOf(record);
  const int step = asked > 0 ? asked : state.step + 1;
  if (std::string problem = ApprovalProblem(step, state.step + 1, steps); !problem.empty()) {
    return Refused(std::move(problem));
  }
  const std::string& revision = state.candidate_revision;
  ActPlan plan =
      PlanOf(ports::ActKind::kApprove, revision, revision + "/" + std::to_string(step), signature);
  plan.step = step;
  plan.says = StepOf(step, steps) + " is approved for " + RevisionText(revision);
  if (state.reason == core::Reason::kPausedByPerson) {
    plan.notes.push_back("The rollout is paused by a person; gate resume lets it go on.");
  }
  return plan;
}

Planned PlanPromote(const ports::PolicyRecord& record, const Signature& signature, bool full) {
  const core::RolloutState& state = record.state;
  if (!UnderWay(state)) return Refused(NothingUnderWay(state));
  if (IsPausedByPerson(record)) {
    return Refused("the rollout is paused by a person; gate resume it first");
  }
  const std::vector<core::Step>& steps = StepsOf(record);
  const bool last = state.step + 1 >= static_cast<int>(steps.size());
  if ((full || last) && record.policy && record.policy->dry_run) {
    return Refused(
        "the policy is a dry run, which promotes nothing; set spec.dryRun: false to let it");
  }
  const int step = full ? 0 : state.step + 1;
  const std::string& revision = state.candidate_revision;
  ActPlan plan = PlanOf(ports::ActKind::kPromote, revision,
                        full ? revision : revision + "/" + std::to_string(step), signature);
  plan.step = step;
  if (full) {
    plan.says = RevisionText(revision) + " will be promoted without the steps that are left";
  } else {
    plan.says =
        StepOf(step, steps) + " will pass for " + RevisionText(revision) +
        (last ? ", which is then promoted"
              : "; step " + std::to_string(step + 1) + " moves to " +
                    std::to_string(steps[static_cast<std::size_t>(step)].weight_percent) + " %");
  }
  if (state.stage == core::StepStage::kStarting) {
    plan.notes.push_back("The canary's pods are not ready yet; they come first.");
  }
  return plan;
}

ActProgress PromoteProgress(const ActPlan& plan, const core::RolloutState& state) {
  // Where the owner of the baseline must act, the controller has done its part.
  const bool awaits_owner =
      state.phase == Phase::kPromoting && state.reason == core::Reason::kAwaitingExternalPromotion;
  return awaits_owner ? ActProgress::kDone : StepProgress(plan, state);
}

Planned PlanAbort(const ports::PolicyRecord& record, const Signature& signature) {
  const core::RolloutState& state = record.state;
  const std::string& revision = state.candidate_revision;
  if (state.phase == Phase::kRollingBack || state.phase == Phase::kRolledBack) {
    ActPlan plan;
    plan.revision = revision;
    plan.says = RevisionText(revision) + (state.phase == Phase::kRolledBack
                                              ? " was rolled back already"
                                              : " is being rolled back already");
    return plan;
  }
  if (state.phase == Phase::kReady || state.phase == Phase::kPromoted) {
    return Refused(
        "no rollout is under way, so nothing can be rolled back; gate undo takes production back "
        "to the revision before");
  }
  if (!UnderWay(state)) return Refused(NothingUnderWay(state));
  ActPlan plan = PlanOf(ports::ActKind::kAbort, revision, revision, signature);
  plan.says = RevisionText(revision) + " will be rolled back";
  return plan;
}

ActProgress AbortProgress(const ActPlan& plan, const core::RolloutState& state) {
  if (state.candidate_revision != plan.revision) return ActProgress::kFailed;
  if (state.phase == Phase::kRolledBack) return ActProgress::kDone;
  const bool back = state.phase == Phase::kRollingBack;
  return back || UnderWay(state) ? ActProgress::kWaiting : ActProgress::kFailed;
}

Planned PlanPause(const ports::PolicyRecord& record, const Signature& signature) {
  const core::RolloutState& state = record.state;
  if (IsPausedByPerson(record)) {
    ActPlan plan;
    plan.says = "it is paused already";
    if (record.requests.pause) {
      const core::Request& pause = *record.requests.pause;
      if (!pause.by.empty()) plan.says += ", by " + pause.by;
      if (!pause.at.empty()) plan.says += " at " + pause.at;
    } else {
      plan.says += ", by spec.paused";
    }
    return plan;
  }
  ActPlan plan = PlanOf(ports::ActKind::kPause, UnderWay(state) ? state.candidate_revision : "",
                        "yes", signature);
  plan.says = UnderWay(state) ? "the rollout of " + RevisionText(plan.revision) +
                                    " will pause at " + std::to_string(state.desired_percent) + " %"
                              : "no new revision will be released until it is resumed";
  const Phase phase = ActivePhase(state);
  if (phase == Phase::kPromoting || phase == Phase::kRollingBack) {
    const std::string what = phase == Phase::kPromoting ? "promoted" : "rolled back";
    plan.notes.push_back("What is being " + what + " now goes on to its end.");
  }
  return plan;
}

ActProgress PauseProgress(const ActPlan&, const core::RolloutState& state) {
  const bool paused =
      state.phase == Phase::kPaused || state.reason == core::Reason::kPausedByPerson;
  return paused || !UnderWay(state) ? ActProgress::kDone : ActProgress::kWaiting;
}

Planned PlanResume(const ports::PolicyRecord& record, const Signature& signature) {
  const core::RolloutState& state = record.state;
  if (!IsPausedByPerson(record) && !OfBudgets(state.reason) && state.phase != Phase::kPaused) {
    return Refused("it is not paused; see gate status for what it waits for");
  }
  ActPlan plan = PlanOf(ports::ActKind::kResume, UnderWay(state) ? state.candidate_revision : "",
                        "yes", signature);
  if (record.requests.pause) plan.change.words.push_back({ports::ActKind::kPause, std::nullopt});
  if (record.policy && record.policy->paused) {
    plan.change.paused = false;
    plan.notes.push_back(
        "spec.paused was true and is now false; if the policy comes from a repository, change it "
        "there too, or it is put back.");
  }
  plan.says = plan.revision.empty()
                  ? "new revisions will be released again"
                  : "the rollout of " + RevisionText(plan.revision) + " will go on";
  return plan;
}

ActProgress ResumeProgress(const ActPlan&, const core::RolloutState& state) {
  const core::Reason reason = state.reason;
  const bool paused =
      state.phase == Phase::kPaused || reason == core::Reason::kPausedByPerson || OfBudgets(reason);
  return paused ? ActProgress::kWaiting : ActProgress::kDone;
}

Planned PlanRetry(const ports::PolicyRecord& record, const Signature& signature) {
  const core::RolloutState& state = record.state;
  if (UnderWay(state)) {
    return Refused(RevisionText(state.candidate_revision) +
                   " is being rolled out now; gate abort it first to start again");
  }
  const bool rejected = state.phase == Phase::kRollingBack || state.phase == Phase::kRolledBack ||
                        state.reason == core::Reason::kRejectedBefore;
  if (!rejected || state.rejected_revision.empty()) {
    return Refused(
        "no revision that could be retried was rolled back; change the Deployment to start a "
        "rollout");
  }
  const std::string& revision = state.rejected_revision;
  ActPlan plan = PlanOf(ports::ActKind::kRetry, revision, revision, signature);
  plan.says = RevisionText(revision) + " will be tried again, attempt " +
              std::to_string(state.attempts + 1);
  if (IsPausedByPerson(record)) {
    plan.notes.push_back("The policy is paused; gate resume lets the rollout begin.");
  }
  return plan;
}

ActProgress RetryProgress(const ActPlan& plan, const core::RolloutState& state) {
  if (!UnderWay(state)) return ActProgress::kWaiting;
  return state.candidate_revision == plan.revision ? ActProgress::kDone : ActProgress::kFailed;
}

// Why nothing can be undone in this phase; empty: it can.
std::string UndoProblem(const core::RolloutState& state, bool now) {
  const std::string candidate = RevisionText(state.candidate_revision);
  switch (ActivePhase(state)) {
    case Phase::kPending:
      return "the policy is not ready yet; see gate status";
    case Phase::kProgressing:
    case Phase::kPaused:
      return "production does not run " + candidate +
             ", which is being judged; gate abort ends that";
    case Phase::kPromoting:
      return now ? "" : candidate + " is still being rolled out; gate undo --now goes back from it";
    case Phase::kRollingBack:
    case Phase::kSuperseded:
      return "traffic is on its way back to the baseline; wait for that, see gate status";
    case Phase::kReady:
    case Phase::kPromoted:
    case Phase::kRolledBack:
      return "";
  }
  return "";
}

// What is being undone already; empty: nothing.
std::string BeingUndone(const core::RolloutState& state) {
  if (state.undo) return state.undo->from;
  const bool back = ActivePhase(state) == Phase::kPromoting &&
                    state.rejected_reason == core::Reason::kUndoneByPerson;
  return back ? state.rejected_revision : "";
}

ActPlan UndoPlan(const ports::PolicyRecord& record, const Signature& signature, bool now,
                 const std::string& revision, const std::string& earlier) {
  const core::RolloutState& state = record.state;
  ActPlan plan = PlanOf(ports::ActKind::kUndo, revision, revision + (now ? "/now" : ""), signature);
  plan.says = RevisionText(revision) + " will be undone: " + RevisionText(earlier) +
              (now ? " is released without being judged" : " is judged and released");
  if (state.phase == Phase::kRolledBack) {
    plan.notes.push_back("Production never ran " + RevisionText(state.rejected_revision) +
                         ", which was rolled back.");
  }
  if (now) {
    plan.notes.push_back(
        "If a GitOps tool keeps the Deployment, revert it there or suspend the "
        "tool first: a sync in between stops the return half way.");
  } else if (IsPausedByPerson(record)) {
    plan.notes.push_back("The policy is paused; gate resume lets the rollout begin.");
  }
  return plan;
}

Planned PlanUndo(const ports::PolicyRecord& record, const Signature& signature, bool now) {
  const core::RolloutState& state = record.state;
  const core::Workload& workload = record.policy->workload;
  if (workload.promotion == core::Promotion::kExternal) {
    return Refused("with promotion: External slogate writes no Deployment; give " +
                   workload.deployment +
                   " its earlier template yourself, in Git or with kubectl "
                   "rollout undo deployment/" +
                   workload.deployment);
  }
  if (record.policy->dry_run) {
    return Refused("the policy is a dry run, which changes nothing; set spec.dryRun: false");
  }
  if (const std::string undone = BeingUndone(state); !undone.empty()) {
    ActPlan plan;
    plan.revision = undone;
    plan.says = RevisionText(undone) + " is being undone already";
    return plan;
  }
  if (std::string problem = UndoProblem(state, now); !problem.empty()) {
    return Refused(std::move(problem));
  }
  const bool rolls = ActivePhase(state) == Phase::kPromoting;
  const std::string& revision = rolls ? state.candidate_revision : state.stable_revision;
  const std::string& earlier = rolls ? state.stable_revision : state.previous_revision;
  if (revision.empty() || earlier.empty()) {
    return Refused("Deployment " + workload.deployment +
                   " keeps no earlier ReplicaSet that was not rejected (see its "
                   "revisionHistoryLimit); release the earlier version again");
  }
  return UndoPlan(record, signature, now, revision, earlier);
}

ActProgress UndoProgress(const ActPlan& plan, const core::RolloutState& state) {
  const std::vector<ports::Word>& words = plan.change.words;  // none: it was asked for before
  const bool taken_up = words.empty() || words.front().text == state.undo_honoured;
  if (!taken_up || state.undo) return ActProgress::kWaiting;
  const auto refused = [](const core::HistoryEntry& entry) {
    return entry.reason == core::Reason::kUndoRefused;
  };
  if (!state.history.empty() && refused(state.history.back())) return ActProgress::kFailed;
  if (state.rejected_revision != plan.revision) {  // it is judged
    if (UnderWay(state)) return ActProgress::kDone;
    const bool idle = state.phase == Phase::kReady || state.phase == Phase::kPromoted ||
                      state.phase == Phase::kRolledBack;
    return idle ? ActProgress::kWaiting : ActProgress::kFailed;
  }
  if (state.phase == Phase::kPromoted) return ActProgress::kDone;
  return ActivePhase(state) == Phase::kPromoting ? ActProgress::kWaiting : ActProgress::kFailed;
}

}  // namespace

std::unique_ptr<Command> MakeApproveCommand() {
  const auto step = std::make_shared<int>(0);
  return MakeActCommand(
      {"approve", "Give a step the approval that it waits for.",
       "For steps with require: Approval. An approval holds for one revision and one step; it\n"
       "may be given ahead of time. The step still bakes for its minDuration.\n\n"
       "Example:\n"
       "  gate approve checkout -n shop --wait 5m",
       [step](const auto& record, const auto& signature) {
         return PlanApprove(record, signature, *step);
       },
       StepProgress,
       [step](CLI::App& parser) {
         parser
             .add_option("--step", *step, "Step to approve, counted from 1; else the running one")
             ->type_name("N")
             ->check(CLI::Range(1, 1000).description(""));
       }});
}

std::unique_ptr<Command> MakePromoteCommand() {
  const auto full = std::make_shared<bool>(false);
  return MakeActCommand({"promote", "Let the running step pass now, or all of them.",
                         "Your approval stands in for evidence: the step passes although it is not "
                         "proven not worse. A\n"
                         "canary that is worse than the baseline still goes back. With --full "
                         "every remaining step is\n"
                         "skipped and the candidate is promoted.\n\n"
                         "Example:\n"
                         "  gate promote checkout -n shop --full --wait 10m",
                         [full](const auto& record, const auto& signature) {
                           return PlanPromote(record, signature, *full);
                         },
                         PromoteProgress,
                         [full](CLI::App& parser) {
                           parser.add_flag("--full", *full,
                                           "Skip every remaining step and promote the candidate");
                         }});
}

std::unique_ptr<Command> MakeAbortCommand() {
  return MakeActCommand(
      {"abort", "Roll the candidate back now.",
       "All traffic goes back to the baseline. The revision is remembered as rejected and is\n"
       "not released again until gate retry, or until another revision comes.\n\n"
       "Example:\n"
       "  gate abort checkout -n shop --wait 5m",
       PlanAbort, AbortProgress});
}

std::unique_ptr<Command> MakePauseCommand() {
  return MakeActCommand({"pause", "Hold weights where they are until gate resume.",
                         "Nothing new begins while the pause stands. A canary that is worse than "
                         "the baseline still goes\n"
                         "back, and a promotion or rollback that has begun is finished.\n\n"
                         "Example:\n"
                         "  gate pause checkout -n shop --by 'ann, on call'",
                         PlanPause, PauseProgress});
}

std::unique_ptr<Command> MakeResumeCommand() {
  return MakeActCommand(
      {"resume", "Lift a pause.",
       "Takes gate pause back, sets spec.paused to false where it is true, and lifts a pause\n"
       "that waits for a person, such as one after a step's maxDuration.\n\n"
       "Example:\n"
       "  gate resume checkout -n shop",
       PlanResume, ResumeProgress});
}

std::unique_ptr<Command> MakeRetryCommand() {
  return MakeActCommand(
      {"retry", "Release the rejected revision once more.",
       "The rollout starts again at its first step, with fresh evidence, and is counted as\n"
       "another attempt. For what was rolled back for a reason that is now fixed "
       "elsewhere.\n\n"
       "Example:\n"
       "  gate retry checkout -n shop",
       PlanRetry, RetryProgress});
}

std::unique_ptr<Command> MakeUndoCommand() {
  const auto now = std::make_shared<bool>(false);
  return MakeActCommand(
      {"undo", "Take production back to the revision that it ran before.",
       "The controller writes the earlier template, which the Deployment's ReplicaSets keep, back\n"
       "into the Deployment. It is held and judged like any new revision. With --now Kubernetes\n"
       "rolls it out at once, and the undone revision is not released again until gate retry.\n\n"
       "Example:\n"
       "  gate undo checkout -n shop --now --wait 10m",
       [now](const auto& record, const auto& signature) {
         return PlanUndo(record, signature, *now);
       },
       UndoProgress,
       [now](CLI::App& parser) {
         parser.add_flag("--now", *now, "Roll it out at once, without judging it");
       }});
}

}  // namespace slogate::app

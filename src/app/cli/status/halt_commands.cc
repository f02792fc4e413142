#include <string>

#include "app/cli/status/act_command.h"

namespace slogate::app {
namespace {

class PauseAct : public Act {
 public:
  std::string Name() const override { return "pause"; }
  std::string Description() const override {
    return "Hold weights where they are until gate resume.";
  }
  std::string Footer() const override {
    return "Nothing new begins while the pause stands. A canary that is worse than the baseline "
           "still goes\n"
           "back, and a promotion or rollback that has begun is finished.\n\n"
           "Example:\n"
           "  gate pause checkout -n shop --by 'ann, on call'";
  }

  tl::expected<ActPlan, std::string> Plan(const ports::PolicyRecord& record,
                                          const Signature& signature) const override {
    const core::RolloutState& state = record.state;
    ActPlan plan;
    if (record.requests.pause || (record.policy && record.policy->paused)) {
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
    plan.change.words = {{ports::Act::kPause, Signed("yes", signature)}};
    if (UnderWay(state)) {
      plan.revision = state.candidate_revision;
      plan.says = "the rollout of revision " + ShortRevision(plan.revision) + " will pause at " +
                  std::to_string(state.desired_percent) + " %";
    } else {
      plan.says = "no new revision will be released until it is resumed";
    }
    const core::Phase phase = ActivePhase(state);
    if (phase == core::Phase::kPromoting || phase == core::Phase::kRollingBack) {
      plan.notes.push_back(
          "What is being " +
          std::string(phase == core::Phase::kPromoting ? "promoted" : "rolled back") +
          " now goes on to its end.");
    }
    return plan;
  }

  ActProgress ProgressOf(const ActPlan&, const ports::PolicyRecord& now) const override {
    if (!UnderWay(now.state)) return ActProgress::kDone;
    const bool paused = now.state.phase == core::Phase::kPaused ||
                        now.state.reason == core::Reason::kPausedByPerson;
    return paused ? ActProgress::kDone : ActProgress::kWaiting;
  }
};

}  // namespace

std::unique_ptr<Command> MakePauseCommand() { return MakeActCommand(std::make_unique<PauseAct>()); }

namespace {

// Waits because of an error budget, at rest or with its weights held.
bool OfBudgets(const core::RolloutState& state) {
  return state.reason == core::Reason::kBudgetExhausted ||
         state.reason == core::Reason::kBudgetBurning ||
         state.reason == core::Reason::kBudgetUnknown ||
         state.reason == core::Reason::kChangesFrozen;
}

class ResumeAct : public Act {
 public:
  std::string Name() const override { return "resume"; }
  std::string Description() const override { return "Lift a pause."; }
  std::string Footer() const override {
    return "Takes gate pause back, sets spec.paused to false where it is true, and lifts a pause\n"
           "that waits for a person, such as one after a step's maxDuration.\n\n"
           "Example:\n"
           "  gate resume checkout -n shop";
  }

  tl::expected<ActPlan, std::string> Plan(const ports::PolicyRecord& record,
                                          const Signature& signature) const override {
    const core::RolloutState& state = record.state;
    const bool in_spec = record.policy && record.policy->paused;
    if (!record.requests.pause && !in_spec && !OfBudgets(state) &&
        state.phase != core::Phase::kPaused) {
      return Refused("it is not paused; see gate status for what it waits for");
    }
    ActPlan plan;
    if (UnderWay(state)) plan.revision = state.candidate_revision;
    plan.change.words = {{ports::Act::kResume, Signed("yes", signature)}};
    if (record.requests.pause) plan.change.words.push_back({ports::Act::kPause, std::nullopt});
    if (in_spec) {
      plan.change.paused = false;
      plan.notes.push_back(
          "spec.paused was true and is now false; if the policy comes from a repository, change "
          "it there too, or it is put back.");
    }
    plan.says = plan.revision.empty()
                    ? "new revisions will be released again"
                    : "the rollout of revision " + ShortRevision(plan.revision) + " will go on";
    return plan;
  }

  ActProgress ProgressOf(const ActPlan&, const ports::PolicyRecord& now) const override {
    const bool paused = now.state.phase == core::Phase::kPaused ||
                        now.state.reason == core::Reason::kPausedByPerson || OfBudgets(now.state);
    return paused ? ActProgress::kWaiting : ActProgress::kDone;
  }
};

}  // namespace

std::unique_ptr<Command> MakeResumeCommand() {
  return MakeActCommand(std::make_unique<ResumeAct>());
}

namespace {

class AbortAct : public Act {
 public:
  std::string Name() const override { return "abort"; }
  std::string Description() const override { return "Roll the candidate back now."; }
  std::string Footer() const override {
    return "All traffic goes back to the baseline. The revision is remembered as rejected and is\n"
           "not released again until gate retry, or until another revision comes.\n\n"
           "Example:\n"
           "  gate abort checkout -n shop --wait 5m";
  }

  tl::expected<ActPlan, std::string> Plan(const ports::PolicyRecord& record,
                                          const Signature& signature) const override {
    const core::RolloutState& state = record.state;
    ActPlan plan;
    plan.revision = state.candidate_revision;
    const std::string revision = "revision " + ShortRevision(plan.revision);
    if (state.phase == core::Phase::kRollingBack || state.phase == core::Phase::kRolledBack) {
      plan.says =
          revision + (state.phase == core::Phase::kRolledBack ? " was rolled back already"
                                                              : " is being rolled back already");
      return plan;
    }
    if (state.phase == core::Phase::kReady || state.phase == core::Phase::kPromoted) {
      return Refused(
          "no rollout is under way, so nothing can be rolled back; to undo a release, release the "
          "older version");
    }
    if (!UnderWay(state)) return Refused(NothingUnderWay(state));
    plan.change.words = {{ports::Act::kAbort, Signed(plan.revision, signature)}};
    plan.says = revision + " will be rolled back";
    return plan;
  }

  ActProgress ProgressOf(const ActPlan& plan, const ports::PolicyRecord& now) const override {
    const core::RolloutState& state = now.state;
    if (state.candidate_revision != plan.revision) return ActProgress::kFailed;
    if (state.phase == core::Phase::kRolledBack) return ActProgress::kDone;
    const bool back = state.phase == core::Phase::kRollingBack;
    return back || UnderWay(state) ? ActProgress::kWaiting : ActProgress::kFailed;
  }
};

}  // namespace

std::unique_ptr<Command> MakeAbortCommand() { return MakeActCommand(std::make_unique<AbortAct>()); }

}  // namespace slogate::app

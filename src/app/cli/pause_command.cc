#include <string>

#include "app/cli/act_command.h"

namespace slogate::app {
namespace {

class PauseAct : public Act {
 public:
  std::string Name() const override { return "pause"; }
  std::string Description() const override {
    return "Hold weights where they are until gate resume.";
  }
  std::string Footer() const override {
    return "Nothing new begins while the pause stands. A canary that is shown worse still goes\n"
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

}  // namespace slogate::app

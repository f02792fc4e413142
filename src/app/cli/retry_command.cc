#include <string>

#include "app/cli/act_command.h"

namespace slogate::app {
namespace {

class RetryAct : public Act {
 public:
  std::string Name() const override { return "retry"; }
  std::string Description() const override { return "Release the rejected revision once more."; }
  std::string Footer() const override {
    return "The rollout starts again at its first step, with fresh evidence, and is counted as\n"
           "another attempt. For what was rolled back for a reason that is now mended "
           "elsewhere.\n\n"
           "Example:\n"
           "  gate retry checkout -n shop";
  }

  tl::expected<ActPlan, std::string> Plan(const ports::PolicyRecord& record,
                                          const Signature& signature) const override {
    const core::RolloutState& state = record.state;
    if (UnderWay(state)) {
      return Refused("revision " + ShortRevision(state.candidate_revision) +
                     " is being rolled out now; gate abort it first to start again");
    }
    const bool rejected = state.phase == core::Phase::kRollingBack ||
                          state.phase == core::Phase::kRolledBack ||
                          state.reason == core::Reason::kRejectedBefore;
    if (!rejected || state.rejected_revision.empty()) {
      return Refused(
          "no revision that could be retried was rolled back; change the "
          "Deployment to start a rollout");
    }
    ActPlan plan;
    plan.revision = state.rejected_revision;
    plan.change.words = {{ports::Act::kRetry, Signed(plan.revision, signature)}};
    plan.says = "revision " + ShortRevision(plan.revision) + " will be tried again, attempt " +
                std::to_string(state.attempts + 1);
    if (record.requests.pause || (record.policy && record.policy->paused)) {
      plan.notes.push_back("The policy is paused; gate resume lets the rollout begin.");
    }
    return plan;
  }

  ActProgress ProgressOf(const ActPlan& plan, const ports::PolicyRecord& now) const override {
    const core::RolloutState& state = now.state;
    if (UnderWay(state)) {
      return state.candidate_revision == plan.revision ? ActProgress::kDone : ActProgress::kFailed;
    }
    return ActProgress::kWaiting;
  }
};

}  // namespace

std::unique_ptr<Command> MakeRetryCommand() { return MakeActCommand(std::make_unique<RetryAct>()); }

}  // namespace slogate::app

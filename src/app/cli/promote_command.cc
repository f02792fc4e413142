#include <CLI/CLI.hpp>
#include <string>

#include "app/cli/act_command.h"

namespace slogate::app {
namespace {

class PromoteAct : public Act {
 public:
  std::string Name() const override { return "promote"; }
  std::string Description() const override {
    return "Let the running step pass now, or all of them.";
  }
  std::string Footer() const override {
    return "Your word stands in for evidence: the step passes although it is not shown no worse. "
           "A\n"
           "canary that is shown worse still goes back. With --full every remaining step is\n"
           "skipped and the candidate is promoted.\n\n"
           "Example:\n"
           "  gate promote checkout -n shop --full --wait 10m";
  }
  void Declare(CLI::App& parser) override {
    parser.add_flag("--full", full_, "Skip every remaining step and promote the candidate");
  }

  tl::expected<ActPlan, std::string> Plan(const ports::PolicyRecord& record,
                                          const Signature& signature) const override {
    const core::RolloutState& state = record.state;
    if (!UnderWay(state)) return Refused(NothingUnderWay(state));
    if (record.requests.pause || (record.policy && record.policy->paused)) {
      return Refused("the rollout is paused by a person; gate resume it first");
    }
    const std::vector<core::Step>& steps = StepsOf(record);
    const bool last = state.step + 1 >= static_cast<int>(steps.size());
    if ((full_ || last) && record.policy && record.policy->dry_run) {
      return Refused(
          "the policy is a dry run, which promotes nothing; set spec.dryRun: "
          "false to let it");
    }
    ActPlan plan;
    plan.revision = state.candidate_revision;
    plan.step = full_ ? 0 : state.step + 1;
    std::string what = plan.revision;
    if (!full_) what += "/" + std::to_string(plan.step);
    plan.change.words = {{ports::Act::kPromote, Signed(what, signature)}};
    const std::string revision = "revision " + ShortRevision(plan.revision);
    if (full_) {
      plan.says = revision + " will be promoted without the steps that are left";
    } else {
      plan.says =
          "step " + std::to_string(plan.step) + " of " + std::to_string(steps.size()) +
          " will pass for " + revision +
          (last ? ", which is then promoted"
                : "; step " + std::to_string(plan.step + 1) + " moves to " +
                      std::to_string(steps[static_cast<std::size_t>(plan.step)].weight_percent) +
                      " %");
    }
    if (state.stage == core::StepStage::kStarting) {
      plan.notes.push_back("The canary's pods are not ready yet; they come first.");
    }
    return plan;
  }

  ActProgress ProgressOf(const ActPlan& plan, const ports::PolicyRecord& now) const override {
    // Where the owner of the baseline must act, the controller has done its part.
    if (now.state.phase == core::Phase::kPromoting &&
        now.state.reason == core::Reason::kAwaitingExternalPromotion) {
      return ActProgress::kDone;
    }
    return StepProgress(plan, now.state);
  }

 private:
  bool full_ = false;
};

}  // namespace

std::unique_ptr<Command> MakePromoteCommand() {
  return MakeActCommand(std::make_unique<PromoteAct>());
}

}  // namespace slogate::app

#include <CLI/CLI.hpp>
#include <string>

#include "app/cli/status/act_command.h"

namespace slogate::app {
namespace {

class ApproveAct : public Act {
 public:
  std::string Name() const override { return "approve"; }
  std::string Description() const override { return "Give a step the approval that it waits for."; }
  std::string Footer() const override {
    return "For steps with require: Approval. An approval holds for one revision and one step; it\n"
           "may be given ahead of time. The step still bakes for its minDuration.\n\n"
           "Example:\n"
           "  gate approve checkout -n shop --wait 5m";
  }
  void Declare(CLI::App& parser) override {
    parser.add_option("--step", step_, "Step to approve, counted from 1; else the running one")
        ->type_name("N")
        ->check(CLI::Range(1, 1000).description(""));
  }

  tl::expected<ActPlan, std::string> Plan(const ports::PolicyRecord& record,
                                          const Signature& signature) const override {
    const core::RolloutState& state = record.state;
    if (!UnderWay(state)) return Refused(NothingUnderWay(state));
    const std::vector<core::Step>& steps = StepsOf(record);
    ActPlan plan;
    plan.revision = state.candidate_revision;
    plan.step = step_ > 0 ? step_ : state.step + 1;
    if (std::string problem = Problem(plan.step, state.step + 1, steps); !problem.empty()) {
      return Refused(std::move(problem));
    }
    const std::string what = plan.revision + "/" + std::to_string(plan.step);
    plan.change.words = {{ports::Act::kApprove, Signed(what, signature)}};
    plan.says = "step " + std::to_string(plan.step) + " of " + std::to_string(steps.size()) +
                " is approved for revision " + ShortRevision(plan.revision);
    if (state.reason == core::Reason::kPausedByPerson) {
      plan.notes.push_back("The rollout is paused by a person; gate resume lets it go on.");
    }
    return plan;
  }

  ActProgress ProgressOf(const ActPlan& plan, const ports::PolicyRecord& now) const override {
    return StepProgress(plan, now.state);
  }

 private:
  static std::string Problem(int step, int running, const std::vector<core::Step>& steps) {
    const std::string name = "step " + std::to_string(step);
    if (step > static_cast<int>(steps.size())) {
      return "there is no " + name + "; the rollout has " + std::to_string(steps.size());
    }
    if (step < running) {
      return name + " has passed already; step " + std::to_string(running) + " is running";
    }
    if (steps[static_cast<std::size_t>(step) - 1].require == core::Require::kApproval) return "";
    std::string others;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (steps[i].require != core::Require::kApproval || static_cast<int>(i) + 1 < running) {
        continue;
      }
      others += (others.empty() ? "" : ", ") + std::to_string(i + 1);
    }
    return name + " does not ask for approval; " +
           (others.empty() ? "to let it pass without more evidence use gate promote"
                           : "approve with --step " + others);
  }

  int step_ = 0;
};

}  // namespace

std::unique_ptr<Command> MakeApproveCommand() {
  return MakeActCommand(std::make_unique<ApproveAct>());
}

namespace {

class PromoteAct : public Act {
 public:
  std::string Name() const override { return "promote"; }
  std::string Description() const override {
    return "Let the running step pass now, or all of them.";
  }
  std::string Footer() const override {
    return "Your approval stands in for evidence: the step passes although it is not proven not "
           "worse. "
           "A\n"
           "canary that is worse than the baseline still goes back. With --full every remaining "
           "step is\n"
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

namespace {

class RetryAct : public Act {
 public:
  std::string Name() const override { return "retry"; }
  std::string Description() const override { return "Release the rejected revision once more."; }
  std::string Footer() const override {
    return "The rollout starts again at its first step, with fresh evidence, and is counted as\n"
           "another attempt. For what was rolled back for a reason that is now fixed "
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

#include <CLI/CLI.hpp>
#include <string>

#include "app/cli/act_command.h"

namespace slogate::app {
namespace {

class ApproveAct : public Act {
 public:
  std::string Name() const override { return "approve"; }
  std::string Description() const override { return "Give a step the approval that it waits for."; }
  std::string Footer() const override {
    return "For steps with require: Approval. An approval holds for one revision and one step; it\n"
           "may be given ahead of time. The step still bakes for its leastDuration.\n\n"
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

}  // namespace slogate::app

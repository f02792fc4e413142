#include <string>

#include "app/cli/act_command.h"

namespace slogate::app {
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
           "that waits for a person, such as one after a step's longestDuration.\n\n"
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

}  // namespace slogate::app

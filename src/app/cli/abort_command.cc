#include <string>

#include "app/cli/act_command.h"

namespace slogate::app {
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

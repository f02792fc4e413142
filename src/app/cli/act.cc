#include "app/cli/act.h"

#include "spec/time_text.h"

namespace slogate::app {

using core::Phase;

std::string Signed(const std::string& what, const Signature& signature) {
  std::string text = what;
  if (!signature.by.empty()) text += " by " + signature.by;
  return text + " at " + spec::ToText(signature.at);
}

bool UnderWay(const core::RolloutState& state) {
  return ActivePhase(state) == Phase::kProgressing && !state.candidate_revision.empty();
}

std::string NothingUnderWay(const core::RolloutState& state) {
  const std::string candidate = ShortRevision(state.candidate_revision);
  switch (ActivePhase(state)) {
    case Phase::kPending:
    case Phase::kInitializing:
      return "the policy is not ready for a rollout yet; see gate status";
    case Phase::kReady:
    case Phase::kProgressing:
    case Phase::kPaused:
      break;
    case Phase::kPromoting:
      return "revision " + candidate +
             " is being promoted already; to undo it, release the older version";
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

const std::vector<core::Step>& StepsOf(const ports::PolicyRecord& record) {
  static const std::vector<core::Step> kNone;
  if (record.state.frozen) return record.state.frozen->steps;
  return record.policy ? record.policy->steps : kNone;
}

std::string ShortRevision(const std::string& revision) { return revision.substr(0, 10); }

ActProgress StepProgress(const ActPlan& plan, const core::RolloutState& now) {
  if (now.candidate_revision != plan.revision) return ActProgress::kFailed;
  switch (ActivePhase(now)) {
    case Phase::kProgressing:
      return plan.step > 0 && now.step >= plan.step ? ActProgress::kDone : ActProgress::kWaiting;
    case Phase::kPromoting:
      return plan.step > 0 ? ActProgress::kDone : ActProgress::kWaiting;
    case Phase::kPromoted:
      return ActProgress::kDone;
    case Phase::kPending:
    case Phase::kInitializing:
    case Phase::kReady:
    case Phase::kPaused:
    case Phase::kRollingBack:
    case Phase::kRolledBack:
    case Phase::kSuperseded:
      break;
  }
  return ActProgress::kFailed;
}

}  // namespace slogate::app

#include "app/cli/status/act.h"

#include "spec/text/time_text.h"

namespace slogate::app {

using core::Phase;
using core::Reason;

namespace {

bool LiftsItself(Reason reason) {
  return reason == Reason::kNoData || reason == Reason::kSourceFailed;
}

class Acts {
 public:
  Acts(const RolloutView& view, const CallWords& call)
      : head_(call.program + " "), tail_(" " + view.name + call.flags) {}

  void Add(const char* act, const std::string& effect) {
    acts.push_back({head_ + act + tail_, effect});
  }

  std::vector<NextAct> acts;

 private:
  std::string head_;
  std::string tail_;
};

void WhileProgressing(const RolloutView& view, Acts& acts) {
  if (view.reason == Reason::kAwaitingApproval) {
    acts.Add("approve", "let " + StepText(view) + " pass");
  } else {
    acts.Add("promote", "let " + StepText(view) + " pass now");
  }
  acts.Add("pause", "hold the weights where they are");
  acts.Add("abort", "roll the candidate back");
}

void WhilePaused(const RolloutView& view, Acts& acts) {
  acts.Add("resume", OfBudgets(view.reason)     ? "go on despite the error budget"
                     : LiftsItself(view.reason) ? "go on without waiting for evidence to come back"
                                                : "go on");
  acts.Add("abort", "roll the candidate back");
}

}  // namespace

std::string Signed(const std::string& what, const Signature& signature) {
  std::string text = what;
  if (!signature.by.empty()) text += " by " + signature.by;
  return text + " at " + spec::ToText(signature.at);
}

bool IsPausedByPerson(const ports::PolicyRecord& record) {
  return record.requests.pause || (record.policy && record.policy->paused);
}

bool OfBudgets(Reason reason) {
  return reason == Reason::kBudgetExhausted || reason == Reason::kBudgetBurning ||
         reason == Reason::kBudgetUnknown || reason == Reason::kChangesFrozen;
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

std::vector<NextAct> NextActs(const RolloutView& view, const CallWords& call) {
  Acts acts(view, call);
  if (view.reason == Reason::kInvalidPolicy) return {};
  switch (view.phase) {
    case Phase::kProgressing:
      if (view.reason == Reason::kPausedByPerson) {
        WhilePaused(view, acts);
      } else {
        WhileProgressing(view, acts);
      }
      break;
    case Phase::kPaused:
      WhilePaused(view, acts);
      break;
    case Phase::kRolledBack:
      acts.Add("retry", "release the same revision again");
      break;
    case Phase::kReady:
    case Phase::kPromoted:
      if (view.reason == Reason::kRejectedBefore) {
        acts.Add("retry", "release the rejected revision again");
      } else if (view.reason == Reason::kPausedByPerson) {
        acts.Add("resume", "let new revisions be released");
      } else if (OfBudgets(view.reason)) {
        acts.Add("resume", view.reason == Reason::kChangesFrozen
                               ? "release the new revision despite the freeze"
                               : "release the new revision despite the error budget");
      }
      break;
    case Phase::kPending:
    case Phase::kInitializing:
    case Phase::kPromoting:
    case Phase::kRollingBack:
    case Phase::kSuperseded:
      break;
  }
  return acts.acts;
}

bool NeedsPerson(const RolloutView& view) {
  if (view.reason == Reason::kInvalidPolicy || view.reason == Reason::kAwaitingApproval ||
      view.reason == Reason::kPausedByPerson) {
    return true;
  }
  return view.phase == Phase::kPaused && !LiftsItself(view.reason) && !OfBudgets(view.reason);
}

}  // namespace slogate::app

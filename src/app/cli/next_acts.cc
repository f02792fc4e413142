#include "app/cli/next_acts.h"

namespace slogate::app {
namespace {

using core::Phase;
using core::Reason;

bool LiftsItself(Reason reason) {
  return reason == Reason::kNoData || reason == Reason::kSourceFailed;
}

// Of an error budget or its calendar: ends with its cause.
bool OfBudgets(Reason reason) {
  return reason == Reason::kBudgetExhausted || reason == Reason::kBudgetBurning ||
         reason == Reason::kBudgetUnknown || reason == Reason::kChangesFrozen;
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
  if (OfBudgets(view.reason)) {
    acts.Add("resume", "go on despite the error budget");
    acts.Add("abort", "roll the candidate back");
    return;
  }
  acts.Add("resume",
           LiftsItself(view.reason) ? "go on without waiting for evidence to come back" : "go on");
  acts.Add("abort", "roll the candidate back");
}

}  // namespace

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

#include "app/cli/status/act.h"

namespace slogate::app {
namespace {

using core::Phase;
using core::Reason;

bool LiftsItself(Reason reason) {
  return reason == Reason::kNoData || reason == Reason::kSourceFailed;
}

}  // namespace

bool OfBudgets(Reason reason) {
  return reason == Reason::kBudgetExhausted || reason == Reason::kBudgetBurning ||
         reason == Reason::kBudgetUnknown || reason == Reason::kChangesFrozen;
}

std::vector<NextAct> NextActs(const RolloutView& view, const CallWords& call) {
  std::vector<NextAct> acts;
  const auto add = [&](const std::string& act, const std::string& effect) {
    acts.push_back({call.program + " " + act + " " + view.name + call.flags, effect});
  };
  const bool by_person = view.reason == Reason::kPausedByPerson;
  if (view.reason == Reason::kInvalidPolicy) return acts;
  switch (view.phase) {
    case Phase::kProgressing:
    case Phase::kPaused:
      if (by_person || view.phase == Phase::kPaused) {
        add("resume", OfBudgets(view.reason)     ? "go on despite the error budget"
                      : LiftsItself(view.reason) ? "go on without waiting for evidence to come back"
                                                 : "go on");
      } else {
        if (view.reason == Reason::kAwaitingApproval) {
          add("approve", "let " + StepText(view) + " pass");
        } else {
          add("promote", "let " + StepText(view) + " pass now");
        }
        add("pause", "hold the weights where they are");
      }
      add("abort", "roll the candidate back");
      break;
    case Phase::kRolledBack:
      add("retry", "release the same revision again");
      break;
    case Phase::kReady:
    case Phase::kPromoted:
      if (view.reason == Reason::kRejectedBefore) {
        add("retry", "release the rejected revision again");
      }
      if (by_person) add("resume", "let new revisions be released");
      if (OfBudgets(view.reason)) {
        add("resume", view.reason == Reason::kChangesFrozen
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
  return acts;
}

bool NeedsPerson(const RolloutView& view) {
  if (view.reason == Reason::kInvalidPolicy || view.reason == Reason::kAwaitingApproval ||
      view.reason == Reason::kPausedByPerson) {
    return true;
  }
  return view.phase == Phase::kPaused && !LiftsItself(view.reason) && !OfBudgets(view.reason);
}

}  // namespace slogate::app

// What goes wrong in the cluster, and what people do.
#include <algorithm>

#include "simulation/faults/fault_rollout.h"

namespace slogate::faults {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr core::Duration kUntilResumed = minutes(3);
constexpr core::Duration kUntilOwnerActs = seconds(20);

demo::PodBehaviour BehaviourOf(Quality quality) {
  if (quality == Quality::kNeverStarts) return demo::PodBehaviour::kNever;
  return quality == Quality::kCrashes ? demo::PodBehaviour::kCrash : demo::PodBehaviour::kReady;
}

// It keeps the controllers from acting, or acts against them.
bool Disturbs(FaultKind kind) {
  return kind <= FaultKind::kWatchLost || kind == FaultKind::kRouteUnaccepted ||
         kind == FaultKind::kRouteDeleted || kind == FaultKind::kWeightEdited ||
         kind == FaultKind::kPolicyDeleted;
}

}  // namespace

void FaultRollout::TurnFaults() {
  source_.faults = {};
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    const Fault& fault = scenario_.faults[i];
    if (turns_[i] == 0 && SinceRelease() >= fault.at) {
      turns_[i] = 1;
      if (!AwaitsWrite(fault.kind)) Tell("BEGINS " + Words(fault));
      Begin(fault);
    }
    if (turns_[i] == 1 && SinceRelease() >= fault.at + fault.length) {
      turns_[i] = 2;
      End(fault);
    }
    if (!Active(fault)) continue;
    const auto problem = static_cast<core::SourceProblem>(fault.amount);
    if (Disturbs(fault.kind)) {
      disturbed_until_ = std::max(disturbed_until_, now_ + minutes(1));
    }
    if (fault.kind == FaultKind::kSourceFails) source_.faults.source = problem;
    if (fault.kind == FaultKind::kBudgetFails) source_.faults.budgets = problem;
    if (fault.kind == FaultKind::kSourceLate) source_.faults.late = true;
    if (fault.kind == FaultKind::kBudgetBurns) source_.faults.burns = true;
    const bool touches = fault.kind == FaultKind::kPolicyTouched && now_ % seconds(6) < seconds(2);
    if (touches && !people_.delete_policy) {
      world_.policies.Edit(kPolicyKey, [](ports::PolicyRecord&) {});
    }
  }
}

void FaultRollout::Release(const std::string& revision) {
  latest_ = revision;
  people_.released.try_emplace(revision, now_);
  const std::string name = scenario_.Managed() ? "app" : "app-canary";
  const Quality quality = revision == "v2" ? scenario_.candidate : scenario_.next;
  // A pause at rest holds nothing while Kubernetes rolls a promoted revision out.
  const auto production = world_.workloads.Find("shop", "app");
  const bool paused_at_rest = scenario_.policy.workload.hold == core::HoldBy::kPaused;
  const core::RolloutState& state = promises_.state();
  const bool promoted =
      core::ActivePhase(state) == core::Phase::kPromoting || state.phase == core::Phase::kPromoted;
  if (scenario_.Managed() && paused_at_rest && promoted && production && !production->paused) {
    people_.let_go = true;
  }
  world_.workloads.Edit("shop", name, [&](demo::MemoryDeployment& deployment) {
    deployment.behaviour = BehaviourOf(quality);
    if (deployment.replicas == 0) deployment.replicas = scenario_.replicas;
  });
  world_.workloads.Deploy("shop", name, revision, scenario_.replicas);
}

core::Request FaultRollout::RequestNow(int step) {
  core::Request request;
  request.revision = promises_.state().candidate_revision;
  request.step = step;
  request.by = "ann";
  request.text =
      request.revision + "/" + std::to_string(step) + " by ann, no. " + std::to_string(++requests_);
  return request;
}

void FaultRollout::Begin(const Fault& fault) {
  const auto edit_policy = [&](auto change) {
    if (!people_.delete_policy) world_.policies.Edit(kPolicyKey, change);
  };
  const auto route = world_.router.Find("shop", "app");
  const auto canary = world_.workloads.Find("shop", "app-canary");
  switch (fault.kind) {
    case FaultKind::kFails:
    case FaultKind::kThrows:
    case FaultKind::kStale:
    case FaultKind::kAnswerLost:
    case FaultKind::kDiesBefore:
    case FaultKind::kDiesAfter:
    case FaultKind::kStands:
    case FaultKind::kSourceFails:
    case FaultKind::kSourceLate:
    case FaultKind::kNoTraffic:
    case FaultKind::kCountsUnknown:
    case FaultKind::kCountsNoted:
    case FaultKind::kBudgetFails:
    case FaultKind::kBudgetBurns:
    case FaultKind::kPolicyTouched:
      return;
    case FaultKind::kStops:
      return processes_[static_cast<std::size_t>(fault.process)]->Stop(fault.length);
    case FaultKind::kClockOff:
      processes_[static_cast<std::size_t>(fault.process)]->clock.off = seconds(fault.amount);
      return;
    case FaultKind::kWatchLost:
      processes_[static_cast<std::size_t>(fault.process)]->hears = false;
      return;
    case FaultKind::kWeightEdited:
      if (!route || people_.delete_policy) return;  // nobody would put it right
      return world_.router.Edit("shop", "app", [&](demo::MemoryRoute& edited) {
        edited.rules = {{fault.amount, 100 - fault.amount}};
        edited.served = edited.rules;
      });
    case FaultKind::kRouteUnaccepted:
      if (!route) return;
      return world_.router.Edit("shop", "app", [](demo::MemoryRoute& edited) {
        edited.accepted = edited.accepts_writes = false;
      });
    case FaultKind::kRouteDeleted:
      return world_.router.Remove("shop", "app");
    case FaultKind::kCanaryPodsLost:
      if (!canary) return;
      return world_.workloads.Edit("shop", "app-canary", [](demo::MemoryDeployment& edited) {
        edited.running_behaviour = demo::PodBehaviour::kNever;
        edited.current_pods /= 2;
      });
    case FaultKind::kCanaryDeleted:
      return world_.workloads.Remove("shop", "app-canary");
    case FaultKind::kScaled:
      return world_.workloads.Edit(
          "shop", "app", [&](demo::MemoryDeployment& app) { app.replicas = fault.amount; });
    case FaultKind::kPolicyEdited: {
      if (people_.delete_policy) return;
      core::Policy policy = scenario_.policy;
      policy.steps.back().min_duration += seconds(20);
      policy.on_no_data.pause_after += minutes(1);
      return world_.policies.Put(kPolicyKey, policy);
    }
    case FaultKind::kPaused:
      return edit_policy(
          [&](ports::PolicyRecord& record) { record.requests.pause = RequestNow(); });
    case FaultKind::kAborted:
      people_.abort = true;
      return edit_policy(
          [&](ports::PolicyRecord& record) { record.requests.abort = RequestNow(); });
    case FaultKind::kStepPassed:
      people_.pass_step = true;
      return edit_policy([&](ports::PolicyRecord& record) {
        record.requests.promote = RequestNow(promises_.state().step + 1);
      });
    case FaultKind::kLetGo:
      // What does not start would never be rolled out.
      if (!scenario_.Managed() || scenario_.candidate > Quality::kBad ||
          scenario_.next > Quality::kBad) {
        return;
      }
      people_.let_go = true;
      return world_.workloads.Edit("shop", "app",
                                   [](demo::MemoryDeployment& app) { app.paused = false; });
    case FaultKind::kNewRevision:
      return Release("v3");
    case FaultKind::kPolicyDeleted:
      people_.delete_policy = true;
      return world_.policies.Remove(kPolicyKey);
  }
}

void FaultRollout::End(const Fault& fault) {
  if (fault.kind == FaultKind::kClockOff) {
    processes_[static_cast<std::size_t>(fault.process)]->clock.off = core::Duration(0);
  } else if (fault.kind == FaultKind::kWatchLost) {
    Process& process = *processes_[static_cast<std::size_t>(fault.process)];
    process.hears = true;
    process.Hear();
  } else if (fault.kind == FaultKind::kStale) {
    // What it reads from now on, it hears of.
    processes_[static_cast<std::size_t>(fault.process)]->Hear();
  } else if (fault.kind == FaultKind::kRouteUnaccepted && world_.router.Find("shop", "app")) {
    world_.router.Edit("shop", "app", [](demo::MemoryRoute& edited) {
      edited.accepted = edited.accepts_writes = true;
      edited.served = edited.rules;
    });
  } else if (fault.kind == FaultKind::kRouteDeleted) {
    world_.router.Put("shop", "app", {.rules = {{0, 100}}});
  } else if (fault.kind == FaultKind::kCanaryPodsLost &&
             world_.workloads.Find("shop", "app-canary")) {
    world_.workloads.Edit("shop", "app-canary", [](demo::MemoryDeployment& edited) {
      edited.running_behaviour = edited.behaviour;
    });
  } else if (fault.kind == FaultKind::kCanaryDeleted && !scenario_.Managed()) {
    Release(latest_);
  } else if (fault.kind == FaultKind::kPaused && !people_.delete_policy) {
    world_.policies.Edit(kPolicyKey,
                         [](ports::PolicyRecord& record) { record.requests.pause.reset(); });
  }
}

// They approve what waits for it, and look after what is paused.
void FaultRollout::People() {
  const core::RolloutState& state = promises_.state();
  if (people_.delete_policy) return;
  OwnerFollows();
  if (state.phase == core::Phase::kProgressing && state.reason == core::Reason::kAwaitingApproval &&
      now_ % seconds(30) < seconds(2)) {
    people_.approve = true;
    world_.policies.Edit(kPolicyKey, [&](ports::PolicyRecord& record) {
      record.requests.approve = RequestNow(state.step + 1);
    });
  }
  if (state.phase != core::Phase::kPaused || state.reason == core::Reason::kPausedByPerson) {
    paused_since_.reset();
  } else if (!paused_since_) {
    paused_since_ = now_;
  } else if (now_ - *paused_since_ > kUntilResumed) {
    paused_since_.reset();
    world_.policies.Edit(kPolicyKey, [&](ports::PolicyRecord& record) {
      record.requests.resume = "no. " + std::to_string(++requests_);
    });
  }
}

// Of an External production, which is to get the promoted template.
void FaultRollout::OwnerFollows() {
  const core::RolloutState& state = promises_.state();
  const bool asked = !scenario_.Managed() && core::ActivePhase(state) == core::Phase::kPromoting;
  if (!asked) return owner_asked_.reset();
  if (!owner_asked_) owner_asked_ = now_;
  if (now_ - *owner_asked_ < kUntilOwnerActs) return;
  const auto production = world_.workloads.Find("shop", "app");
  if (production && production->revision != state.candidate_revision) {
    world_.workloads.Deploy("shop", "app", state.candidate_revision);
  }
}

}  // namespace slogate::faults

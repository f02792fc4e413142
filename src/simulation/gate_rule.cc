#include "simulation/gate_rule.h"

#include <optional>

#include "core/rollout/rollout_checks.h"
#include "simulation/trial.h"

namespace slogate::simulation {
namespace {

// Enough for every weight to be a whole number of pods.
constexpr int kReplicas = 100;

core::TrackView Running(const std::string& revision, int pods) {
  core::TrackView track;
  track.exists = true;
  track.revision = revision;
  track.pod_template_hash = revision;
  track.desired = pods;
  track.available = pods;
  track.available_any = pods;
  track.settled = true;
  return track;
}

}  // namespace

core::Observations IdealWorld(const core::Policy& policy, const core::RolloutState& state) {
  const std::string candidate = "candidate";
  core::Observations world;
  core::WorkloadView& workload = world.workload;
  workload.baseline =
      Running(state.phase == core::Phase::kPromoting ? candidate : "baseline", kReplicas);
  workload.canary = Running(candidate, kReplicas);
  const int pods = core::CanaryReplicas(policy, workload);
  workload.canary = Running(candidate, core::CountsPods(policy) ? kReplicas : pods);
  for (const core::Route& route : policy.routes) {
    core::RouteView view;
    view.name = route.name;
    view.exists = true;
    view.canary_percent = state.desired_percent;
    view.accepted = true;
    world.routes.push_back(view);
  }
  return world;
}

namespace {

class Gate : public ReleaseRule {
 public:
  explicit Gate(const Scenario& scenario) : policy_(PolicyOf(scenario)) {}

  bool WantsHistory() const override { return true; }

  void Begin(const core::HistoryReading& history) override { replay_.emplace(policy_, history, 0); }

  Reaction See(const RuleInput& input) override {
    const int step = replay_->State().step;
    replay_->Close(input.seen);
    const core::RolloutState& state = replay_->State();
    Reaction reaction;
    reaction.evidence = MostTelling(state);
    if (state.phase == core::Phase::kRollingBack) {
      reaction.move = Move::kRollBack;
      reaction.failed_objectives = state.failed_objectives;
    } else if (replay_->HasEnded()) {
      reaction.move = Move::kPromote;
    } else if (state.step > step) {
      reaction.move = Move::kNextStep;
    }
    return reaction;
  }

 private:
  static core::LogEvidence MostTelling(const core::RolloutState& state) {
    const core::ObjectiveVerdict* most = nullptr;
    for (const core::ObjectiveVerdict& verdict : state.verdicts) {
      if (most == nullptr || verdict.evidence.rollback > most->evidence.rollback) most = &verdict;
    }
    return most == nullptr ? core::LogEvidence{} : most->evidence;
  }

  core::Policy policy_;
  std::optional<Replay> replay_;
};

}  // namespace

RuleKind GateRule() {
  return {.name = "gate",
          .make = [](const Scenario& scenario) { return std::make_unique<Gate>(scenario); }};
}

}  // namespace slogate::simulation

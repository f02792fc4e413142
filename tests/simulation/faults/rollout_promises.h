// What must hold at every instant of a simulated rollout, whatever goes wrong.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "simulation/faults/process.h"
#include "simulation/faults/scenario.h"
#include "simulation/faults/simulated_source.h"

namespace slogate::faults {

// A promise that was broken: which one, in constant words, and how.
struct Broken {
  std::string promise;
  std::string how;
};

// What people have done, since it excuses what evidence would not.
struct PeopleDid {
  bool abort = false;
  bool pass_step = false;
  bool let_go = false;
  bool approve = false;
  bool delete_policy = false;
  std::map<std::string, core::Duration> released;  // when, by revision
};

// Sees each write of the controllers and each tick of time, and remembers the first promise that
// does not hold. tests/support/promises.h has those that an audit log of real servers shows.
class RolloutPromises {
 public:
  RolloutPromises(const Scenario& scenario, const demo::World& world, const SimulatedSource& source,
                  const PeopleDid& people)
      : scenario_(scenario), world_(world), source_(source), people_(people) {}

  const std::optional<Broken>& broken() const { return broken_; }
  // As last stored.
  const core::RolloutState& state() const { return state_; }
  bool WasRejected(const std::string& revision) const { return rejected_.contains(revision); }

  void StatusStored(const Process& process, core::Duration now);
  void WeightWritten(const Process& process, const WeightWrite& write, core::Duration now);
  void Acted(const core::Action& action, const std::optional<demo::MemoryDeployment>& before);
  // `others_lead`: another process may act as well.
  void Wrote(const Process& process, bool others_lead);
  // `calm`: nothing keeps the controllers from what they do.
  void Tick(int weight, core::Duration now, bool calm);
  // The rollout should have ended by now.
  void NoEnd();
  // It has: `latest` is the revision released last. `route_left`: a policy that was deleted could
  // not reach the route.
  void Ended(const std::string& latest, bool route_left);

  void Break(const std::string& promise, const std::string& how);

 private:
  void StepPassed(const Process& process, const core::RolloutState& before,
                  const core::RolloutState& after, core::Duration now);
  void Rejected(const core::RolloutState& after, core::TimePoint beginning);
  bool CountsAnEarlierOne(const core::RolloutState& state, core::TimePoint beginning) const;
  bool Carries(int percent) const;
  Quality QualityOf(const std::string& revision) const;
  int Weight() const;

  const Scenario& scenario_;
  const demo::World& world_;
  const SimulatedSource& source_;
  const PeopleDid& people_;
  core::RolloutState state_;
  std::optional<core::Duration> baking_since_;
  std::optional<core::Duration> outgrown_since_;
  std::optional<core::Duration> risen_since_;  // a late write, beyond what the status says
  std::set<std::string> rejected_;
  std::set<std::string> misjudged_;  // for what an earlier revision did
  std::optional<Broken> broken_;
};

}  // namespace slogate::faults

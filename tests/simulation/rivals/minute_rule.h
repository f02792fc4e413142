// What all rivals have in common: they look once a minute, roll back at once when an objective
// checks bad, and go on when the step's time is over.
#pragma once

#include <string>
#include <vector>

#include "simulation/rivals/minute_counts.h"
#include "simulation/trial.h"

namespace slogate::simulation {

class MinuteRule : public ReleaseRule {
 public:
  // Keeps a reference to the scenario.
  explicit MinuteRule(const Scenario& scenario) : scenario_(scenario), minute_(scenario) {}

  void Begin(const core::HistoryReading& history) final;
  Reaction See(const RuleInput& input) final;

 protected:
  const Scenario& scenario() const { return scenario_; }
  // Forgets the trial before.
  virtual void Forget() = 0;
  // A minute of the objective has passed; true: the canary is to be rolled back for it.
  virtual bool IsBad(std::size_t objective, const core::PairedCounts& minute) = 0;

 private:
  const Scenario& scenario_;
  MinuteCounts minute_;
};

}  // namespace slogate::simulation

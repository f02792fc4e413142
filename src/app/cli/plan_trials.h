// Rollouts of one objective, drawn at random and judged by the comparator, a step at a time.
#pragma once

#include <cstddef>

#include "app/cli/plan_outlook.h"
#include "simulation/random.h"
#include "slogate/core/comparator.h"
#include "slogate/core/power.h"

namespace slogate::app {

// How one rollout went within one step; blocks are counted from 1, 0: it never happened.
struct Course {
  long opened = 0;
  long caught = 0;
  core::EvidenceState evidence;  // in which the step was left
  long blocks_absorbed = 0;
};

// Whole blocks that cover a time, at least one.
long BlocksIn(core::Duration time, core::Duration block);

// How many blocks of a step are looked at.
long HorizonBlocks(const core::Step& step, core::Duration block);

// Refers to the input. Any thread.
class ObjectiveTrials {
 public:
  ObjectiveTrials(const PlanInput& input, std::size_t objective);

  // A step after what came `before`. Of a good canary until the gates open, else until it is
  // caught; at most to the horizon.
  Course Run(std::size_t step, double factor, const Course& before,
             simulation::Random& random) const;

 private:
  core::PairedCounts Draw(simulation::Random& random, const core::ConstantTraffic& traffic) const;
  core::Counts DrawArm(simulation::Random& random, double events, double rate) const;
  bool GatesOpen(const core::Step& step, const core::EvidenceState& evidence,
                 const core::LogEvidence& log_e, long block) const;

  const PlanInput& input_;
  const core::FrozenParameters& frozen_;
  const core::FrozenObjective& objective_;
  const double phi_;
  const std::size_t index_;
  const double log_threshold_;
  const double log_promote_;
};

}  // namespace slogate::app

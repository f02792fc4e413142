// Scenarios for tests.
#pragma once

#include <chrono>

#include "simulation/scenario.h"

namespace slogate::simulation {

// Ten of a hundred requests a second, half a percent of them bad, for an hour.
inline Scenario Steady() {
  Scenario scenario;
  scenario.name = "steady";
  scenario.steps = {SteadyStep(10, scenario.duration)};
  return scenario;
}

inline Scenario WithFault(double factor) {
  Scenario scenario = Steady();
  scenario.fault.emplace().factor = factor;
  return scenario;
}

}  // namespace slogate::simulation

// Scenarios for tests.
#pragma once

#include <chrono>

#include "simulation/scenario.h"

namespace slogate::simulation {

// Ten of a hundred requests a second, half a percent of them bad, for an hour in blocks of 15 s.
inline Scenario Steady() {
  Scenario scenario;
  scenario.name = "steady";
  scenario.block_length = std::chrono::seconds(15);
  scenario.steps = {SteadyStep(10, scenario.duration)};
  return scenario;
}

inline Scenario WithFault(double factor) {
  Scenario scenario = Steady();
  scenario.fault.emplace().factor = factor;
  return scenario;
}

}  // namespace slogate::simulation

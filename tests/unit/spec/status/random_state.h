// Rollout states of every shape that can be stored and read again, by chance.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "slogate/core/rollout_state.h"

namespace slogate::spec {

class RandomStates {
 public:
  explicit RandomStates(std::uint64_t seed) : random_(seed) {}

  core::RolloutState Next();

  // As large as a state can become.
  core::RolloutState Largest();

 private:
  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }
  bool Coin() { return Below(2) == 1; }
  double Ratio() { return static_cast<double>(Below(1'000'001)) / 1e6; }
  double Capital();
  std::string Text(std::size_t longest);
  core::TimePoint Time();
  core::Route Moved();
  core::Duration Length() { return core::Duration{Below(1'000'000'000)}; }
  template <typename Enum>
  Enum Any() {
    std::uint64_t count = 0;
    while (!core::ToString(static_cast<Enum>(count)).empty()) ++count;
    return static_cast<Enum>(Below(count));
  }
  core::Selector AnySelector();
  core::Indicator AnyIndicator();
  std::vector<core::LabelMatcher> Matchers(std::size_t count);
  core::FrozenParameters Frozen(std::size_t objectives);
  core::FrozenObjective Objective(std::size_t number);
  core::EvidenceState Evidence(const core::FrozenObjective& objective);
  core::ObjectiveVerdict VerdictOn(const core::FrozenObjective& objective);
  core::PairedCounts Counts();
  core::BudgetStatus Budget();
  void AddRollout(core::RolloutState& state);
  void AddWeight(core::RolloutState& state);  // as the phase has it
  void AddLists(core::RolloutState& state);

  std::mt19937_64 random_;
};

}  // namespace slogate::spec

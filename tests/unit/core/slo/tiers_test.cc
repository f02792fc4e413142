#include <gtest/gtest.h>

#include <cstddef>

#include "slogate/core/budget.h"

namespace slogate::core {
namespace {

// A floor that never acts is below every other.
double Height(const std::optional<double>& floor) { return floor.value_or(-1); }

TEST(TiersTest, AMoreCriticalTierPromisesMoreAndStopsSooner) {
  for (int tier = 0; tier + 1 < kTiers; ++tier) {
    const TierDefaults stricter = DefaultsOf(tier);
    const TierDefaults looser = DefaultsOf(tier + 1);
    EXPECT_GT(stricter.availability, looser.availability) << tier;
    EXPECT_GT(stricter.latency, looser.latency) << tier;
    EXPECT_GT(stricter.quality, looser.quality) << tier;
    for (std::size_t priority = 0; priority < stricter.gate.floors.size(); ++priority) {
      const BudgetFloor& a = stricter.gate.floors[priority];
      const BudgetFloor& b = looser.gate.floors[priority];
      EXPECT_GE(Height(a.block), Height(b.block)) << tier << " " << priority;
      EXPECT_GE(Height(a.warn), Height(b.warn)) << tier << " " << priority;
    }
  }
}

TEST(TiersTest, AMoreUrgentChangeStopsLater) {
  for (int tier = 0; tier < kTiers; ++tier) {
    const auto floors = DefaultsOf(tier).gate.floors;
    for (std::size_t priority = 0; priority + 1 < floors.size(); ++priority) {
      EXPECT_GE(Height(floors[priority].block), Height(floors[priority + 1].block)) << tier;
      EXPECT_GE(Height(floors[priority].warn), Height(floors[priority + 1].warn)) << tier;
    }
    EXPECT_EQ(floors[static_cast<std::size_t>(ChangePriority::kEmergency)], BudgetFloor{});
  }
}

TEST(TiersTest, EveryDefaultTargetCanPage) {
  for (int tier = 0; tier < kTiers; ++tier) {
    const TierDefaults defaults = DefaultsOf(tier);
    for (const double target : {defaults.availability, defaults.latency, defaults.quality}) {
      EXPECT_GT(1 / (1 - target), BurnTable(CalendarUnit::kMonth).front().factor) << tier;
    }
  }
}

TEST(TiersTest, TheLastTierOnlyWarns) {
  const DeployGate gate = DefaultsOf(kTiers - 1).gate;
  for (const BudgetFloor& floor : gate.floors) EXPECT_FALSE(floor.block);
  EXPECT_EQ(gate.on_page_burn, GateAction::kWarn);
  EXPECT_EQ(DefaultsOf(0).gate.on_page_burn, GateAction::kBlock);
}

TEST(TiersTest, WithoutATierTheGateIsThatOfTierTwo) {
  EXPECT_EQ(DefaultGate(), DefaultsOf(2).gate);
}

TEST(TiersTest, UnknownTiersAreTheNearest) {
  EXPECT_EQ(DefaultsOf(-1).availability, DefaultsOf(0).availability);
  EXPECT_EQ(DefaultsOf(99).availability, DefaultsOf(3).availability);
}

}  // namespace
}  // namespace slogate::core

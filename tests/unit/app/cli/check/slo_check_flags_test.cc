#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/check/slo_check.h"

namespace slogate::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string Problem(const app::SloCheckFlags& flags) {
  app::SloCheckSettings settings;
  return app::SettingsFrom(flags, settings);
}

TEST(SloCheckFlagsTest, WhatIsLeftIsPercentWithASignOrWithout) {
  for (const char* const text : {"10%", "10 %", "10"}) {
    app::SloCheckFlags flags;
    flags.block_below = text;
    app::SloCheckSettings settings;
    EXPECT_EQ(app::SettingsFrom(flags, settings), "") << text;
    ASSERT_TRUE(settings.block_below) << text;
    EXPECT_DOUBLE_EQ(*settings.block_below, 0.1) << text;
  }
  app::SloCheckFlags flags;
  flags.block_below = "-10";
  flags.warn_below = "0.5%";
  app::SloCheckSettings settings;
  EXPECT_EQ(app::SettingsFrom(flags, settings), "");
  EXPECT_DOUBLE_EQ(*settings.block_below, -0.1);
  EXPECT_DOUBLE_EQ(*settings.warn_below, 0.005);
}

TEST(SloCheckFlagsTest, MistakesNameTheFlagAndTheFix) {
  for (const char* const text : {"0.9", "-1001", "101%", "ten", "%", "1e-1", "nan"}) {
    app::SloCheckFlags flags;
    flags.warn_below = text;
    EXPECT_THAT(Problem(flags), HasSubstr("--warn-below")) << text;
  }
  app::SloCheckFlags flags;
  flags.wait = "10";
  EXPECT_THAT(Problem(flags), HasSubstr("--wait 10: give a length of time"));
  flags.wait = "25h";
  EXPECT_THAT(Problem(flags), HasSubstr("to 1d"));
  flags = {};
  flags.jobs = 65;
  EXPECT_EQ(Problem(flags), "--jobs 65: give a number from 1 to 64");
  flags = {};
  flags.every = "1ms";
  EXPECT_THAT(Problem(flags), HasSubstr("--every"));
  for (const char* const text : {"junit", "junit=", "github=x", "xml=x", "=x"}) {
    flags = {};
    flags.reports = {text};
    EXPECT_THAT(Problem(flags), HasSubstr("give FORMAT=FILE")) << text;
  }
}

TEST(SloCheckFlagsTest, FlagsWinOverTheFileForEveryPriority) {
  app::SloCheckFlags flags;
  flags.block_below = "10%";
  flags.on_burn = "Allow";
  flags.allow_no_data = true;
  app::SloCheckSettings settings;
  ASSERT_EQ(app::SettingsFrom(flags, settings), "");
  core::DeployGate gate;
  gate.floors[1] = {0.5, 0.25};
  app::Override(settings, gate);
  for (const core::BudgetFloor& floor : gate.floors) EXPECT_EQ(floor.block, 0.1);
  EXPECT_EQ(gate.floors[1].warn, 0.5);
  EXPECT_EQ(gate.on_page_burn, core::GateAction::kAllow);
  EXPECT_EQ(gate.on_ticket_burn, core::GateAction::kWarn);
  EXPECT_EQ(gate.on_no_data, core::GateAction::kAllow);
}

TEST(SloCheckFlagsTest, WithoutFlagsTheFileStands) {
  app::SloCheckSettings settings;
  ASSERT_EQ(app::SettingsFrom({}, settings), "");
  core::DeployGate gate;
  gate.floors[2] = {0.3, 0.2};
  const core::DeployGate before = gate;
  app::Override(settings, gate);
  EXPECT_EQ(gate, before);
}

}  // namespace
}  // namespace slogate::tests

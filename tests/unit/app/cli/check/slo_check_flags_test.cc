#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/cli/check/slo_check.h"
#include "unit/app/cli/frame/fake_program.h"

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

class StaleReportTest : public ::testing::Test {
 protected:
  StaleReportTest() { std::ofstream(report_) << "<old/>"; }
  ~StaleReportTest() override { std::filesystem::remove(report_); }

  // Of a run that ends with a mistake.
  std::string ReportAfter(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "check");
    for (const std::string& one : {std::string("--report"), "junit=" + report_}) {
      arguments.push_back(one);
    }
    EXPECT_EQ(program_.Run(arguments), 2) << program_.errors;
    std::ostringstream text;
    text << std::ifstream(report_).rdbuf();
    return text.str();
  }

  std::string report_ = ::testing::TempDir() + "slogate_stale_report_" +
                        ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".xml";
  FakeProgram program_;
};

TEST_F(StaleReportTest, AMistakeInAFileIsAnError) {
  program_.files["slo.yaml"] = "version: prometheus/v1\nservice: a\nslos: []\n";
  const std::string report = ReportAfter({"-f", "slo.yaml"});
  EXPECT_THAT(report, HasSubstr("errors=\"1\""));
  EXPECT_THAT(report, HasSubstr("name=\"slos\" file=\"slo.yaml\" line=\"3\""));
}

TEST_F(StaleReportTest, AMissingFileIsAnError) {
  EXPECT_THAT(ReportAfter({"-f", "slo.yaml"}), HasSubstr("slo.yaml does not exist"));
}

TEST_F(StaleReportTest, AWrongFlagIsAnError) {
  EXPECT_THAT(ReportAfter({"-f", "slo.yaml", "--every", "never"}), HasSubstr("--every never"));
  EXPECT_THAT(ReportAfter({"-f", "slo.yaml", "--bogus"}), HasSubstr("--bogus"));
}

}  // namespace
}  // namespace slogate::tests

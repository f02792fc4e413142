#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "app/cli/predict/simulate_report.h"
#include "unit/app/cli/frame/fake_program.h"

namespace slogate::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kSame = "name: same\nduration: 10m\nhistory: 0s\nweight: 10\n";

std::string TextOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Terminal Interactive() {
  Terminal terminal;
  terminal.interactive = true;
  return terminal;
}

simulation::Fault Times(double factor) {
  simulation::Fault fault;
  fault.factor = factor;
  return fault;
}

class SimulateTest : public ::testing::Test {
 protected:
  SimulateTest() {
    program_.files["same.yaml"] = kSame;
    program_.files["worse.yaml"] =
        "name: worse\nduration: 10m\nhistory: 0s\nweight: 10\nfault: {factor: 8}\n";
  }

  tests::FakeProgram program_;
};

TEST_F(SimulateTest, GivesTheSameFiguresWhateverTheThreads) {
  ASSERT_EQ(program_.Run({"simulate", "-f", "worse.yaml", "--runs", "30", "--jobs", "1"}), 0);
  const std::string one = program_.output;
  ASSERT_EQ(program_.Run({"simulate", "-f", "worse.yaml", "--runs", "30", "--jobs", "3"}), 0);
  EXPECT_EQ(program_.output, one);
  ASSERT_EQ(program_.Run({"simulate", "-f", "worse.yaml", "--runs", "30", "--seed", "2"}), 0);
  EXPECT_NE(program_.output, one);
}

TEST_F(SimulateTest, WritesThePictureAndReplacesAnOldOne) {
  const std::string path = ::testing::TempDir() + "simulate_test.svg";
  std::ofstream(path) << std::string(100'000, 'x');
  ASSERT_EQ(program_.Run({"simulate", "-f", "worse.yaml", "--runs", "5", "--plot", path}), 0)
      << program_.errors;
  const std::string picture = TextOf(path);
  EXPECT_THAT(picture, StartsWith("<svg "));
  EXPECT_THAT(picture, HasSubstr("gate: half in "));
  EXPECT_THAT(picture, Not(HasSubstr("xxxx")));
  ASSERT_EQ(program_.Run(
                {"simulate", "-f", "worse.yaml", "--runs", "5", "--plot", path, "--plot-run", "2"}),
            0);
  EXPECT_THAT(TextOf(path), HasSubstr("Run 2 of &quot;worse&quot;"));
  EXPECT_THAT(TextOf(path), HasSubstr("rolled back after "));
  std::remove(path.c_str());
}

TEST_F(SimulateTest, SaysHowFarItCameWhenStopped) {
  std::function<void()> stop;
  program_.adapters.on_stop = [&](std::function<void()> given) {
    stop = std::move(given);
    return std::make_unique<StopSignal>();
  };
  int scenarios = 0;
  program_.adapters.error_terminal = [&] {
    if (++scenarios == 2) stop();
    return Terminal{};
  };
  EXPECT_EQ(program_.Run({"simulate", "-f", "same.yaml", "-f", "worse.yaml", "-f", "same.yaml",
                          "--runs", "4", "-o", "json"}),
            130);
  EXPECT_THAT(program_.errors, HasSubstr("interrupted; the figures are of the runs made"));
  const auto result = nlohmann::json::parse(program_.output, nullptr, false);
  ASSERT_TRUE(result.is_object());
  EXPECT_EQ(result["stopped"], true);
  ASSERT_EQ(result["scenarios"].size(), 2U);
  EXPECT_EQ(result["scenarios"][0]["rules"][0]["runs"], 4);
  EXPECT_EQ(result["scenarios"][1]["rules"][0]["runs"], 0);
}

TEST_F(SimulateTest, ShowsProgressToATerminalOnly) {
  ASSERT_EQ(program_.Run({"simulate", "-f", "same.yaml", "--runs", "4"}), 0);
  EXPECT_THAT(program_.errors, IsEmpty());
  program_.adapters.error_terminal = [] { return Interactive(); };
  ASSERT_EQ(program_.Run({"simulate", "-f", "same.yaml", "--runs", "4", "-o", "json"}), 0);
  EXPECT_THAT(program_.errors, HasSubstr("\r\x1b[Ksame  ....................   0 %  0 of 4"));
  EXPECT_TRUE(program_.errors.ends_with("\r\x1b[K")) << "the line is taken away";
}

TEST(ProgressLineTest, FitsTheTerminal) {
  using namespace std::chrono_literals;
  Terminal terminal = Interactive();
  EXPECT_EQ(ProgressLine("iid", 250, 1000, 10s, terminal),
            "iid  #####...............  25 %  250 of 1000, 31s left");
  EXPECT_EQ(ProgressLine("iid", 1000, 1000, 10s, terminal),
            "iid  #################### 100 %  1000 of 1000");
  EXPECT_EQ(ProgressLine("iid", 0, 0, 0s, terminal), "iid  #################### 100 %  0 of 0");
  terminal.columns = 20;
  EXPECT_LE(Width(ProgressLine("a\nlong\x1bname", 1, 2, 1h, terminal)), 19U);
}

TEST(ShareTextTest, HasAsManyDecimalsAsItsError) {
  EXPECT_EQ(ShareText({.hits = 6, .of = 20'000, .share = .0003, .low = .0001, .high = .0008}, {}),
            "0.03+-0.05");
  EXPECT_EQ(ShareText({.hits = 249, .of = 1000, .share = .249, .low = .22, .high = .28},
                      {.unicode = true}),
            "24.9±3.1");
  EXPECT_EQ(ShareText(simulation::ProportionOf(5, 5), {}), "100+-60");
  EXPECT_EQ(ShareText({}, {}), "-");
}

TEST(FaultTextTest, SaysWhatWouldBeRight) {
  simulation::Scenario scenario;
  scenario.steps = {simulation::SteadyStep(10, scenario.duration)};
  EXPECT_EQ(FaultText(scenario), "The canary has no fault: every rollback is a false one.");
  scenario.fault = Times(3);
  scenario.fault->from = std::chrono::minutes(30);
  EXPECT_EQ(FaultText(scenario),
            "The canary errs 3 times as often from 30m on: a rollback is right, a promotion "
            "false.");
  scenario.fault = Times(1.2);
  scenario.fault->from_weight_percent = 25;
  EXPECT_EQ(FaultText(scenario),
            "The canary errs 1.2 times as often from weight 25 % on: within the margin, so that a "
            "promotion is right too.");
}

TEST(SimulateTableTest, FitsEightyColumnsAtItsWidest) {
  SimulatedScenario simulated;
  simulated.scenario.name = "widest";
  simulated.scenario.steps = {simulation::SteadyStep(10, simulated.scenario.duration)};
  simulated.scenario.fault = Times(3);
  simulated.wanted_runs = 100;
  simulation::RunTotals totals;
  totals.rule = "mann-whitney";
  totals.runs = 100;
  totals.rolled_back = totals.promoted = totals.undecided = totals.before_fault = totals.caught =
      simulation::ProportionOf(100, 100);
  totals.bad_served = {.value = 1234, .standard_error = 5};
  totals.detections.assign(100, std::chrono::seconds(3585));
  simulated.totals = {totals};
  for (const std::string& line : SimulateTable(simulated, {})) EXPECT_LE(Width(line), 80U) << line;
}

TEST(DetectionChartTest, RisesToTheShareThatWasCaught) {
  SimulatedScenario simulated;
  simulated.scenario.name = "half";
  simulated.scenario.steps = {simulation::SteadyStep(10, simulated.scenario.duration)};
  simulated.scenario.fault = Times(3);
  simulation::RunTotals totals;
  totals.rule = "gate";
  totals.runs = 4;
  totals.caught = simulation::ProportionOf(2, 4);
  totals.detections = {std::chrono::minutes(2), std::chrono::minutes(4)};
  simulated.totals = {totals};
  const Chart chart = DetectionChart(simulated);
  EXPECT_EQ(chart.title, "Half");
  EXPECT_EQ(chart.x.to, 5);
  ASSERT_EQ(chart.lines.size(), 1U);
  EXPECT_EQ(chart.lines[0].name, "gate: half in 4m");
  const std::vector<ChartPoint>& points = chart.lines[0].points;
  ASSERT_EQ(points.size(), 6U);
  EXPECT_EQ(points[2].x, 2);
  EXPECT_EQ(points[2].y, 25);
  EXPECT_EQ(points.back().x, 5);
  EXPECT_EQ(points.back().y, 50);
}

}  // namespace
}  // namespace slogate::app

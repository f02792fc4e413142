// Runs every case of tests/golden/cli/<command>/<case>; golden_case.h says what is in one. Add a
// case by adding a folder with `args`; run with SLOGATE_UPDATE_GOLDEN=1 to write what is expected.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <sstream>
#include <string>

#include "app/cli/terminal/span.h"
#include "golden/cli/golden_case.h"
#include "places.h"
#include "support/expect_golden.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = fs::path(SLOGATE_SOURCE_DIR) / "tests/golden/cli";

std::string CaseName(const ::testing::TestParamInfo<fs::path>& parameter) {
  return GoldenName(fs::relative(parameter.param, kRoot));
}

class CliGoldenTest : public ::testing::TestWithParam<fs::path> {};

TEST_P(CliGoldenTest, SaysWhatIsExpected) {
  const fs::path& folder = GetParam();
  const GoldenResult result = RunGoldenCase(folder);
  ExpectGolden(folder / "stdout", result.output);
  ExpectGolden(folder / "stderr", result.errors);
  const int code = result.exit_code;
  ExpectGolden(folder / "exit", code == 0 ? "" : std::to_string(code) + "\n");
}

INSTANTIATE_TEST_SUITE_P(Golden, CliGoldenTest, ::testing::ValuesIn(GoldenCases(kRoot)), CaseName);

TEST(CliGoldenCasesTest, HelpFitsEightyColumns) {
  for (const fs::path& folder : GoldenCases(kRoot)) {
    if (GoldenText(folder / "args").find("--help") == std::string::npos) continue;
    std::istringstream lines(GoldenText(folder / "stdout"));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(app::Width(line), 80U) << line;
  }
}

// Help, a table, JSON and five mistakes of every command that speaks to a cluster.
TEST(CliGoldenCasesTest, EveryCommandHasItsCases) {
  for (const char* const command :
       {"status", "approve", "promote", "abort", "pause", "resume", "retry", "events"}) {
    std::size_t mistakes = 0;
    std::set<std::string> shown;
    for (const fs::path& folder : GoldenCases(kRoot / command)) {
      const std::string args = GoldenText(folder / "args");
      if (GoldenText(folder / "exit") == "2\n" || GoldenText(folder / "exit") == "4\n") ++mistakes;
      if (args.find("--help") != std::string::npos) shown.insert("help");
      if (args.find("json") != std::string::npos) shown.insert("json");
      if (args.find("yaml") != std::string::npos) shown.insert("yaml");
      if (args.find("--") == std::string::npos && args.find("-o") == std::string::npos) {
        shown.insert("table");
      }
    }
    EXPECT_GE(mistakes, 5U) << command;
    EXPECT_EQ(shown, (std::set<std::string>{"help", "json", "table", "yaml"})) << command;
  }
}

TEST(CliGoldenCasesTest, TheOthersHaveHelpAndFiveMistakes) {
  for (const char* const command : {"run", "init", "check", "plan", "backtest", "simulate",
                                    "validate", "rules", "dashboard", "completion", "version"}) {
    std::size_t mistakes = 0;
    std::size_t helps = 0;
    for (const fs::path& folder : GoldenCases(kRoot / command)) {
      if (GoldenText(folder / "exit") == "2\n" || GoldenText(folder / "exit") == "4\n") ++mistakes;
      if (GoldenText(folder / "args").find("--help") != std::string::npos) ++helps;
    }
    EXPECT_GE(mistakes, 5U) << command;
    EXPECT_EQ(helps, 1U) << command;
  }
}

}  // namespace
}  // namespace slogate::testing

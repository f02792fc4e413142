// Runs every case of tests/golden/cli/<command>/<case>; golden_case.h says what is in one. Add a
// case by adding a folder with `args`; run with SLOGATE_UPDATE_GOLDEN=1 to write what is expected.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "app/cli/help/program_spec.h"
#include "golden/cli/golden_case.h"
#include "places.h"
#include "support/expect_golden.h"
#include "unit/app/cli/frame/fake_program.h"

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

// A command that speaks to a cluster, and a policy of support/shown_policies.h that it acts on.
struct ClusterCommand {
  const char* name;
  const char* policy;
  bool acts = true;  // it changes a policy; else it only shows some
};

const ClusterCommand kClusterCommands[] = {{"abort", "progressing"},
                                           {"approve", "approval"},
                                           {"pause", "progressing"},
                                           {"promote", "progressing"},
                                           {"resume", "paused"},
                                           {"retry", "rolled-back"},
                                           {"undo", "promoted"},
                                           {"events", "progressing", false},
                                           {"status", "progressing", false}};

class ClusterCommandTest : public ::testing::TestWithParam<ClusterCommand> {
 protected:
  // Every case of tests/golden/cli_mistakes/<group>, where COMMAND and POLICY stand for these.
  static void ExpectMistakes(const std::string& group) {
    const StandIns words = {{"COMMAND", GetParam().name}, {"POLICY", GetParam().policy}};
    for (const fs::path& folder : GoldenFolders("tests/golden/cli_mistakes/" + group)) {
      SCOPED_TRACE(folder);
      const GoldenResult result = RunGoldenCase(folder, words);
      EXPECT_EQ(result.output, "");
      EXPECT_EQ(result.errors, Filled(GoldenText(folder / "stderr"), words));
      EXPECT_EQ(std::to_string(result.exit_code) + "\n", GoldenText(folder / "exit"));
    }
  }
};

TEST_P(ClusterCommandTest, NamesEveryMistake) {
  ExpectMistakes("of_commands");
  if (GetParam().acts) ExpectMistakes("of_actions");
}

TEST_P(ClusterCommandTest, HasACaseOfEveryFormat) {
  std::set<std::string> shown;
  for (const fs::path& folder : GoldenCases(kRoot / GetParam().name)) {
    const std::string args = GoldenText(folder / "args");
    if (args.find("json") != std::string::npos) shown.insert("json");
    if (args.find("yaml") != std::string::npos) shown.insert("yaml");
    if (args.find("--") == std::string::npos && args.find("-o") == std::string::npos) {
      shown.insert("table");
    }
  }
  EXPECT_EQ(shown, (std::set<std::string>{"json", "table", "yaml"}));
}

INSTANTIATE_TEST_SUITE_P(Golden, ClusterCommandTest, ::testing::ValuesIn(kClusterCommands),
                         [](const auto& command) { return GoldenName(command.param.name); });

TEST(CliGoldenCasesTest, TheOthersHaveFiveMistakes) {
  for (const char* const command : {"run", "init", "check", "plan", "backtest", "simulate",
                                    "validate", "rules", "dashboard", "completion", "version"}) {
    std::size_t mistakes = 0;
    for (const fs::path& folder : GoldenCases(kRoot / command)) {
      if (GoldenText(folder / "exit") == "2\n" || GoldenText(folder / "exit") == "4\n") ++mistakes;
    }
    EXPECT_GE(mistakes, 5U) << command;
  }
}

// What it says of each command is held by docs/reference/cli.md, how it looks by a few cases.
TEST(CliGoldenCasesTest, EveryCommandPrintsItsHelp) {
  for (const app::CommandSpec& command : app::SpecOfProgram().commands) {
    tests::FakeProgram program;
    EXPECT_EQ(program.Run({command.name, "--help"}), 0) << command.name;
    EXPECT_EQ(program.output, app::HelpText(command, "gate"));
    EXPECT_EQ(program.errors, "");
  }
}

}  // namespace
}  // namespace slogate::testing

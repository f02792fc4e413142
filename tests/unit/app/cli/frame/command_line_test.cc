#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "places.h"
#include "unit/app/cli/frame/fake_program.h"

namespace slogate::app {
namespace {

std::string Example(const std::string& name) {
  std::ifstream file(std::string(SLOGATE_SOURCE_DIR) + "/examples/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class CommandLineTest : public ::testing::Test {
 protected:
  tests::FakeProgram program_;
};

TEST_F(CommandLineTest, PrintsItsVersion) {
  for (const char* const word : {"version", "--version"}) {
    EXPECT_EQ(program_.Run({word}), 0);
    EXPECT_TRUE(program_.output.starts_with("gate ")) << program_.output;
  }
}

TEST_F(CommandLineTest, EveryCommandHasHelpWithAnExample) {
  EXPECT_EQ(program_.Run({"--help"}), 0);
  EXPECT_NE(program_.output.find("Example"), std::string::npos);
  for (const std::string command : {"run", "check", "validate", "version"}) {
    EXPECT_EQ(program_.Run({command, "--help"}), 0);
    EXPECT_NE(program_.output.find("Usage: gate " + command), std::string::npos);
    EXPECT_NE(program_.output.find("  gate " + command), std::string::npos) << program_.output;
    EXPECT_EQ(program_.output.find('\x1b'), std::string::npos);
    EXPECT_EQ(program_.errors, "");
  }
}

TEST_F(CommandLineTest, AWrongCommandGetsOneLineAndAHint) {
  EXPECT_EQ(program_.Run({"chek"}), 2);
  EXPECT_EQ(program_.errors, "gate: unknown command chek; did you mean check? (see gate --help)\n");
  EXPECT_EQ(program_.Run({}), 2);
  EXPECT_EQ(program_.errors, "gate: a command is needed (see gate --help)\n");
}

TEST_F(CommandLineTest, AWrongFlagGetsOneLineAndAHint) {
  EXPECT_EQ(program_.Run({"check", "-f", "policy.yaml", "--lokback=2h"}), 2);
  EXPECT_EQ(program_.errors,
            "gate check: unknown argument --lokback; did you mean --lookback? (see gate check "
            "--help)\n");
  EXPECT_EQ(program_.Run({"check", "-f", "policy.yaml", "--zzzzzzzz"}), 2);
  EXPECT_EQ(program_.errors, "gate check: unknown argument --zzzzzzzz (see gate check --help)\n");
  EXPECT_EQ(program_.output, "");
}

TEST_F(CommandLineTest, AMissingOrWrongValueGetsOneLine) {
  EXPECT_EQ(program_.Run({"check"}), 2);
  EXPECT_EQ(program_.errors, "gate check: --file is required (see gate check --help)\n");
  EXPECT_EQ(program_.Run({"run", "--workers", "0"}), 2);
  EXPECT_EQ(std::count(program_.errors.begin(), program_.errors.end(), '\n'), 1);
  EXPECT_EQ(program_.Run({"run", "--log-level", "loud"}), 2);
  EXPECT_EQ(std::count(program_.errors.begin(), program_.errors.end(), '\n'), 1);
}

TEST_F(CommandLineTest, ValidateNamesSoundPolicies) {
  program_.files["a.yaml"] = Example("minimal.yaml");
  program_.standard_input = Example("managed.yaml");
  EXPECT_EQ(program_.Run({"validate", "-f", "a.yaml", "-f", "-"}), 0);
  EXPECT_EQ(program_.output, "a.yaml: shop is valid\n<stdin>: assistant is valid\n");
  EXPECT_EQ(program_.errors, "");
}

TEST_F(CommandLineTest, ValidateNamesEveryMistakeByFileAndLine) {
  program_.files["good.yaml"] = Example("minimal.yaml");
  program_.files["bad.yaml"] = "apiVersion: slogate.dev/v1alpha1\nkind: RolloutPolicy\n";
  EXPECT_EQ(program_.Run({"validate", "bad.yaml", "good.yaml", "gone.yaml"}), 2);
  EXPECT_EQ(program_.output, "good.yaml: shop is valid\n");
  EXPECT_NE(program_.errors.find("bad.yaml:1:1: spec: is missing; "), std::string::npos)
      << program_.errors;
  EXPECT_NE(program_.errors.find("gone.yaml does not exist\n"), std::string::npos);
}

}  // namespace
}  // namespace slogate::app

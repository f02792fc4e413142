// Every folder of tests/golden/slo holds a slo.yaml and what is made of it: its mistakes, the
// remarks, what is assumed, and each sound document as slogate writes it. A slo.yaml.diff is what
// `diff -U0` says against that of `minimal`, from the first line with @@ on. Add a case by adding a
// folder; run with SLOGATE_UPDATE_GOLDEN=1 to rewrite what is expected.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "places.h"
#include "spec/slo/slo_file.h"
#include "support/expect_golden.h"

namespace slogate::spec {
namespace {

namespace fs = std::filesystem;

const fs::path kMinimal = fs::path(SLOGATE_SOURCE_DIR) / "tests/golden/slo/minimal/slo.yaml";

std::string Listed(const char* what, const std::vector<Mistake>& mistakes) {
  std::string text;
  for (const Mistake& mistake : mistakes) {
    EXPECT_EQ(mistake.file, "slo.yaml");
    EXPECT_NE(mistake.message, "");
    EXPECT_NE(mistake.fix, "");
    EXPECT_TRUE(mistake.field.empty() || mistake.line > 0) << ToString(mistake);
    text += std::string(what) + ": " + ToString(mistake) + "\n";
  }
  return text;
}

class SloGoldenTest : public ::testing::TestWithParam<fs::path> {};

TEST_P(SloGoldenTest, IsReadAsExpected) {
  const ParsedFile file =
      ParseFile(testing::GoldenText(GetParam() / "slo.yaml", kMinimal), "slo.yaml");
  std::string actual = Listed("mistake", file.mistakes);
  for (const ParsedSlo& parsed : file.slos) {
    EXPECT_EQ(parsed.slo.has_value(), parsed.mistakes.empty());
    actual += Listed("mistake", parsed.mistakes) + Listed("remark", parsed.remarks) +
              Listed("assumption", parsed.guesses);
    if (parsed.slo) actual += "---\n" + ToYaml(*parsed.slo);
  }
  EXPECT_NE(actual, "");
  testing::ExpectGolden(GetParam() / "expected.txt", actual);
}

INSTANTIATE_TEST_SUITE_P(Golden, SloGoldenTest,
                         ::testing::ValuesIn(testing::GoldenFolders("tests/golden/slo")),
                         testing::FolderName);

}  // namespace
}  // namespace slogate::spec

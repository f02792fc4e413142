// Every folder of tests/golden/lint/cases holds a file of objectives and the findings expected of
// it, with their lines. Add a case by adding a folder; run with SLOGATE_UPDATE_GOLDEN=1 to write
// what is expected.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "lint/lint.h"
#include "spec/slo/slo_file.h"
#include "spec/text/units.h"
#include "support/expect_golden.h"

namespace slogate::lint {
namespace {

namespace fs = std::filesystem;

// The line of the field, or of the nearest thing around it that was written.
int LineOf(const spec::ParsedSlo& slo, std::string field) {
  while (!field.empty()) {
    for (const auto& [path, position] : slo.places) {
      if (path == field) return position.line;
    }
    const std::size_t end = field.find_last_of(".[");
    field.resize(end == std::string::npos ? 0 : end);
  }
  return 0;
}

class LintGoldenTest : public ::testing::TestWithParam<fs::path> {};

TEST_P(LintGoldenTest, FindsWhatIsExpected) {
  const spec::ParsedFile file =
      spec::ParseFile(testing::GoldenText(GetParam() / "slo.yaml"), "slo.yaml");
  ASSERT_FALSE(file.slos.empty());
  std::string actual;
  for (const spec::ParsedSlo& parsed : file.slos) {
    for (const spec::Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
    ASSERT_TRUE(parsed.slo);
    for (const Finding& finding : Lint(*parsed.slo, spec::ParseTime("2026-01-01T00:00:00Z"))) {
      EXPECT_NE(finding.fix, "");
      const int line = LineOf(parsed, finding.field);
      EXPECT_GT(line, 0) << finding.field;
      actual += std::to_string(line) + ": " + std::string(ToString(finding.level)) + ": " +
                finding.code + ": " + finding.field + "\n  " + finding.message + "\n  -> " +
                finding.fix + "\n";
    }
  }
  testing::ExpectGolden(GetParam() / "expected.txt", actual);
}

INSTANTIATE_TEST_SUITE_P(Golden, LintGoldenTest,
                         ::testing::ValuesIn(testing::GoldenFolders("tests/golden/lint/cases")),
                         testing::FolderName);

}  // namespace
}  // namespace slogate::lint

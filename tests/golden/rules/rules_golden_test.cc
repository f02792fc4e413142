// Every folder of tests/golden/rules holds an slo.yaml and the rules.yaml expected of it; where
// there is a dashboard.json, that too. Add a case by adding a folder; run with
// SLOGATE_UPDATE_GOLDEN=1 to rewrite what is expected.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <string>

#include "rules/dashboard.h"
#include "rules/rule_yaml.h"
#include "spec/slo/slo_file.h"
#include "support/expect_golden.h"

namespace slogate::rules {
namespace {

namespace fs = std::filesystem;

core::ServiceLevelObjective SloIn(const fs::path& file) {
  const spec::ParsedFile parsed = spec::ParseFile(testing::GoldenText(file), "slo.yaml");
  for (const spec::Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
  for (const spec::Mistake& mistake : parsed.slos.at(0).mistakes) {
    ADD_FAILURE() << ToString(mistake);
  }
  return parsed.slos.at(0).slo.value();
}

// Of any version of slogate.
std::string Ageless(const std::string& text) {
  return std::regex_replace(text, std::regex("slogate-[0-9.]+"), "slogate-VERSION");
}

class RulesGoldenTest : public ::testing::TestWithParam<fs::path> {};

TEST_P(RulesGoldenTest, AreAsWritten) {
  const fs::path& folder = GetParam();
  const core::ServiceLevelObjective slo = SloIn(folder / "slo.yaml");
  testing::ExpectGolden(folder / "rules.yaml", Ageless(ToRulesFile(RulesOf(slo))));
  if (const fs::path file = folder / "dashboard.json"; fs::exists(file)) {
    testing::ExpectGolden(file, Ageless(DashboardOf({slo}, {})));
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, RulesGoldenTest,
                         ::testing::ValuesIn(testing::GoldenFolders("tests/golden/rules")),
                         testing::FolderName);

}  // namespace
}  // namespace slogate::rules

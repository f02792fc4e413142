// Every folder of tests/golden/rules holds an slo.yaml and the rules.yaml expected of it; where
// there is a prometheusrule.yaml or a dashboard.json, those too. Add a case by adding a folder; run
// with SLOGATE_UPDATE_GOLDEN=1 to rewrite what is expected.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "places.h"
#include "rules/dashboard.h"
#include "rules/rule_yaml.h"
#include "spec/slo/slo_file.h"

namespace slogate::rules {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<fs::path> Cases() {
  std::vector<fs::path> cases;
  for (const auto& entry : fs::directory_iterator(SLOGATE_SOURCE_DIR "/tests/golden/rules")) {
    if (entry.is_directory()) cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::string CaseName(const testing::TestParamInfo<fs::path>& parameter) {
  std::string name;
  bool begins_word = true;
  for (const char c : parameter.param.filename().string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c != '_') name += begins_word ? static_cast<char>(std::toupper(byte)) : c;
    begins_word = c == '_';
  }
  return name;
}

core::ServiceLevelObjective SloIn(const fs::path& file) {
  const spec::ParsedFile parsed = spec::ParseFile(ReadFile(file), "slo.yaml");
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

void ExpectAsWritten(const fs::path& file, const std::string& text) {
  const std::string actual = Ageless(text);
  if (std::getenv("SLOGATE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(file, std::ios::binary) << actual;
  }
  EXPECT_EQ(actual, ReadFile(file)) << file.filename();
}

class RulesGoldenTest : public testing::TestWithParam<fs::path> {};

TEST_P(RulesGoldenTest, AreAsWritten) {
  const fs::path& folder = GetParam();
  const core::ServiceLevelObjective slo = SloIn(folder / "slo.yaml");
  const std::vector<RuleGroup> groups = RulesOf(slo);
  ExpectAsWritten(folder / "rules.yaml", ToRulesFile(groups));
  if (const fs::path file = folder / "prometheusrule.yaml"; fs::exists(file)) {
    ExpectAsWritten(file, ToPrometheusRule(groups, slo.name, slo.ns, {{"release", "prometheus"}}));
  }
  if (const fs::path file = folder / "dashboard.json"; fs::exists(file)) {
    ExpectAsWritten(file, DashboardOf({slo}, {}));
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, RulesGoldenTest, testing::ValuesIn(Cases()), CaseName);

}  // namespace
}  // namespace slogate::rules

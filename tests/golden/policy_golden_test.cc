// Every folder of tests/golden/malformed holds a policy.yaml and the mistakes expected of it; every
// folder of tests/golden/valid holds a policy without mistakes. Add a case by adding a folder; run
// with SLOGATE_UPDATE_GOLDEN=1 to rewrite what is expected.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "places.h"
#include "spec/policy/policy_yaml.h"

namespace slogate::spec {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> CasesIn(const char* folder) {
  std::vector<std::string> cases;
  for (const auto& entry : fs::directory_iterator(fs::path(SLOGATE_SOURCE_DIR) / folder)) {
    cases.push_back(entry.path().string());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::string CaseName(const testing::TestParamInfo<std::string>& parameter) {
  std::string name;
  bool begins_word = true;
  for (const char c : fs::path(parameter.param).filename().string()) {
    if (c == '_') {
      begins_word = true;
      continue;
    }
    name += begins_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins_word = false;
  }
  return name;
}

std::vector<ParsedPolicy> ParseCase(const fs::path& folder) {
  return ParsePolicyDocuments(ReadFile(folder / "policy.yaml"), "policy.yaml");
}

class MalformedPolicyTest : public testing::TestWithParam<std::string> {};

TEST_P(MalformedPolicyTest, NamesEveryMistakeAndItsFix) {
  const fs::path folder = GetParam();
  std::string actual;
  for (const ParsedPolicy& parsed : ParseCase(folder)) {
    EXPECT_EQ(parsed.policy.has_value(), parsed.mistakes.empty());
    for (const Mistake& mistake : parsed.mistakes) {
      EXPECT_EQ(mistake.file, "policy.yaml");
      EXPECT_NE(mistake.message, "");
      EXPECT_NE(mistake.fix, "");
      EXPECT_TRUE(mistake.field.empty() || mistake.line > 0) << ToString(mistake);
      actual += ToString(mistake) + "\n";
    }
  }
  EXPECT_NE(actual, "") << "no mistake was found";
  if (std::getenv("SLOGATE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(folder / "expected.txt", std::ios::binary) << actual;
  }
  EXPECT_EQ(actual, ReadFile(folder / "expected.txt"));
}

INSTANTIATE_TEST_SUITE_P(Golden, MalformedPolicyTest,
                         testing::ValuesIn(CasesIn("tests/golden/malformed")), CaseName);

class ValidPolicyTest : public testing::TestWithParam<std::string> {};

TEST_P(ValidPolicyTest, HasNoMistake) {
  for (const ParsedPolicy& parsed : ParseCase(GetParam())) {
    EXPECT_TRUE(parsed.policy.has_value());
    for (const Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, ValidPolicyTest, testing::ValuesIn(CasesIn("tests/golden/valid")),
                         CaseName);

TEST(GoldenPoliciesTest, ThereAreAtLeastThirtyMalformedOnes) {
  EXPECT_GE(CasesIn("tests/golden/malformed").size(), 30U);
}

}  // namespace
}  // namespace slogate::spec

// Every folder of tests/golden/malformed holds a policy and the mistakes expected of it; every
// folder of tests/golden/valid holds a policy without mistakes. A policy is a policy.yaml, or a
// policy.yaml.diff: what `diff -U0` says against valid/minimal, from the first line with @@ on. Add
// a case by adding a folder; run with SLOGATE_UPDATE_GOLDEN=1 to rewrite what is expected.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "places.h"
#include "spec/policy/policy_yaml.h"
#include "support/expect_golden.h"

namespace slogate::spec {
namespace {

namespace fs = std::filesystem;

const fs::path kMinimal = fs::path(SLOGATE_SOURCE_DIR) / "tests/golden/valid/minimal/policy.yaml";

std::vector<ParsedPolicy> ParseCase(const fs::path& folder) {
  return ParsePolicyDocuments(testing::GoldenText(folder / "policy.yaml", kMinimal), "policy.yaml");
}

class MalformedPolicyTest : public ::testing::TestWithParam<fs::path> {};

TEST_P(MalformedPolicyTest, NamesEveryMistakeAndItsFix) {
  std::string actual;
  for (const ParsedPolicy& parsed : ParseCase(GetParam())) {
    EXPECT_EQ(parsed.policy.has_value(), parsed.mistakes.empty());
    for (const Mistake& mistake : parsed.mistakes) {
      EXPECT_EQ(mistake.file, "policy.yaml");
      EXPECT_NE(mistake.message, "");
      EXPECT_NE(mistake.fix, "");
      EXPECT_TRUE(mistake.field.empty() || mistake.line > 0) << ToString(mistake);
      EXPECT_NO_THROW(nlohmann::json(ToString(mistake)).dump()) << "is not UTF-8";
      actual += ToString(mistake) + "\n";
    }
  }
  EXPECT_NE(actual, "") << "no mistake was found";
  testing::ExpectGolden(GetParam() / "expected.txt", actual);
}

INSTANTIATE_TEST_SUITE_P(Golden, MalformedPolicyTest,
                         ::testing::ValuesIn(testing::GoldenFolders("tests/golden/malformed")),
                         testing::FolderName);

class ValidPolicyTest : public ::testing::TestWithParam<fs::path> {};

TEST_P(ValidPolicyTest, HasNoMistake) {
  const std::vector<ParsedPolicy> documents = ParseCase(GetParam());
  EXPECT_FALSE(documents.empty());
  for (const ParsedPolicy& parsed : documents) {
    EXPECT_TRUE(parsed.policy.has_value());
    for (const Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, ValidPolicyTest,
                         ::testing::ValuesIn(testing::GoldenFolders("tests/golden/valid")),
                         testing::FolderName);

TEST(GoldenPoliciesTest, ThereAreAtLeastThirtyMalformedOnes) {
  EXPECT_GE(testing::GoldenFolders("tests/golden/malformed").size(), 30U);
}

}  // namespace
}  // namespace slogate::spec

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "places.h"
#include "spec/policy/policy_yaml.h"

namespace slogate::spec {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(ExamplesTest, EveryPolicyIsSound) {
  int policies = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SLOGATE_SOURCE_DIR "/examples")) {
    if (entry.path().extension() != ".yaml") continue;
    for (const auto& parsed : ParsePolicyDocuments(ReadFile(entry.path()), entry.path())) {
      ++policies;
      EXPECT_TRUE(parsed.policy.has_value());
      for (const Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
    }
  }
  EXPECT_GE(policies, 3);
}

TEST(ExamplesTest, TheManagedOneCoversEveryDimension) {
  const auto parsed =
      ParsePolicyYaml(ReadFile(SLOGATE_SOURCE_DIR "/examples/managed.yaml"), "managed.yaml");
  ASSERT_TRUE(parsed.policy.has_value());
  std::vector<bool> seen(3);
  for (const auto& objective : parsed.policy->objectives) {
    seen[static_cast<std::size_t>(objective.dimension)] = true;
  }
  EXPECT_EQ(seen, std::vector<bool>({true, true, true}));
}

}  // namespace
}  // namespace slogate::spec

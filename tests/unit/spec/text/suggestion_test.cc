#include <gtest/gtest.h>

#include "spec/text/mistake.h"

namespace slogate::spec {
namespace {

const std::vector<std::string> kFields = {"address", "provider", "timeout", "headers"};

TEST(SuggestionTest, SeesThroughTypingMistakes) {
  EXPECT_EQ(Suggest("adress", kFields), "address");
  EXPECT_EQ(Suggest("Timeout", kFields), "timeout");
  EXPECT_EQ(Suggest("time_out", kFields), "timeout");
  EXPECT_EQ(Suggest("header", kFields), "headers");
}

TEST(SuggestionTest, DoesNotGuessWildly) {
  EXPECT_EQ(Suggest("colour", kFields), std::nullopt);
  EXPECT_EQ(Suggest("", kFields), std::nullopt);
  EXPECT_EQ(Suggest(std::string(1000, 'a'), kFields), std::nullopt);
  EXPECT_EQ(Suggest("address", {}), std::nullopt);
}

}  // namespace
}  // namespace slogate::spec

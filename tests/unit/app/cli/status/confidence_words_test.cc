#include <gtest/gtest.h>

#include "app/cli/status/rollout_view.h"

namespace slogate::app {
namespace {

TEST(ConfidenceWordsTest, AWholeWayIsAlpha) {
  EXPECT_EQ(WorseText(10, 0.01), "worse 99 % (chance of a false alarm at most 1 %)");
  EXPECT_EQ(WorseText(10, 0.001), "worse 99.9 % (chance of a false alarm at most 0.1 %)");
}

TEST(ConfidenceWordsTest, TheChanceIsRoundedUpAndTheConfidenceDown) {
  EXPECT_EQ(WorseText(3, 0.01), "worse 74 % (chance of a false alarm at most 26 %)");  // 25.1 %
  EXPECT_EQ(WorseText(8, 0.01), "worse 97 % (chance of a false alarm at most 3 %)");   // 2.5 %
  EXPECT_EQ(WorseText(9, 0.001), "worse 99.8 % (chance of a false alarm at most 0.2 %)");
}

TEST(ConfidenceWordsTest, AnAlphaThatSomebodyStoredStaysReadable) {
  EXPECT_EQ(WorseText(10, 1e-300), "worse 99.9999 % (chance of a false alarm at most 0.0001 %)");
}

TEST(ConfidenceWordsTest, WithoutEvidenceThereIsNoAlarmToBeFalse) {
  EXPECT_EQ(WorseText(0, 0.01), "worse 0 %");
}

TEST(ConfidenceWordsTest, EachSideHasItsOwnAlpha) {
  core::ObjectiveVerdict verdict;
  verdict.promotion_tenths = 10;
  EXPECT_EQ(ConfidenceText(verdict, 0.01, 0.05), "worse 0 %, not worse 95 %");
}

}  // namespace
}  // namespace slogate::app

#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>

#include "slogate/core/rollout_state.h"

namespace slogate::core {
namespace {

template <typename Enum>
class WordsTest : public testing::Test {};

using Stored = testing::Types<Phase, StepStage, Verdict, DecisionKind, Reason, Dimension, Mode,
                              Require, OnTimeout, OnDrift, Promotion>;
TYPED_TEST_SUITE(WordsTest, Stored);

TYPED_TEST(WordsTest, EveryWordIsItsOwnAndReadsBack) {
  std::set<std::string> words;
  for (int i = 0;; ++i) {
    const auto value = static_cast<TypeParam>(i);
    const std::string word(ToString(value));
    if (word.empty()) break;
    EXPECT_TRUE(words.insert(word).second) << word;
    EXPECT_EQ(FromString<TypeParam>(word), value) << word;
  }
  EXPECT_GE(words.size(), 2U);
}

TYPED_TEST(WordsTest, UnknownWordsAreRefused) {
  for (const char* word : {"", "Unheard", "k", "shownworse ", "SHOWNWORSE"}) {
    EXPECT_EQ(FromString<TypeParam>(word), std::nullopt) << word;
  }
}

TEST(WordsOfTheStatusTest, AreTheOnesUsersKnow) {
  EXPECT_EQ(ToString(Phase::kRolledBack), "RolledBack");
  EXPECT_EQ(ToString(Reason::kNone), "None");
  EXPECT_EQ(ToString(Reason::kBaking), "Baking");
  EXPECT_EQ(ToString(Reason::kCanaryWorse), "CanaryWorse");
  EXPECT_EQ(ToString(Reason::kWeightDrift), "WeightDrift");
  EXPECT_EQ(ToString(Reason::kRetried), "Retried");
  EXPECT_EQ(ToString(Reason::kChangesFrozen), "ChangesFrozen");
  EXPECT_EQ(ToString(Reason::kGivenBack), "GivenBack");
  EXPECT_EQ(ToString(Dimension::kQuality), "quality");
  EXPECT_EQ(ToString(Require::kProvenNotWorse), "ProvenNotWorse");
  EXPECT_EQ(ToString(Track::kCanary), "Canary");
  EXPECT_EQ(ToString(SourceProblem::kNotPrometheus), "NotPrometheus");
  EXPECT_EQ(ToString(SourceProblem::kPartial), "Partial");
  EXPECT_EQ(ToString(CountProblem::kNotANumber), "NotANumber");
}

TEST(WordsOfTheStatusTest, ReasonsAreCamelCaseAsConditionsWant) {
  for (int i = 0; !ToString(static_cast<Reason>(i)).empty(); ++i) {
    const std::string word(ToString(static_cast<Reason>(i)));
    EXPECT_TRUE(std::isupper(static_cast<unsigned char>(word[0]))) << word;
    for (const char c : word) EXPECT_TRUE(std::isalpha(static_cast<unsigned char>(c))) << word;
  }
}

}  // namespace
}  // namespace slogate::core

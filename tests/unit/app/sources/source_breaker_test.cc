#include "app/sources/source_breaker.h"

#include <gtest/gtest.h>

#include <string>

#include "slogate/core/rollout_state.h"

namespace slogate::app {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const SourceKey kSource{"shop", "http://prometheus:9090"};
const Outage kSilent{core::SourceProblem::kTimeout, "no answer"};

class SourceBreakersTest : public ::testing::Test {
 protected:
  bool IsAsked(const SourceKey& source = kSource) {
    return !breakers_.Refusal(source, now_).has_value();
  }
  void Fail(int times = 1) {
    for (int i = 0; i < times; ++i) breakers_.Failed(kSource, kSilent, now_);
  }
  // How long nobody may ask.
  core::Duration Wait() {
    const core::TimePoint began = now_;
    while (!IsAsked()) now_ += seconds(1);
    return now_ - began;
  }

  core::TimePoint now_{core::Duration(1'800'000'000'000)};
  SourceBreakers breakers_{SourceBreakers::Settings{}};
};

TEST_F(SourceBreakersTest, OneAnswerEndsARowOfFailures) {
  Fail(2);
  breakers_.Answered(kSource);
  Fail(2);
  EXPECT_TRUE(IsAsked());
  EXPECT_EQ(breakers_.open(), 0U);
  Fail();
  EXPECT_FALSE(IsAsked());
  EXPECT_EQ(breakers_.open(), 1U);
}

TEST_F(SourceBreakersTest, TheBackOffDoublesUpToAMinute) {
  Fail(3);
  for (const int wait : {5, 10, 20, 40, 60, 60}) {
    EXPECT_EQ(Wait(), seconds(wait));
    Fail();
  }
}

TEST_F(SourceBreakersTest, OneTriesAndTheOthersWaitForIt) {
  Fail(3);
  Wait();
  EXPECT_FALSE(IsAsked());
  breakers_.Answered(kSource);
  EXPECT_TRUE(IsAsked());
  EXPECT_TRUE(IsAsked());
}

TEST_F(SourceBreakersTest, ATryThatNeverReportsIsFollowedByAnother) {
  Fail(3);
  Wait();
  EXPECT_EQ(Wait(), seconds(120));
}

TEST_F(SourceBreakersTest, WhatWasAskedBeforeDoublesNothing) {
  Fail(20);
  EXPECT_EQ(Wait(), seconds(5));
}

TEST_F(SourceBreakersTest, AnotherNamespaceAndAnotherAddressAreAsked) {
  Fail(3);
  EXPECT_TRUE(IsAsked({"other", kSource.address}));
  EXPECT_TRUE(IsAsked({kSource.ns, "http://other:9090"}));
}

TEST_F(SourceBreakersTest, SaysSinceWhenAndUntilWhen) {
  Fail();
  now_ += seconds(30);
  Fail(2);
  const auto refusal = breakers_.Refusal(kSource, now_);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->problem, core::SourceProblem::kTimeout);
  EXPECT_EQ(refusal->message,
            "no answer; it has failed since 2027-01-15T08:00:00Z, next try 2027-01-15T08:00:35Z");
}

TEST_F(SourceBreakersTest, AClockThatIsSetBackProlongsNothing) {
  Fail(3);
  now_ -= hours(1);
  EXPECT_TRUE(IsAsked());
}

TEST_F(SourceBreakersTest, JitterIsBetweenHalfAndAll) {
  SourceBreakers breakers({.random = [] { return 0.0; }});
  for (int i = 0; i < 3; ++i) breakers.Failed(kSource, kSilent, now_);
  EXPECT_TRUE(breakers.Refusal(kSource, now_ + core::Duration(2499)).has_value());
  EXPECT_FALSE(breakers.Refusal(kSource, now_ + core::Duration(2500)).has_value());
}

TEST(IsOutageTest, WhoeverAnswersIsThere) {
  for (const auto answer : {core::SourceProblem::kNone, core::SourceProblem::kBadQuery,
                            core::SourceProblem::kUnauthorized, core::SourceProblem::kPartial,
                            core::SourceProblem::kNotPrometheus}) {
    EXPECT_FALSE(IsOutage(answer)) << core::ToString(answer);
  }
  for (const auto failure : {core::SourceProblem::kUnreachable, core::SourceProblem::kTimeout,
                             core::SourceProblem::kServerError, core::SourceProblem::kMalformed,
                             core::SourceProblem::kTooLarge}) {
    EXPECT_TRUE(IsOutage(failure)) << core::ToString(failure);
  }
}

}  // namespace
}  // namespace slogate::app

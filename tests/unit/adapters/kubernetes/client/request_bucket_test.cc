#include "adapters/kubernetes/client/request_bucket.h"

#include <gtest/gtest.h>

namespace slogate::adapters::kubernetes {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// 50 a second, 200 at once, 10 for a look, in virtual time.
class RequestBucketTest : public ::testing::Test {
 protected:
  void Send(int requests) {
    for (int i = 0; i < requests; ++i) bucket_.Sent("GET");
  }

  RequestBucket::Instant now_{hours(1)};
  RequestBucket bucket_{
      {.per_second = 50, .burst = 200, .of_look = 10, .now = [this] { return now_; }}};
};

TEST_F(RequestBucketTest, NothingWaitsWhileThereAreTokens) {
  for (int look = 0; look < 20; ++look) {
    EXPECT_EQ(bucket_.TakeTurn(), core::Duration::zero()) << look;
    Send(10);
  }
  EXPECT_EQ(bucket_.figures().deferred, 0u);
  EXPECT_EQ(bucket_.figures().requests, (std::map<std::string, std::uint64_t>{{"GET", 200}}));
}

TEST_F(RequestBucketTest, ALookWaitsUntilWhatWasSentIsPaidFor) {
  Send(200 + 25);
  EXPECT_EQ(bucket_.TakeTurn(), milliseconds(500));
  EXPECT_EQ(bucket_.figures().deferred, 1u);
  now_ += milliseconds(499);
  EXPECT_GT(bucket_.TakeTurn(), core::Duration::zero());
}

TEST_F(RequestBucketTest, LooksThatWaitHaveTheirTurnsOneAfterTheOther) {
  Send(200 + 25);
  for (int look = 0; look < 100; ++look) {
    EXPECT_EQ(bucket_.TakeTurn(), milliseconds(500 + 200 * look)) << look;
  }
}

// 10,000 policies at rest, which are all looked at when the process starts.
TEST_F(RequestBucketTest, LooksThatWaitKeepToThePace) {
  Send(200);
  Send(1);
  std::vector<RequestBucket::Instant> turns;
  for (int look = 0; look < 10'000; ++look) turns.push_back(now_ + bucket_.TakeTurn());
  const RequestBucket::Instant began = now_;
  for (const RequestBucket::Instant turn : turns) {
    now_ = turn;
    Send(10);
  }
  const double took = std::chrono::duration<double>(now_ - began).count();
  EXPECT_NEAR(10'000 * 10 / took, 50, 1);
  EXPECT_LE(bucket_.TakeTurn(), milliseconds(400)) << "the pace leaves no debt";
}

TEST_F(RequestBucketTest, WhatIsUrgentOwesNoMoreThanOneBurst) {
  Send(100'000);
  EXPECT_EQ(bucket_.TakeTurn(), seconds(4));
}

TEST_F(RequestBucketTest, ABucketHoldsNoMoreThanABurst) {
  now_ += hours(10);
  Send(201);
  EXPECT_EQ(bucket_.TakeTurn(), milliseconds(20));
}

TEST_F(RequestBucketTest, WhatTheServerRefusesItIsNotAskedMeanwhile) {
  bucket_.Refused(seconds(7));
  EXPECT_EQ(bucket_.TakeTurn(), seconds(7));
  EXPECT_EQ(bucket_.TakeTurn(), seconds(7) + milliseconds(200)) << "not all at once then";
  bucket_.Refused(seconds(2));
  EXPECT_EQ(bucket_.figures().refused, 2u);
  now_ += seconds(6);
  EXPECT_GE(bucket_.TakeTurn(), seconds(1)) << "a later answer does not shorten the wait";
  now_ += seconds(10);
  EXPECT_EQ(bucket_.TakeTurn(), core::Duration::zero());
}

TEST_F(RequestBucketTest, ARefusalWithoutATimeLastsASecondAndALongOneAMinute) {
  bucket_.Refused(std::nullopt);
  EXPECT_EQ(bucket_.TakeTurn(), seconds(1));
  now_ += seconds(2);
  bucket_.Refused(hours(1));
  EXPECT_EQ(bucket_.TakeTurn(), std::chrono::minutes(1));
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

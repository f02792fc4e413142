#include <gtest/gtest.h>

#include <set>

#include "adapters/kubernetes/client/collection_watch.h"

namespace slogate::adapters::kubernetes {
namespace {

using core::Duration;

TEST(BackoffTest, DoublesToItsLongestWithJitterOfAHalf) {
  Backoff backoff(Duration(100), Duration(1000), 7);
  for (const int length : {100, 200, 400, 800, 1000, 1000}) {
    const Duration wait = backoff.Next();
    EXPECT_GE(wait, Duration(length / 2));
    EXPECT_LE(wait, Duration(length));
  }
}

TEST(BackoffTest, ResetBeginsAgain) {
  Backoff backoff(Duration(100), Duration(100'000), 7);
  for (int i = 0; i < 10; ++i) backoff.Next();
  backoff.Reset();
  EXPECT_LE(backoff.Next(), Duration(100));
}

TEST(BackoffTest, ClientsSpreadOut) {
  std::set<Duration> waits;
  for (unsigned seed = 1; seed <= 50; ++seed) {
    waits.insert(Backoff(Duration(100'000), Duration(100'000), seed).Next());
  }
  EXPECT_GT(waits.size(), 40u);
}

TEST(RetryAfterTest, ReadsWholeSeconds) {
  EXPECT_EQ(RetryAfter({{"retry-after", "3"}}), Duration(3000));
  EXPECT_EQ(RetryAfter({{"retry-after", "0"}}), Duration(0));
}

TEST(RetryAfterTest, IsNothingForAnythingElse) {
  EXPECT_EQ(RetryAfter({}), std::nullopt);
  for (const char* text :
       {"", "-1", "1.5", "soon", "3s", "99999999999999999999", "Fri, 31 Dec 1999 23:59:59 GMT"}) {
    EXPECT_EQ(RetryAfter({{"retry-after", text}}), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

#include <gtest/gtest.h>

#include <numeric>

#include "demo/service/simulated_service.h"

namespace slogate::demo {
namespace {

constexpr std::int64_t kRequests = 200'000;

TrafficCounters Answered(const std::string& profile) {
  std::mt19937_64 random(7);
  TrafficCounters counters;
  counters.Answer(kRequests, ProfileNamed(profile), random);
  return counters;
}

double Share(std::int64_t part) {
  return static_cast<double>(part) / static_cast<double>(kRequests);
}

TEST(TrafficCountersTest, EveryRequestIsCountedOnceInEachWay) {
  const TrafficCounters counters = Answered("errors");
  EXPECT_EQ(counters.succeeded + counters.failed, kRequests);
  EXPECT_EQ(counters.grounded + counters.ungrounded, counters.succeeded);
  EXPECT_EQ(std::accumulate(counters.latency.begin(), counters.latency.end(), std::int64_t{0}),
            kRequests);
}

TEST(TrafficCountersTest, EachFaultShowsInItsOwnCounter) {
  EXPECT_NEAR(Share(Answered("good").failed), 0.005, 0.001);
  EXPECT_NEAR(Share(Answered("errors").failed), 0.05, 0.003);
  EXPECT_NEAR(Share(Answered("wrong").ungrounded), 0.15 * 0.995, 0.005);
  const TrafficCounters slow = Answered("slow-tail");
  EXPECT_NEAR(Share(slow.latency[4] + slow.latency[5] + slow.latency[6]), 0.08, 0.003);
}

TEST(TrafficCountersTest, ARequestThatIsBadInTwoWaysIsBadOnce) {
  const TrafficCounters counters = Answered("wrong");
  const TrafficProfile profile = ProfileNamed("wrong");
  const double good =
      (1 - profile.error_share) * (1 - profile.wrong_share) * (1 - profile.slow_share);
  EXPECT_NEAR(Share(counters.bad), 1 - good, 0.005);
}

}  // namespace
}  // namespace slogate::demo

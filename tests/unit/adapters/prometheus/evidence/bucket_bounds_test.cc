#include "adapters/prometheus/evidence/bucket_bounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CommonBoundsTest, AreThoseOfBoth) {
  const BucketBounds one{{"0.1", "0.5", "+Inf"}, {0.1, 0.5}};
  const BucketBounds other{{"0.5", "1", "+Inf"}, {0.5, 1}};
  EXPECT_THAT(CommonBounds(one, other), ElementsAre(0.5));
  EXPECT_THAT(CommonBounds(one, {{"7", "+Inf"}, {7}}), IsEmpty());
}

TEST(CommonBoundsTest, ATrackWithoutSeriesHasNoSay) {
  const BucketBounds one{{"0.1", "+Inf"}, {0.1}};
  EXPECT_THAT(CommonBounds(one, {}), ElementsAre(0.1));
  EXPECT_THAT(CommonBounds({}, one), ElementsAre(0.1));
  EXPECT_THAT(CommonBounds({}, {}), IsEmpty());
}

TEST(BucketBoundsTest, LabelsThatAreNoNumbersAreNoBounds) {
  FakePrometheus prometheus;
  const core::TimePoint at(std::chrono::hours(480'000));
  for (const char* le : {"0.5", "half", "NaN", "-1", "+Inf", ""}) {
    prometheus.Add(Named("latency_bucket", Target("shop", "a:80"), {{"le", le}}), at, 1);
  }
  ports::MetricsConnection connection;
  connection.address = "http://prometheus:9090";
  const Transport transport = prometheus.transport();
  QueryApi api(transport, connection);
  const auto bounds = ReadBucketBounds(api, {"latency", {}}, {}, at);
  ASSERT_TRUE(bounds);
  EXPECT_THAT(bounds->finite, ElementsAre(-1, 0.5));
  EXPECT_EQ(bounds->labels.size(), 6U);
}

}  // namespace
}  // namespace slogate::adapters::prometheus

#include <gtest/gtest.h>

#include "adapters/prometheus/evidence/series_counter.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

core::TimePoint At(int seconds) { return core::TimePoint(std::chrono::seconds(seconds)); }

const Labels kPlain = Target("shop", "a:80");
const Labels kTracked = {{"job", "shop"}, {"instance", "a:80"}, {"track", "canary"}};

TEST(TargetIndexTest, TakesTheTargetWhoseLabelsTheSeriesCarries) {
  const SeriesMap targets = {{Named("up", kPlain), {{At(1), 1}}},
                             {Named("up", kTracked), {{At(2), 1}}}};
  const TargetIndex index(targets);
  EXPECT_EQ(index.For(Named("x", kTracked), At(0), At(9)).up, &targets.at(Named("up", kTracked)));
  EXPECT_EQ(index.For(Named("x", kPlain), At(0), At(9)).up, &targets.at(Named("up", kPlain)));
}

TEST(TargetIndexTest, TakesTheTargetWithMaxLabelsInWhateverOrder) {
  Labels richer = kPlain;
  richer["a_zone"] = "north";
  const SeriesMap targets = {{Named("up", kPlain), {{At(1), 1}}},
                             {Named("up", richer), {{At(2), 1}}}};
  const TargetIndex index(targets);
  EXPECT_EQ(index.For(Named("x", richer), At(0), At(9)).up, &targets.at(Named("up", richer)));
}

TEST(TargetIndexTest, TakesTheOnlyTargetWhenTheSeriesLostLabels) {
  const SeriesMap targets = {{Named("up", kTracked), {{At(2), 1}}}};
  const TargetIndex index(targets);
  EXPECT_NE(index.For(Named("x", kPlain), At(0), At(9)).up, nullptr);
}

TEST(TargetIndexTest, DoesNotGuessBetweenTargets) {
  Labels other = kTracked;
  other["track"] = "stable";
  const SeriesMap targets = {{Named("up", kTracked), {{At(2), 1}}},
                             {Named("up", other), {{At(2), 1}}}};
  const TargetIndex index(targets);
  EXPECT_EQ(index.For(Named("x", kPlain), At(0), At(9)).up, nullptr);
}

TEST(TargetIndexTest, IgnoresWhatLiesOutsideTheTimeRequested) {
  const SeriesMap targets = {{Named("up", kPlain), {{At(20), 1}}}};
  const TargetIndex index(targets);
  EXPECT_EQ(index.For(Named("x", kPlain), At(0), At(19)).up, nullptr);
}

TEST(TargetIndexTest, AHandoverEndsTheOldName) {
  const Labels start = Named("process_start_time_seconds", kPlain);
  const SeriesMap targets = {{start, {{At(1), 42}, {At(2), 42}, {At(7), 42}}}};
  const TargetIndex index(targets);
  EXPECT_TRUE(index.HandedOver(42, At(3), At(0), At(6)));
  EXPECT_FALSE(index.HandedOver(42, At(3), At(0), At(8)));
  EXPECT_FALSE(index.HandedOver(43, At(3), At(0), At(6)));
  EXPECT_FALSE(index.HandedOver(42, At(1), At(0), At(0)));
}

}  // namespace
}  // namespace slogate::adapters::prometheus

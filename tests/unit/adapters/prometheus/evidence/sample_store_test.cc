#include <gtest/gtest.h>

#include "adapters/prometheus/evidence/chunk_reader.h"

namespace slogate::adapters::prometheus {
namespace {

core::TimePoint At(int seconds) { return core::TimePoint(std::chrono::seconds(seconds)); }

const Labels kSeries = {{"__name__", "m"}};

Reply ReplyWith(Samples samples) {
  Reply reply;
  reply.series.emplace_back(kSeries, std::move(samples));
  return reply;
}

TEST(SampleStoreTest, MergesWhatOverlapsAndIgnoresWhatWasNotRequestedFor) {
  SeriesMap series;
  Merge(series, ReplyWith({{At(1), 1}, {At(3), 3}}), At(0), At(9));
  Merge(series, ReplyWith({{At(2), 2}, {At(3), 30}, {At(4), 4}, {At(99), 9}}), At(0), At(9));
  EXPECT_EQ(series.at(kSeries), (Samples{{At(1), 1}, {At(2), 2}, {At(3), 3}, {At(4), 4}}));
}

TEST(SampleStoreTest, AReplyOutsideTheTimeRequestedLeavesNoSeries) {
  SeriesMap series;
  Merge(series, ReplyWith({{At(99), 9}}), At(0), At(9));
  EXPECT_TRUE(series.empty());
}

TEST(SampleStoreTest, ForgetsBeyondTheLongestGap) {
  SampleStore store;
  store.fetched = {{{kSeries, {{At(99), 1}, {At(100), 2}}}}};
  store.targets = {{kSeries, {{At(99), 1}}}};
  store.DropUnneeded(At(400));
  EXPECT_EQ(store.fetched[0].at(kSeries), (Samples{{At(100), 2}}));
  EXPECT_TRUE(store.targets.empty());
}

TEST(SampleStoreTest, ASampleOfACountedBlockThatWasNotThereIsLate) {
  const SeriesMap series = {{kSeries, {{At(1), 1}, {At(3), 3}}}};
  EXPECT_FALSE(HasLate(series, ReplyWith({{At(3), 3}, {At(5), 5}}), At(2), At(4)));
  EXPECT_TRUE(HasLate(series, ReplyWith({{At(3), 3}, {At(4), 4}}), At(2), At(4)));
  EXPECT_FALSE(HasLate({}, ReplyWith({{At(3), 3}}), At(2), At(4)));
}

TEST(SampleStoreTest, BlocksOfAChunkAreAdjacent) {
  const Chunk chunk{10, 12, std::chrono::seconds(5)};
  EXPECT_EQ(chunk.begin(), At(50));
  EXPECT_EQ(chunk.end(), At(65));
  EXPECT_EQ(chunk.Bounds(10).end, chunk.Bounds(11).begin);
}

}  // namespace
}  // namespace slogate::adapters::prometheus

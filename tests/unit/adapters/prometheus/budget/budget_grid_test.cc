#include "adapters/prometheus/budget/budget_grid.h"

#include <gtest/gtest.h>

#include <random>

namespace slogate::adapters::prometheus {
namespace {

using core::Duration;
using core::TimePoint;

TimePoint At(int seconds) { return TimePoint(std::chrono::seconds(seconds)); }
constexpr Duration kChunk = std::chrono::minutes(60);
constexpr Duration kMin = std::chrono::minutes(4);

TEST(BudgetGridTest, WholeChunksEndAtMultiplesOfTheirLength) {
  const BudgetGrid grid = CutWindow(At(1800), At(3 * 3600 + 600), kChunk, kMin);
  EXPECT_EQ(grid.oldest, (Span{At(3600), std::chrono::minutes(30)}));
  EXPECT_EQ(grid.whole_first, At(2 * 3600));
  EXPECT_EQ(grid.whole_last, At(3 * 3600));
  EXPECT_EQ(grid.newest, (Span{At(3 * 3600 + 600), std::chrono::minutes(10)}));
}

TEST(BudgetGridTest, AnAlignedWindowHasNothingLeftOver) {
  const BudgetGrid grid = CutWindow(At(3600), At(3 * 3600), kChunk, kMin);
  EXPECT_FALSE(grid.oldest);
  EXPECT_FALSE(grid.newest);
  EXPECT_EQ(grid.Spans().size(), 2U);
}

TEST(BudgetGridTest, TooShortARemainderIsJoinedToItsNeighbour) {
  const BudgetGrid grid = CutWindow(At(3600 - 60), At(4 * 3600 + 60), kChunk, kMin);
  EXPECT_EQ(grid.oldest, (Span{At(2 * 3600), std::chrono::minutes(61)}));
  EXPECT_EQ(grid.newest, (Span{At(4 * 3600 + 60), std::chrono::minutes(61)}));
}

TEST(BudgetGridTest, AShortWindowIsOneSpan) {
  const BudgetGrid grid = CutWindow(At(3600 - 30), At(3600 + 30), kChunk, kMin);
  EXPECT_EQ(grid.Spans(), (std::vector<Span>{{At(3600 + 30), std::chrono::minutes(1)}}));
}

TEST(BudgetGridTest, SpansMakeUpAnyWindow) {
  std::mt19937 engine(1);
  for (int i = 0; i < 2000; ++i) {
    const TimePoint first = At(static_cast<int>(engine() % 100'000));
    const TimePoint at = first + std::chrono::seconds(1 + engine() % 50'000);
    TimePoint reached = first;
    const BudgetGrid grid = CutWindow(first, at, kChunk, kMin);
    EXPECT_EQ(grid.SpanAt(first), std::nullopt);
    EXPECT_EQ(grid.SpanAt(at + Duration(1)), std::nullopt);
    for (const Span& span : grid.Spans()) {
      EXPECT_EQ(span.end - span.length, reached);
      EXPECT_EQ(grid.SpanAt(reached + Duration(1)), span);
      EXPECT_EQ(grid.SpanAt(span.end), span);
      EXPECT_TRUE(span.length >= kMin || span.length == at - first);
      reached = span.end;
    }
    ASSERT_EQ(reached, at);
  }
}

}  // namespace
}  // namespace slogate::adapters::prometheus

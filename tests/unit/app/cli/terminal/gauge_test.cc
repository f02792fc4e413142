#include <gtest/gtest.h>

#include "app/cli/terminal/span.h"

namespace slogate::app {
namespace {

constexpr Style kPlain{};

std::string Bar(int worse, int no_worse, std::size_t cells) {
  return Render(EvidenceBar(worse, no_worse, cells, kPlain), kPlain);
}

TEST(GaugeTest, EvidenceFillsFromTheMiddle) {
  EXPECT_EQ(Bar(0, 0, 10), "[..........|..........]");
  EXPECT_EQ(Bar(3, 0, 10), "[.......###|..........]");
  EXPECT_EQ(Bar(0, 10, 10), "[..........|##########]");
}

TEST(GaugeTest, AShortBarNeitherHidesNorCompletesEvidence) {
  EXPECT_EQ(Bar(1, 0, 4), "[...#|....]");
  EXPECT_EQ(Bar(9, 9, 4), "[.###|###.]");
  EXPECT_EQ(Bar(99, -1, 4), "[####|....]");
}

const std::vector<TimelineStep> kSteps = {
    {5, Place::kDone, ""}, {25, Place::kCurrent, "4m left"}, {50, Place::kAhead, ""}};

TEST(GaugeTest, ATimelineTellsDoneCurrentAndNext) {
  EXPECT_EQ(Render(Timeline(kSteps, 80, kPlain), kPlain), "5 % done -> [25 %, 4m left] -> 50 %");
  EXPECT_EQ(Render(Timeline({{5, Place::kDone, ""}, {25, Place::kFailed, ""}}, 80, kPlain), kPlain),
            "5 % done -> 25 % rolled back");
  EXPECT_TRUE(Timeline({}, 80, kPlain).empty());
}

TEST(GaugeTest, ATimelineKeepsTheCurrentStepWhenItMustBeShort) {
  std::vector<TimelineStep> many;
  for (int i = 1; i <= 20; ++i) {
    many.push_back({i * 4, i < 10 ? Place::kDone : Place::kAhead, ""});
  }
  many[9] = {40, Place::kCurrent, "4m left"};
  for (std::size_t width = 17; width <= 200; ++width) {
    const Line line = Timeline(many, width, kPlain);
    EXPECT_LE(Width(line), width);
    EXPECT_NE(Render(line, kPlain).find("[40 %, 4m"), std::string::npos) << width;
  }
  EXPECT_EQ(Render(Timeline(many, 40, kPlain), kPlain), ".. -> 36 % done -> [40 %, 4m left] -> ..");
}

TEST(GaugeTest, AnyWeightAtAllIsSeen) {
  const std::vector<std::optional<int>> weights = {0, 1, 50, 100, std::nullopt};
  EXPECT_EQ(Render(WeightGraph(weights, 10, kPlain), kPlain), "_.=# ");
  EXPECT_EQ(Render(WeightGraph(weights, 2, kPlain), kPlain), "# ");
}

}  // namespace
}  // namespace slogate::app

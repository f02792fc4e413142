#include <gtest/gtest.h>

#include <chrono>

#include "app/cli/status/status_text.h"

namespace slogate::app {
namespace {

using namespace std::chrono_literals;

constexpr core::TimePoint kNow{std::chrono::hours(490'000)};

core::HistoryEntry Entry(core::TimePoint at, const std::string& message) {
  return {.at = at,
          .decision = core::DecisionKind::kRollback,
          .reason = core::Reason::kCanaryWorse,
          .step = 2,
          .weight_percent = 25,
          .message = message};
}

ports::PolicyEvent Event(core::TimePoint first, core::TimePoint last, const std::string& message) {
  return {.first = first,
          .last = last,
          .count = 2,
          .warning = true,
          .reason = "CanaryWorse",
          .message = message};
}

TEST(EventListTest, AnEventThatTellsOfTheHistoryIsNotReportedTwice) {
  ports::PolicyRecord record;
  record.state.history = {Entry(kNow, "Shown worse"), Entry(kNow + 1h, "Shown worse")};
  const auto all = Happenings(record, {Event(kNow + 1s, kNow + 1h + 2s, "Shown worse")});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].decision, "Rollback");
  EXPECT_EQ(all[0].step, 2);
  EXPECT_TRUE(all[0].warning);
}

TEST(EventListTest, WhatTheHistoryNoLongerHoldsComesFromTheEvents) {
  ports::PolicyRecord record;
  record.state.history = {Entry(kNow, "Shown worse")};
  const auto all = Happenings(record, {Event(kNow - 2h, kNow - 1h, "Shown worse"),
                                       Event(kNow + 5s, kNow + 5s, "Another\x1b[2J")});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].at, kNow - 1h);
  EXPECT_EQ(all[0].count, 2);
  EXPECT_EQ(all[0].decision, "");
  EXPECT_EQ(all[1].at, kNow);
  EXPECT_EQ(all[2].message, "Another?[2J");
}

}  // namespace
}  // namespace slogate::app

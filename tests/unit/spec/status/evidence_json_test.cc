#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

#include "spec/status/status_json.h"
#include "unit/spec/status/random_state.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

json StatusOf(const core::RolloutState& state) {
  const core::TimePoint now(std::chrono::milliseconds(1'795'291'200'250));
  return StatusToJson(state, nullptr, 7, nullptr, now);
}

// The first objective of its rollout has no evidence yet.
core::RolloutState StateOfARollout() {
  RandomStates states(12);
  core::RolloutState state = states.Next();
  while (state.checkpoint.objectives.empty()) state = states.Next();
  state.checkpoint.objectives[0] = {};
  return state;
}

TEST(EvidenceJsonTest, KeepsEveryBit) {
  core::RolloutState state = StateOfARollout();
  auto& share = state.checkpoint.objectives[0].share;
  share = {0.1 + 0.2,
           0,
           std::nextafter(1.0, 2.0),
           1e300,
           std::numeric_limits<double>::denorm_min(),
           1.0 / 3,
           123456789.123456789,
           std::numeric_limits<double>::min()};
  const auto read = StateFromStatusJson(json::parse(StatusOf(state).dump()));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  const auto& back = read->checkpoint.objectives[0].share;
  for (std::size_t i = 0; i < share.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back[i]), std::bit_cast<std::uint64_t>(share[i])) << i;
  }
}

TEST(EvidenceJsonTest, StoresNothingForNotANumber) {
  core::RolloutState state = StateOfARollout();
  state.checkpoint.objectives[0].fast[0] = std::nan("");
  state.checkpoint.objectives[0].fast[1] = std::numeric_limits<double>::infinity();
  state.checkpoint.objectives[0].fast[2] = -1;
  const auto read = StateFromStatusJson(json::parse(StatusOf(state).dump()));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->checkpoint.objectives[0].fast[0], 0);
  EXPECT_EQ(read->checkpoint.objectives[0].fast[1], 1e300);
  EXPECT_EQ(read->checkpoint.objectives[0].fast[2], 0);
}

TEST(EvidenceJsonTest, ReadsNoCheckpointWithoutCapital) {
  json status = StatusOf(StateOfARollout());
  status["checkpoint"]["objectives"][0].erase("capital");
  const auto read = StateFromStatusJson(status);
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, ::testing::HasSubstr("capital"));
}

TEST(EvidenceJsonTest, FiftyCohortsTakeLessThanTwentyKilobytes) {
  core::RolloutState state;
  core::EvidenceState& evidence = state.checkpoint.objectives.emplace_back();
  const std::size_t without = StatusOf(state).dump().size();
  evidence.cohorts.resize(50);
  for (core::CohortEvidence& cohort : evidence.cohorts) {
    cohort.share.fill(1.0 / 3e5);
    cohort.rollout = {{12345, 67, 12.3456789012345}, {123456, 678, 123.456789012345}};
  }
  EXPECT_LT(StatusOf(state).dump().size() - without, 20'000U);
}

}  // namespace
}  // namespace slogate::spec

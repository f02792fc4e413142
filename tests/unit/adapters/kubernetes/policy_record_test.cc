#include "adapters/kubernetes/policy_record.h"

#include <gtest/gtest.h>

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

TEST(PolicyRecordTest, AStatusNobodyCanReadIsMarked) {
  EXPECT_TRUE(RecordFromObject(json::object()).state_readable);
  EXPECT_FALSE(RecordFromObject({{"status", {{"phase", "Levitating"}}}}).state_readable);
  EXPECT_FALSE(RecordFromObject({{"status", json::array({1})}}).state_readable);
}

TEST(PolicyRecordTest, APolicyOnItsWayOutIsMarked) {
  EXPECT_FALSE(RecordFromObject(json::object()).deleting);
  EXPECT_TRUE(
      RecordFromObject({{"metadata", {{"deletionTimestamp", "2026-01-01T00:00:00Z"}}}}).deleting);
}

TEST(PolicyRecordTest, NonsenseHasAProblemAndNoPolicy) {
  for (const json& object : {json(), json::array({1}), json("text"), json::object()}) {
    const ports::PolicyRecord record = RecordFromObject(object);
    EXPECT_EQ(record.policy, std::nullopt);
    EXPECT_NE(record.problem, "");
  }
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

#include <gtest/gtest.h>

#include "adapters/kubernetes/policy/policy_store.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

TEST(PolicyRecordTest, AStatusNobodyCanReadIsMarked) {
  EXPECT_EQ(RecordFromObject(json::object()).status_problem, "");
  EXPECT_NE(RecordFromObject({{"status", json::array({1})}}).status_problem, "");
  const json object = {{"metadata", {{"namespace", "shop"}, {"name", "checkout"}}},
                       {"status", {{"phase", "Levitating"}}}};
  EXPECT_EQ(RecordFromObject(object).status_problem,
            "status.phase: 'Levitating' is unknown; another version of gate or an edit by hand "
            "wrote it: run that version, or clear the status and start over: kubectl patch "
            "rolloutpolicy checkout -n shop --subresource=status --type=merge -p "
            "'{\"status\":null}'");
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

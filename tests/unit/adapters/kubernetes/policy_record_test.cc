#include "adapters/kubernetes/policy_record.h"

#include <gtest/gtest.h>

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

std::optional<core::Approval> ApprovalIn(const std::string& word) {
  return RecordFromObject({{"metadata", {{"annotations", {{kApproveAnnotation, word}}}}}}).approval;
}

TEST(PolicyRecordTest, AnApprovalNamesARevisionAndAStep) {
  const core::Approval approval{"abc/def", 3, ""};
  EXPECT_EQ(ApprovalIn("abc/def/3"), approval);
}

TEST(PolicyRecordTest, ALooseWordIsNoApproval) {
  for (const char* word : {"", "abc", "abc/", "/1", "abc/0", "abc/-1", "abc/1x", "abc/ 1",
                           "abc/99999999999999999999"}) {
    EXPECT_EQ(ApprovalIn(word), std::nullopt) << word;
  }
}

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

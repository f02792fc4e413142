#include "sandbox/api/patch.h"

#include <gtest/gtest.h>

namespace slogate::sandbox {
namespace {

using nlohmann::json;

json Merged(const char* object, const char* patch) {
  const auto merged = StrategicallyMerged(json::parse(object), json::parse(patch));
  return merged ? *merged : json("refused");
}

TEST(StrategicMergeTest, ListsWithoutAKeyAreReplaced) {
  EXPECT_EQ(Merged(R"({"args":["a","b"]})", R"({"args":["c"]})"), json::parse(R"({"args":["c"]})"));
}

TEST(StrategicMergeTest, PortsHaveAKeyByWhatTheyAre) {
  EXPECT_EQ(Merged(R"({"ports":[{"port":80,"name":"a"},{"port":81}]})",
                   R"({"ports":[{"port":80,"name":"b"}]})"),
            json::parse(R"({"ports":[{"port":80,"name":"b"},{"port":81}]})"));
  EXPECT_EQ(Merged(R"({"ports":[{"containerPort":80}]})", R"({"ports":[{"containerPort":81}]})"),
            json::parse(R"({"ports":[{"containerPort":81},{"containerPort":80}]})"));
}

TEST(StrategicMergeTest, DirectivesReplaceRetainAndDelete) {
  EXPECT_EQ(Merged(R"({"s":{"a":1,"b":2}})", R"({"s":{"$patch":"replace","c":3}})"),
            json::parse(R"({"s":{"c":3}})"));
  EXPECT_EQ(Merged(R"({"s":{"a":1,"b":2}})", R"({"s":{"$retainKeys":["b"],"b":4}})"),
            json::parse(R"({"s":{"b":4}})"));
  EXPECT_EQ(Merged(R"({"env":[{"name":"A"},{"name":"B"}]})",
                   R"({"env":[{"name":"A","$patch":"delete"}],"$setElementOrder/env":[]})"),
            json::parse(R"({"env":[{"name":"B"}]})"));
  EXPECT_EQ(Merged("{}", R"({"$deleteFromPrimitiveList/x":["a"]})"), "refused");
}

TEST(PatchTest, OnlyBuiltInKindsTakeAStrategicMerge) {
  ResourceType type;
  EXPECT_EQ(PatchKindOf("application/strategic-merge-patch+json", type), PatchKind::kStrategic);
  type.custom = true;
  EXPECT_EQ(PatchKindOf("application/strategic-merge-patch+json", type).error().code, 415);
  EXPECT_EQ(PatchKindOf("application/merge-patch+json; charset=utf-8", type), PatchKind::kMerge);
}

TEST(PatchTest, WhatCannotBeAppliedIsRefused) {
  for (const char* patch :
       {R"([{"op":"test","path":"/a","value":2}])", R"([{"op":"remove","path":"/none"}])",
        R"([{"op":"replace"}])", R"([{"op":"add","path":"a","value":1}])", R"([7])"}) {
    const auto patched = Patched({{"a", 1}}, PatchKind::kJson, patch);
    ASSERT_FALSE(patched) << patch;
    EXPECT_EQ(patched.error().code, 422) << patch;
  }
  EXPECT_EQ(Patched({{"a", 1}}, PatchKind::kJson, "{").error().code, 400);
}

}  // namespace
}  // namespace slogate::sandbox

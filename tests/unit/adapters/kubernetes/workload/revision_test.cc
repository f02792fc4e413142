#include "adapters/kubernetes/workload/revision.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

json Template() {
  return json::parse(R"({
    "metadata": {"creationTimestamp": null,
                 "labels": {"app": "shop", "team": "shop"},
                 "annotations": {"note": "kept"}},
    "spec": {
      "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"podAffinityTerm": {"labelSelector": {"matchLabels": {"app": "shop"}}}}]}},
      "containers": [{"name": "web", "image": "shop:1"}]}})");
}

TEST(RevisionTest, IsTenHexadecimalDigits) {
  const std::string revision = RevisionOf(Template());
  EXPECT_EQ(revision.size(), 10u);
  EXPECT_EQ(revision.find_first_not_of("0123456789abcdef"), std::string::npos) << revision;
}

TEST(RevisionTest, WhatSaysNothingOfTheReleaseIsNoDifference) {
  const std::string revision = RevisionOf(Template());
  json same = Template();
  same["metadata"].erase("creationTimestamp");
  same["metadata"]["labels"]["pod-template-hash"] = "abc";
  same["metadata"]["labels"]["slogate.dev/own"] = "1";
  same["metadata"]["annotations"]["slogate.dev/own"] = "1";
  same["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"] = "2026-01-01T00:00:00Z";
  EXPECT_EQ(RevisionOf(same), revision);
  json bare = Template();
  bare["metadata"].erase("annotations");
  json restarted = bare;
  restarted["metadata"]["annotations"] = {{"kubectl.kubernetes.io/restartedAt", "now"}};
  EXPECT_EQ(RevisionOf(restarted), RevisionOf(bare));
}

TEST(RevisionTest, WhatATeamChangesIsADifference) {
  const std::vector<std::pair<const char*, json>> changes = {
      {"/spec/containers/0/image", "shop:2"},
      {"/metadata/labels/team", "other"},
      {"/metadata/labels/app", "store"},
      {"/metadata/annotations/note", "changed"}};
  for (const auto& [path, value] : changes) {
    json changed = Template();
    changed[json::json_pointer(path)] = value;
    EXPECT_NE(RevisionOf(changed), RevisionOf(Template())) << path;
  }
}

TEST(RevisionTest, TwoDeploymentsOfOneApplicationReleaseTheSame) {
  json other = Template();
  other["metadata"]["labels"]["app"] = "shop-canary";
  other["spec"]["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0]
       ["podAffinityTerm"]["labelSelector"]["matchLabels"]["app"] = "shop-canary";
  EXPECT_EQ(RevisionAcross(other, {{"app", "shop-canary"}}),
            RevisionAcross(Template(), {{"app", "shop"}}));
  other["spec"]["containers"][0]["image"] = "shop:2";
  EXPECT_NE(RevisionAcross(other, {{"app", "shop-canary"}}),
            RevisionAcross(Template(), {{"app", "shop"}}));
}

TEST(RevisionTest, NonsenseIsHarmless) {
  for (const char* const text :
       {"null", "7", R"({"metadata": [], "spec": "x"})", R"({"metadata": {"labels": "l"}})"}) {
    EXPECT_NO_THROW(RevisionOf(json::parse(text))) << text;
    EXPECT_NO_THROW(RevisionAcross(json::parse(text), {{"app", 5}})) << text;
  }
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

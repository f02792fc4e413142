#include "adapters/kubernetes/workload/pod_selectors.h"

#include <gtest/gtest.h>

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

TEST(PodSelectorsTest, ASelectorWithoutPairsSelectsNothing) {
  EXPECT_TRUE(SelectsLabels({{"app", "shop"}}, {{"app", "shop"}, {"tier", "front"}}));
  EXPECT_FALSE(SelectsLabels({{"app", "shop"}}, {{"app", "store"}}));
  EXPECT_FALSE(SelectsLabels(json::object(), {{"app", "shop"}}));
  EXPECT_FALSE(SelectsLabels(json(), {{"app", "shop"}}));
  EXPECT_FALSE(SelectsLabels({{"app", "shop"}}, json()));
}

TEST(PodSelectorsTest, TheTextSaysWhatTheSelectorSays) {
  json deployment;
  deployment["spec"]["selector"] = json::parse(R"({
    "matchLabels": {"app": "shop", "tier": "front"},
    "matchExpressions": [{"key": "a", "operator": "In", "values": ["x", "y"]},
                         {"key": "b", "operator": "NotIn", "values": ["z"]},
                         {"key": "c", "operator": "Exists"},
                         {"key": "d", "operator": "DoesNotExist"}]})");
  EXPECT_EQ(SelectorText(deployment), "app=shop,tier=front,a in (x,y),b notin (z),c,!d");
  deployment["spec"]["selector"]["matchExpressions"][0]["operator"] = "Near";
  EXPECT_EQ(SelectorText(deployment), "");
  EXPECT_EQ(SelectorText(json()), "");
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

#include <gtest/gtest.h>

#include "adapters/kubernetes/policy/policy_store.h"

namespace slogate::adapters::kubernetes {
namespace {

using Keys = std::vector<ports::Key>;

core::Policy Naming(const std::string& deployment, const std::string& route) {
  core::Policy policy;
  policy.workload.deployment = deployment;
  policy.workload.canary_deployment = deployment + "-canary";
  policy.routes.emplace_back().name = route;
  return policy;
}

const ports::Key kFirst{"shop", "first"};
const ports::Key kSecond{"shop", "second"};

TEST(PolicyIndexTest, FindsEveryPolicyThatNamesAnObject) {
  PolicyIndex index;
  index.Set(kFirst, Naming("web", "a"));
  index.Set(kSecond, Naming("web", "b"));
  EXPECT_EQ(index.Naming("Deployment", "shop", "web"), (Keys{kFirst, kSecond}));
  EXPECT_EQ(index.Naming("Deployment", "shop", "web-canary"), (Keys{kFirst, kSecond}));
  EXPECT_EQ(index.Naming("HTTPRoute", "shop", "b"), Keys{kSecond});
  EXPECT_EQ(index.Naming("HTTPRoute", "shop", "web"), Keys{});
  EXPECT_EQ(index.Naming("Deployment", "other", "web"), Keys{});
}

TEST(PolicyIndexTest, RoutesOfOtherKindsAreOtherObjects) {
  PolicyIndex index;
  core::Policy policy = Naming("web", "a");
  policy.routes.front().kind = "Ingress";
  policy.routes.front().canary_ingress = "a-canary";
  index.Set(kFirst, policy);
  EXPECT_TRUE(index.Names("Ingress"));
  EXPECT_FALSE(index.Names("HTTPRoute"));
  EXPECT_EQ(index.Naming("Ingress", "shop", "a"), Keys{kFirst});
  EXPECT_EQ(index.Naming("Ingress", "shop", "a-canary"), Keys{kFirst});
  EXPECT_EQ(index.Naming("HTTPRoute", "shop", "a"), Keys{});
  index.Erase(kFirst);
  EXPECT_FALSE(index.Names("Ingress"));
}

TEST(PolicyIndexTest, FollowsWhatAPolicyNamesNow) {
  PolicyIndex index;
  index.Set(kFirst, Naming("web", "a"));
  index.Set(kFirst, Naming("api", "a"));
  EXPECT_EQ(index.Naming("Deployment", "shop", "web"), Keys{});
  EXPECT_EQ(index.Naming("Deployment", "shop", "api"), Keys{kFirst});
  index.SetUnsound(kFirst);
  EXPECT_EQ(index.Naming("Deployment", "shop", "api"), Keys{});
  EXPECT_EQ(index.All(), Keys{kFirst});
  index.Erase(kFirst);
  EXPECT_EQ(index.All(), Keys{});
}

TEST(PolicyIndexTest, ForgetsWhatAListNoLongerHolds) {
  PolicyIndex index;
  index.Set(kFirst, Naming("web", "a"));
  index.Set(kSecond, Naming("web", "b"));
  EXPECT_EQ(index.KeepOnly({kSecond}), Keys{kFirst});
  EXPECT_EQ(index.All(), Keys{kSecond});
  EXPECT_EQ(index.Naming("Deployment", "shop", "web"), Keys{kSecond});
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

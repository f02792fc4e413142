#include "adapters/kubernetes/policy_index.h"

#include <gtest/gtest.h>

namespace slogate::adapters::kubernetes {
namespace {

using Kind = PolicyIndex::Kind;
using Keys = std::vector<ports::Key>;

core::Policy Naming(const std::string& deployment, const std::string& route) {
  core::Policy policy;
  policy.workload.deployment = deployment;
  policy.workload.baseline_deployment = deployment + "-baseline";
  policy.routes.emplace_back().name = route;
  return policy;
}

const ports::Key kFirst{"shop", "first"};
const ports::Key kSecond{"shop", "second"};

TEST(PolicyIndexTest, FindsEveryPolicyThatNamesAnObject) {
  PolicyIndex index;
  index.Set(kFirst, Naming("web", "a"));
  index.Set(kSecond, Naming("web", "b"));
  EXPECT_EQ(index.Naming(Kind::kDeployment, "shop", "web"), (Keys{kFirst, kSecond}));
  EXPECT_EQ(index.Naming(Kind::kDeployment, "shop", "web-baseline"), (Keys{kFirst, kSecond}));
  EXPECT_EQ(index.Naming(Kind::kRoute, "shop", "b"), Keys{kSecond});
  EXPECT_EQ(index.Naming(Kind::kRoute, "shop", "web"), Keys{});
  EXPECT_EQ(index.Naming(Kind::kDeployment, "other", "web"), Keys{});
}

TEST(PolicyIndexTest, FollowsWhatAPolicyNamesNow) {
  PolicyIndex index;
  index.Set(kFirst, Naming("web", "a"));
  index.Set(kFirst, Naming("api", "a"));
  EXPECT_EQ(index.Naming(Kind::kDeployment, "shop", "web"), Keys{});
  EXPECT_EQ(index.Naming(Kind::kDeployment, "shop", "api"), Keys{kFirst});
  index.SetUnsound(kFirst);
  EXPECT_EQ(index.Naming(Kind::kDeployment, "shop", "api"), Keys{});
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
  EXPECT_EQ(index.Naming(Kind::kDeployment, "shop", "web"), Keys{kSecond});
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

#include "adapters/kubernetes/policy/policy_index.h"

#include <gtest/gtest.h>

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

TEST(PolicyIndexTest, APolicyCanWaitFromWhenItIsSaidUntilItIsGone) {
  PolicyIndex index;
  EXPECT_FALSE(index.CanWait(kFirst));
  index.SetCanWait(kFirst, true);
  index.Set(kFirst, Naming("web", "a"));
  EXPECT_TRUE(index.CanWait(kFirst));
  EXPECT_FALSE(index.CanWait(kSecond));
  index.SetCanWait(kFirst, false);
  EXPECT_FALSE(index.CanWait(kFirst));
  index.SetCanWait(kFirst, true);
  index.Erase(kFirst);
  EXPECT_FALSE(index.CanWait(kFirst));
  index.SetCanWait(kSecond, true);
  index.Set(kSecond, Naming("web", "a"));
  index.KeepOnly({});
  EXPECT_FALSE(index.CanWait(kSecond));
}

TEST(PolicyIndexTest, FollowsWhatAPolicyNamesNow) {
  PolicyIndex index;
  index.Set(kFirst, Naming("web", "a"));
  index.Set(kFirst, Naming("api", "a"));
  EXPECT_EQ(index.Naming("Deployment", "shop", "web"), Keys{});
  EXPECT_EQ(index.Naming("Deployment", "shop", "api"), Keys{kFirst});
  index.SetUnsound(kFirst);
  EXPECT_EQ(index.Naming("Deployment", "shop", "api"), Keys{kFirst});
  index.SetUnsound(kSecond);
  EXPECT_EQ(index.All(), (Keys{kFirst, kSecond}));
  index.Erase(kSecond);
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

TEST(PolicyIndexTest, ServicesOfAPolicyAreNamed) {
  PolicyIndex index;
  core::Policy policy = Naming("web", "a");
  policy.routes.front().canary_service = "web-canary";
  policy.routes.front().baseline_service = "web";
  core::Route& subsets = policy.routes.emplace_back();
  subsets.kind = "VirtualService";
  subsets.name = "mesh";
  subsets.host = "web.shop.svc.cluster.local";
  policy.routes.emplace_back().kind = "Service";
  policy.routes.back().name = "plain";
  index.Set(kFirst, policy);
  for (const char* const service : {"web", "web-canary", "plain"}) {
    EXPECT_EQ(index.Naming("Service", "shop", service), Keys{kFirst}) << service;
  }
}

core::Policy Moving(const std::string& deployment, const std::string& service,
                    std::vector<std::string> rules = {}) {
  core::Policy policy = Naming(deployment, "a");
  core::Route& route = policy.routes.front();
  route.baseline_service = service;
  route.canary_service = service + "-canary";
  route.rule_names = std::move(rules);
  return policy;
}

TEST(PolicyIndexTest, ADeploymentAndAStatefulSetOfOneNameAreTwoWorkloads) {
  PolicyIndex index;
  core::Policy sets = Moving("web", "other");
  sets.workload.kind = "StatefulSet";
  index.Set(kFirst, Moving("web", "web"));
  index.Set(kSecond, sets);
  EXPECT_TRUE(index.Rivals(kFirst).empty());
  sets = Moving("web", "web");
  sets.workload.kind = "StatefulSet";
  index.Set(kSecond, sets);
  EXPECT_EQ(index.Rivals(kFirst), std::set{kSecond}) << "one pair of weights";
}

TEST(PolicyIndexTest, AMistakeInAnEditLetsNobodyElseMoveItsObjects) {
  PolicyIndex index;
  index.Set(kFirst, Moving("web", "web"), "", "2026-05-01T10:00:00Z");
  index.Set(kSecond, Moving("web", "other"), "", "2026-05-01T10:00:01Z");
  index.SetUnsound(kFirst);
  EXPECT_NE(index.OlderRival(kSecond), "");
  index.Erase(kFirst);
  EXPECT_EQ(index.OlderRival(kSecond), "");
}

TEST(PolicyIndexTest, TheOlderOfTwoThatMoveTheSameGoesFirst) {
  PolicyIndex index;
  index.Set(kFirst, Moving("web", "web"), "", "2026-05-01T10:00:01Z");
  index.Set(kSecond, Moving("web", "other"), "", "2026-05-01T10:00:00Z");
  EXPECT_EQ(index.Rivals(kFirst), std::set{kSecond});
  EXPECT_EQ(index.OlderRival(kSecond), "");
  EXPECT_EQ(index.OlderRival(kFirst),
            "RolloutPolicy second, created at 2026-05-01T10:00:00Z and so older, moves Deployment "
            "web as well; this policy does nothing until that one is deleted or names another");
  index.Set(kFirst, Moving("web", "web"), "", "2026-05-01T10:00:00Z");
  EXPECT_EQ(index.OlderRival(kFirst), "");
  EXPECT_NE(index.OlderRival(kSecond), "");
  index.Erase(kFirst);
  EXPECT_EQ(index.OlderRival(kSecond), "");
}

TEST(PolicyIndexTest, ARouteIsSharedByItsPairs) {
  PolicyIndex index;
  index.Set(kFirst, Moving("web", "web"), "", "1");
  index.Set(kSecond, Moving("api", "api"), "", "2");
  EXPECT_EQ(index.OlderRival(kSecond), "");
  index.Set(kSecond, Moving("api", "web"), "", "2");
  EXPECT_NE(index.OlderRival(kSecond).find("moves HTTPRoute a as well"), std::string::npos);
  index.Set(kFirst, Moving("web", "web", {"main"}), "", "1");
  EXPECT_NE(index.OlderRival(kSecond), "");
  index.Set(kSecond, Moving("api", "web", {"beta"}), "", "2");
  EXPECT_EQ(index.OlderRival(kSecond), "");
}

TEST(PolicyIndexTest, ACanaryIngressHasOnePolicy) {
  const auto ingress = [](const std::string& deployment, const std::string& canary) {
    core::Policy policy = Moving(deployment, deployment);
    policy.routes.front().kind = "Ingress";
    policy.routes.front().canary_ingress = canary;
    return policy;
  };
  PolicyIndex index;
  index.Set(kFirst, ingress("web", "a-canary"), "", "1");
  index.Set(kSecond, ingress("api", "a-canary"), "", "2");
  EXPECT_NE(index.OlderRival(kSecond), "");
  index.Set(kSecond, ingress("api", "b-canary"), "", "2");
  EXPECT_EQ(index.OlderRival(kSecond), "");
}

TEST(PolicyIndexTest, ADryRunMovesNothing) {
  PolicyIndex index;
  core::Policy dry = Moving("web", "web");
  dry.dry_run = true;
  index.Set(kFirst, dry, "", "1");
  index.Set(kSecond, Moving("web", "web"), "", "2");
  EXPECT_EQ(index.OlderRival(kSecond), "");
  EXPECT_EQ(index.Naming("Deployment", "shop", "web"), (Keys{kFirst, kSecond}));
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

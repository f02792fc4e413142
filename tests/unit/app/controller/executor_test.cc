#include "app/controller/executor.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "support/fakes.h"

namespace slogate::app {
namespace {

using Kind = core::Action::Kind;

class ExecutorTest : public ::testing::Test {
 protected:
  ExecutorTest() {
    core::Policy policy;
    policy.workload.deployment = "app";
    policy.workload.canary_deployment = "app-canary";
    for (const char* const name : {"one", "two"}) {
      core::Route route;
      route.name = name;
      policy.routes.push_back(route);
      demo::MemoryRoute halves;
      halves.rules = {{50, 50}};
      router_.Put("shop", name, halves);
    }
    record_.key = {"shop", "checkout"};
    record_.policy = policy;
    workloads_.Deploy("shop", "app", "v1", 2);
    workloads_.Deploy("shop", "app-canary", "v2", 2);
  }

  std::vector<core::RouteView> Routes() {
    std::vector<core::RouteView> views;
    for (const core::Route& route : record_.policy->routes) {
      views.push_back(*router_.Observe("shop", route, {}));
    }
    return views;
  }
  int Weight(const char* name) { return router_.Find("shop", name)->rules.front().first; }

  ports::PolicyRecord record_;
  demo::MemoryWorkloadStore workloads_;
  demo::MemoryRouter router_;
  std::ostringstream lines_;
  Log log_{LogLevel::kInfo, LogFormat::kText, lines_};
  bool may_act_ = true;
  ControllerMetrics metrics_{[] { return Load{}; }};
  Executor executor_{workloads_, router_, log_, ExceptionGuard(log_, metrics_),
                     [this] { return may_act_; }};
};

TEST_F(ExecutorTest, LowersTheWeightAlthoughTheActionBeforeItFails) {
  workloads_.FailWith(ports::Error{ports::ErrorCode::kUnauthorized, "Deployments: 403"});
  const auto failure =
      executor_.CarryOut(record_, {{Kind::kAdopt, 0, ""}, {Kind::kSetWeights, 0, ""}}, Routes());
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "Deployments: 403");
  EXPECT_EQ(Weight("one"), 0);
  EXPECT_EQ(Weight("two"), 0);
}

TEST_F(ExecutorTest, LowersTheOtherRouteAlthoughOneFails) {
  const std::vector<core::RouteView> routes = Routes();
  router_.Remove("shop", "one");
  const auto failure = executor_.CarryOut(record_, {{Kind::kSetWeights, 0, ""}}, routes);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code, ports::ErrorCode::kNotFound);
  EXPECT_EQ(Weight("two"), 0);
}

TEST_F(ExecutorTest, RaisesNothingAfterAFailure) {
  workloads_.FailWith(ports::Error{ports::ErrorCode::kUnavailable, "away"});
  EXPECT_TRUE(executor_.CarryOut(
      record_, {{Kind::kEnsureServices, 0, ""}, {Kind::kSetWeights, 75, ""}}, Routes()));
  EXPECT_EQ(Weight("one"), 50);
}

TEST_F(ExecutorTest, LowersOnlyTheRoutesThatAreHigher) {
  router_.Edit("shop", "one", [](auto& route) { route.rules = {{20, 80}}; });
  EXPECT_FALSE(executor_.CarryOut(
      record_, {{.kind = Kind::kSetWeights, .value = 30, .only_lowers = true}}, Routes()));
  EXPECT_EQ(Weight("one"), 20);
  EXPECT_EQ(Weight("two"), 30);
}

TEST_F(ExecutorTest, RaisesNothingThatWasLoweredSinceItWasSeen) {
  const std::vector<core::RouteView> routes = Routes();
  router_.Edit("shop", "one", [](auto& route) { route.rules = {{0, 100}}; });
  // Seen higher, seen lower, and seen as it is to be with a weight to be set again.
  for (const int percent : {20, 75, 50}) {
    std::vector<core::RouteView> seen = {routes[0], Routes()[1]};
    seen[0].follows = percent == 50;
    const auto failure = executor_.CarryOut(record_, {{Kind::kSetWeights, percent, ""}}, seen);
    ASSERT_TRUE(failure) << percent;
    EXPECT_EQ(failure->code, ports::ErrorCode::kConflict) << percent;
    EXPECT_EQ(Weight("one"), 0) << percent;
    EXPECT_EQ(Weight("two"), percent) << "the other moves";
  }
}

TEST_F(ExecutorTest, LowersWhatHasMovedOn) {
  const std::vector<core::RouteView> routes = Routes();
  for (const char* const name : {"one", "two"}) {
    router_.Edit("shop", name, [](auto& route) { route.rules = {{80, 20}}; });
  }
  EXPECT_FALSE(executor_.CarryOut(record_, {{Kind::kSetWeights, 20, ""}}, routes));
  EXPECT_EQ(Weight("one"), 20);
}

TEST_F(ExecutorTest, ScalesNothingDownWhileTrafficCouldNotLeave) {
  router_.FailWritesWith(ports::Error{ports::ErrorCode::kTimeout, "slow"});
  const std::vector<core::RouteView> routes = Routes();
  EXPECT_TRUE(executor_.CarryOut(record_, {{Kind::kSetWeights, 0, ""}, {Kind::kScaleCanary, 0, ""}},
                                 routes));
  EXPECT_EQ(workloads_.Find("shop", "app-canary")->replicas, 2);
}

TEST_F(ExecutorTest, AConflictIsReportedOnlyWhenNothingElseFailed) {
  router_.FailWritesWith(ports::Error{ports::ErrorCode::kConflict, "late"});
  const auto failure = executor_.CarryOut(record_, {{Kind::kSetWeights, 0, ""}}, Routes());
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code, ports::ErrorCode::kConflict);
}

TEST_F(ExecutorTest, GivesBackWhatLeftThePolicyAlone) {
  const std::vector<core::RouteView> routes = Routes();
  record_.state.moved = {record_.policy->routes[0], record_.policy->routes[1]};
  for (core::Route& route : record_.state.moved) route.settle_time = core::Route{}.settle_time;
  record_.policy->routes.erase(record_.policy->routes.begin());
  EXPECT_FALSE(executor_.CarryOut(record_, {{Kind::kGiveBack, 0, ""}}, {routes[1]}, {routes[0]}));
  EXPECT_EQ(Weight("one"), 0);
  EXPECT_EQ(Weight("two"), 50);
}

TEST_F(ExecutorTest, LeavesTheDeploymentThatThePolicyNoLongerNames) {
  workloads_.Edit("shop", "app", [](auto& deployment) { deployment.labelled = true; });
  record_.state.adopted.deployment = "app";
  record_.policy->workload.deployment = "new";
  EXPECT_FALSE(executor_.CarryOut(record_, {{.kind = Kind::kLeave, .former = true}}, {}));
  EXPECT_FALSE(workloads_.Find("shop", "app")->labelled);
}

TEST_F(ExecutorTest, WritesNothingWithoutTheLease) {
  may_act_ = false;
  EXPECT_TRUE(
      executor_.CarryOut(record_, {{Kind::kAdopt, 0, ""}, {Kind::kSetWeights, 0, ""}}, Routes()));
  EXPECT_EQ(Weight("one"), 50);
  EXPECT_EQ(workloads_.changes(), 0);
}

TEST_F(ExecutorTest, SkipsARouteThatIsAlreadyThere) {
  EXPECT_FALSE(executor_.CarryOut(record_, {{Kind::kSetWeights, 50, ""}}, Routes()));
  EXPECT_TRUE(lines_.str().empty()) << lines_.str();
}

}  // namespace
}  // namespace slogate::app

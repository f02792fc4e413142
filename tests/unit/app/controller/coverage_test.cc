#include <gtest/gtest.h>

#include <string>

#include "app/controller/reconciler.h"
#include "support/controller_bed.h"

namespace slogate::app {
namespace {

using core::Phase;
using std::chrono::minutes;
using std::chrono::seconds;

core::Surroundings Missing() {
  core::Surroundings seen;
  seen.production_pods = {{"app", "shop"}};
  seen.canary_pods = {{"app", "shop-canary"}};
  core::CoveringObject policy{core::CoverKind::kNetworkPolicy, "shop"};
  policy.places = {{"spec.podSelector", {{"app", core::LabelRequirement::Op::kIn, {"shop"}}}}};
  seen.objects = {policy};
  return seen;
}

core::Surroundings Blocking() {
  core::Surroundings seen = Missing();
  seen.objects = {{core::CoverKind::kService, "all"}};
  seen.objects.front().places = {{"spec.selector", {}}};
  return seen;
}

class CoverageTest : public tests::ControllerBed {
 protected:
  CoverageTest() {
    core::Policy policy = tests::SamplePolicy();
    policy.steps = {{.weight_percent = 50, .min_duration = minutes(2)}};
    Put(policy);
  }

  const core::RolloutState& Look(core::Duration later = seconds(1)) {
    clock_.Advance(later);
    reconciler_.Reconcile(kKey);
    return state_ = policies_.Get(kKey)->state;
  }

  std::size_t Warnings() const {
    std::size_t count = 0;
    for (const auto& event : events_.events()) {
      if (event.entry.reason != core::Reason::kCanaryNotCovered) continue;
      EXPECT_TRUE(IsWarning(event.entry));
      ++count;
    }
    return count;
  }

  core::RolloutState state_;
  demo::MemoryCoverageSurvey survey_;
  Reconciler reconciler_ = MakeReconciler(
      {policies_, workloads_, router_, source_, budgets_, secrets_, events_, clock_, &survey_});
};

TEST_F(CoverageTest, ANetworkPolicyThatMissesTheCanaryIsSaidOnceAndBlocksNothing) {
  survey_.Put(kKey, Missing());
  for (int look = 0; look < 10; ++look) Look();
  EXPECT_EQ(state_.phase, Phase::kReady);
  ASSERT_TRUE(state_.coverage);
  EXPECT_EQ(state_.coverage->covered, false);
  EXPECT_EQ(Warnings(), 1U);
  for (const core::HistoryEntry& entry : state_.history) {
    EXPECT_NE(entry.reason, core::Reason::kCanaryNotCovered);
  }
  workloads_.Deploy("shop", "app", "v2");
  for (int look = 0; look < 5; ++look) Look();
  EXPECT_EQ(state_.phase, Phase::kProgressing) << lines_.str();
  EXPECT_EQ(Warnings(), 1U);
}

TEST_F(CoverageTest, ALookAtRestSeldomAsks) {
  while (Look().phase != Phase::kReady) {
  }
  Look();
  const int before = survey_.reads();
  for (int look = 0; look < 120; ++look) Look(seconds(30));
  EXPECT_LE(survey_.reads() - before, 6) << "in an hour of a look every half minute";
  const int rested = survey_.reads();
  workloads_.Deploy("shop", "app", "v2");
  Look();
  EXPECT_EQ(survey_.reads(), rested + 1) << "a revision is new";
}

TEST_F(CoverageTest, AServiceThatSelectsBothBlocksUntilItIsFixed) {
  survey_.Put(kKey, Blocking());
  workloads_.Deploy("shop", "app", "v1");
  for (int look = 0; look < 5; ++look) Look();
  EXPECT_EQ(state_.phase, Phase::kPending);
  EXPECT_EQ(state_.reason, core::Reason::kWorkloadUnavailable);
  EXPECT_EQ(state_.message.find("Service all selects the canary's pods"), 0U) << state_.message;
  survey_.Put(kKey, {});
  Look(minutes(1));
  for (int look = 0; look < 3; ++look) Look();
  EXPECT_EQ(state_.phase, Phase::kReady) << state_.message;
  EXPECT_EQ(state_.coverage->covered, true);
}

TEST_F(CoverageTest, WhatCannotBeReadChangesNothing) {
  survey_.FailWith(ports::Error{ports::ErrorCode::kUnavailable, "down"});
  for (int look = 0; look < 5; ++look) Look();
  EXPECT_EQ(state_.phase, Phase::kReady) << state_.message;
  EXPECT_FALSE(state_.coverage);
  survey_.FailWith(std::nullopt);
  survey_.ThrowWith("odd");
  Look(minutes(11));
  EXPECT_EQ(state_.phase, Phase::kReady) << state_.message;
}

}  // namespace
}  // namespace slogate::app

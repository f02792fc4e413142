// Which error budgets a policy has without a word about them, and what rules are made of them.
#include "spec/policy/policy_budgets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "spec/policy/policy_yaml.h"
#include "spec/slo/slo_file.h"
#include "unit/spec/policy/sample_policy.h"

namespace slogate::spec {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

core::Policy Read(const json& object) {
  auto policy = PolicyFromJson(object);
  EXPECT_TRUE(policy) << (policy ? "" : policy.error().message);
  return policy.value_or(core::Policy{});
}

// Tells the tracks apart by what changes with every revision.
json ByRevision(const json& tracks = json::object()) {
  json object = SamplePolicy();
  object["spec"]["tracks"] = {{"revisionLabel", "pod_template_hash"}};
  object["spec"]["tracks"].merge_patch(tracks);
  return object;
}

json With(const json& indicator) {
  json object = ByRevision();
  object["spec"]["objectives"][0]["indicator"] = indicator;
  return object;
}

json Counters(const std::string& matchers) {
  return {{"counters",
           {{"total", "requests_total" + matchers}, {"bad", "requests_total{code=~\"5..\"}"}}}};
}

TEST(PolicyBudgetsTest, APolicyHasBudgetsUnlessItSaysOtherwise) {
  EXPECT_EQ(Read(SamplePolicy()).budget, core::RolloutBudget{});
  json object = SamplePolicy();
  object["spec"]["budget"] = {{"enabled", false}};
  EXPECT_EQ(Read(object).budget, std::nullopt);
  object["spec"]["budget"] = {{"enabled", false}, {"onBurning", "Hold"}};
  EXPECT_EQ(Read(object).budget, std::nullopt) << "what else is given waits for its switch";
  object["spec"]["budget"] = {{"enabled", true}, {"onBurning", "Hold"}};
  EXPECT_EQ(Read(object).budget.value().on_burning, core::BudgetEffect::kHold);
}

TEST(PolicyBudgetsTest, EventsOfOtherServicesAreNoBudgetUnlessThePolicySaysSo) {
  EXPECT_EQ(Read(ByRevision()).budget, std::nullopt);
  EXPECT_EQ(Read(ByRevision({{"common", "job=\"shop\""}})).budget, core::RolloutBudget{});
  json object = ByRevision();
  object["spec"]["budget"] = json::object();
  EXPECT_EQ(Read(object).budget, core::RolloutBudget{});
}

// The others keep theirs, also where that one would count other services' events.
TEST(PolicyBudgetsTest, AnObjectiveMayHaveNone) {
  json object = With(Counters("{job=\"shop\"}"));
  json& objectives = object["spec"]["objectives"];
  objectives.push_back(objectives[0]);
  objectives[1].merge_patch({{"name", "shared"}, {"indicator", Counters("")}});
  EXPECT_EQ(Read(object).budget, std::nullopt);
  objectives[1]["budget"] = {{"enabled", false}};
  const core::Policy policy = Read(object);
  EXPECT_EQ(policy.budget, core::RolloutBudget{});
  EXPECT_TRUE(policy.objectives[0].has_budget);
  EXPECT_FALSE(policy.objectives[1].has_budget);
  const auto slos = SlosOf(policy, "web", "");
  ASSERT_THAT(slos, SizeIs(1));
  EXPECT_THAT(slos[0].objectives, SizeIs(1)) << "rules";
  objectives[1]["budget"] = {{"onBurning", "Hold"}};
  EXPECT_FALSE(PolicyFromJson(object)) << "what budgets do is the policy's";
}

TEST(PolicyBudgetsTest, AMatcherOfTheServiceIsEnoughInEveryKindOfIndicator) {
  EXPECT_TRUE(Read(With(Counters("{job=\"shop\"}"))).budget);
  for (const char* matchers : {"", "{code=~\"2..|5..\"}", "{status_class=\"5xx\"}"}) {
    EXPECT_FALSE(Read(With(Counters(matchers))).budget) << matchers;
  }
  const auto histogram = [](const char* metric) {
    return json{{"histogram", {{"metric", metric}, {"threshold", 0.3}}}};
  };
  EXPECT_TRUE(Read(With(histogram("seconds{job=\"shop\"}"))).budget);
  EXPECT_FALSE(Read(With(histogram("seconds"))).budget);
  const auto promql = [](const std::string& selector) {
    const std::string query = "sum(increase(" + selector + "[{{.window}}]))";
    return json{{"promql", {{"total", query}, {"bad", query}, {"enoughToPromote", true}}}};
  };
  EXPECT_TRUE(Read(With(promql("a_total{job=\"shop\",{{.track}}}"))).budget);
  EXPECT_FALSE(Read(With(promql("a_total{ {{.track}} }"))).budget);
  const auto score = [](const std::string& matchers) {
    return json{{"score", {{"total", "graded_total" + matchers}, {"sum", "score_sum" + matchers}}}};
  };
  EXPECT_TRUE(Read(With(score("{job=\"shop\"}"))).budget);
  EXPECT_FALSE(Read(With(score(""))).budget);
}

constexpr const char* kUnselected = R"(apiVersion: slogate.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: shop}
spec:
  workload: {ref: {name: shop}}
  routes: [httpRoute: {name: shop, canaryService: shop-canary, baselineService: shop}]
  prometheus: {address: "http://prometheus:9090"}
  tracks: {revisionLabel: pod_template_hash}
  objectives:
    - name: availability
      dimension: availability
      target: 99.5
      indicator: {counters: {total: a_total, bad: 'a_total{code=~"5.."}'}}
)";

TEST(PolicyBudgetsTest, WhatIsLeftOutIsSaidWithItsPlaceAndFix) {
  const ParsedPolicy parsed = ParsePolicyYaml(kUnselected, "policy.yaml");
  ASSERT_TRUE(parsed.policy);
  ASSERT_THAT(parsed.remarks, SizeIs(1));
  EXPECT_THAT(ToString(parsed.remarks[0]),
              HasSubstr("policy.yaml:13:7: spec.objectives[0].indicator: has no error budget"));
  EXPECT_THAT(parsed.remarks[0].fix, HasSubstr("tracks.common"));
  for (const char* said : {"  budget: {enabled: false}\n", "  budget: {}\n"}) {
    EXPECT_THAT(ParsePolicyYaml(kUnselected + std::string(said), "policy.yaml").remarks, IsEmpty())
        << said;
  }
}

TEST(PolicyBudgetsTest, RulesCountBothTracks) {
  json object = SamplePolicy();
  object["spec"]["objectives"][0]["cohorts"] = {{"by", "region"}};
  const auto slos = SlosOf(Read(object), "web", "shops");
  ASSERT_THAT(slos, SizeIs(1));
  EXPECT_EQ(slos[0].name, "web");
  EXPECT_EQ(slos[0].ns, "shops");
  EXPECT_EQ(slos[0].service, "shop");
  EXPECT_EQ(slos[0].window, core::BudgetWindow(std::chrono::hours(24 * 30)));
  ASSERT_THAT(slos[0].objectives, SizeIs(1));
  const core::SloObjective& objective = slos[0].objectives[0];
  EXPECT_EQ(objective.target, 0.995);
  EXPECT_EQ(objective.cohorts->by, "region");
  const auto& counters =
      std::get<core::CounterIndicator>(std::get<core::Indicator>(objective.indicator));
  const core::LabelMatcher both{"service", core::LabelMatcher::Op::kMatch, "shop-canary|shop"};
  EXPECT_EQ(counters.total.matchers, std::vector{both});
  EXPECT_EQ(counters.part.matchers.back(), both);
  EXPECT_TRUE(SloFromJson(SloToJson(slos[0]))) << "what is made of a policy is sound";
}

TEST(PolicyBudgetsTest, RulesFillFreePromqlIn) {
  json object = SamplePolicy();
  const std::string query = "sum(increase(a_total{ {{.track}} }[{{.window}}]))";
  object["spec"]["objectives"][0]["indicator"] = {
      {"promql", {{"total", query}, {"bad", query}, {"enoughToPromote", true}}}};
  const auto slos = SlosOf(Read(object), "web", "");
  const auto& promql = std::get<core::PromqlIndicator>(
      std::get<core::Indicator>(slos.at(0).objectives.at(0).indicator));
  EXPECT_EQ(promql.total, "sum(increase(a_total{ service=~\"shop-canary|shop\" }[{{.window}}]))");
  EXPECT_EQ(promql.part, promql.total);
}

TEST(PolicyBudgetsTest, RulesHaveAnSloForEachWindow) {
  json object = SamplePolicy();
  json& objectives = object["spec"]["objectives"];
  for (const json& more : {json{{"name", "week"}, {"window", "7d"}},
                           json{{"name", "month"}, {"calendarWindow", "Month"}},
                           json{{"name", "same"}, {"window", "7d"}}}) {
    objectives.push_back(objectives[0]);
    objectives.back().merge_patch(more);
  }
  const auto slos = SlosOf(Read(object), "web", "");
  std::vector<std::string> names;
  for (const auto& slo : slos) names.push_back(slo.name);
  EXPECT_THAT(names, ::testing::ElementsAre("web", "web-1w", "web-month"));
  EXPECT_THAT(slos[1].objectives, SizeIs(2));
}

TEST(PolicyBudgetsTest, RulesLeaveOutWhatHasNoBudgetOrIsAnSlos) {
  core::Policy policy = Read(ByRevision());
  EXPECT_THAT(SlosOf(policy, "web", ""), IsEmpty());
  policy.budget.emplace();
  EXPECT_THAT(SlosOf(policy, "web", ""), SizeIs(1))
      << "the policy says that the events are its own";
  policy.objectives[0].service = "shop";
  EXPECT_THAT(SlosOf(policy, "web", ""), IsEmpty());
}

}  // namespace
}  // namespace slogate::spec

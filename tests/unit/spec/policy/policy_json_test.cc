#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "spec/policy/policy_yaml.h"
#include "unit/spec/policy/sample_policy.h"

namespace slogate::spec {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(PolicyJsonTest, FillsInDefaults) {
  const auto policy = PolicyFromJson(SamplePolicy());
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->workload.deployment, "shop");
  EXPECT_EQ(policy->workload.promotion, core::Promotion::kManaged);
  EXPECT_EQ(policy->workload.canary_deployment, "shop-canary");
  EXPECT_EQ(policy->workload.hold, core::HoldBy::kAdmission);
  EXPECT_EQ(policy->workload.canary_label, "");
  EXPECT_EQ(policy->workload.on_rollback, core::OnRollback::kHold);
  EXPECT_EQ(policy->workload.on_delete, core::OnDelete::kHold);
  EXPECT_EQ(policy->workload.canary_scale, core::CanaryScale{}) << "it follows the weight";
  ASSERT_EQ(policy->steps.size(), 3U);
  EXPECT_EQ(policy->steps[0].weight_percent, 5);
  EXPECT_EQ(policy->steps[1].weight_percent, 25);
  EXPECT_EQ(policy->steps[2].weight_percent, 50);
  EXPECT_EQ(policy->steps[0].min_duration, minutes(5));
  EXPECT_EQ(policy->steps[0].min_events, 100);
  EXPECT_EQ(policy->steps[0].require, core::Require::kNoHarmSeen);
  EXPECT_EQ(policy->steps[1].require, core::Require::kNoHarmSeen);
  EXPECT_EQ(policy->steps[2].require, core::Require::kProvenNotWorse);
  EXPECT_EQ(policy->objectives[0].target, 0.995);
  EXPECT_EQ(policy->objectives[0].mode, core::Mode::kEnforce);
  EXPECT_EQ(policy->objectives[0].phi, std::nullopt);
  EXPECT_EQ(policy->prometheus.scrape_interval, seconds(15));
  EXPECT_FALSE(policy->paused);
}

TEST(PolicyJsonTest, ReadsWhatIsGiven) {
  json object = SamplePolicy();
  json& spec = object["spec"];
  spec["workload"] = json::parse(R"({"ref": {"kind": "Deployment", "name": "shop"},
    "promotion": "External", "canaryRef": {"name": "next"}, "canaryScale": {"replicas": 3},
    "scaleDownDelay": "1m", "progressDeadline": "5m", "maxCanaryRestarts": 0})");
  spec["routes"][0]["httpRoute"]["ruleNames"] = {"web"};
  spec["routes"][0]["settleTime"] = "1s";
  spec["routes"][0]["onDrift"] = "Pause";
  spec["tracks"] = {{"revisionLabel", "hash"}, {"common", "job=\"shop\""}};
  spec["objectives"][0]["overdispersion"] = 3;
  spec["objectives"][0]["margins"] = {{"tolerance", 1.2}, {"promotionMargin", 2}};
  spec["steps"] = json::parse(R"([{"weight": 10, "require": "Approval"},
    {"weight": 20, "minEvents": 7, "maxDuration": "1h", "onTimeout": "Hold"}])");
  spec["onNoData"] = {{"pauseAfter", "0s"}};
  spec["dryRun"] = true;
  spec["retry"] = "again";
  const auto policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->workload.promotion, core::Promotion::kExternal);
  EXPECT_EQ(policy->workload.deployment, "shop");
  EXPECT_EQ(policy->workload.canary_deployment, "next");
  EXPECT_EQ(policy->workload.canary_scale.replicas, 3);
  EXPECT_EQ(policy->routes[0].rule_names, std::vector<std::string>{"web"});
  EXPECT_EQ(policy->routes[0].on_drift, core::OnDrift::kPause);
  EXPECT_EQ(policy->tracks.revision_label, "hash");
  EXPECT_EQ(policy->tracks.canary.size(), 1U);
  EXPECT_EQ(policy->tracks.canary, policy->tracks.baseline);
  EXPECT_EQ(policy->objectives[0].phi, 3);
  EXPECT_EQ(policy->objectives[0].margins.r1, 2);
  EXPECT_EQ(policy->steps[0].require, core::Require::kApproval);
  EXPECT_EQ(policy->steps[1].require, core::Require::kProvenNotWorse);
  EXPECT_EQ(policy->steps[1].min_events, 7);
  EXPECT_EQ(policy->steps[1].on_timeout, core::OnTimeout::kHold);
  EXPECT_EQ(policy->on_no_data.pause_after, seconds(0));
  EXPECT_EQ(policy->on_source_failure.pause_after, minutes(30));
  EXPECT_TRUE(policy->dry_run);
  EXPECT_EQ(policy->retry, "again");
}

TEST(PolicyJsonTest, ReadsHowLongAPromotionIsWatched) {
  json object = SamplePolicy();
  EXPECT_EQ(PolicyFromJson(object)->watch_after_promotion, minutes(30));
  object["spec"]["afterPromotion"] = {{"watch", "0s"}};
  EXPECT_EQ(PolicyFromJson(object)->watch_after_promotion, minutes(0));
}

TEST(PolicyJsonTest, ReadsHowLongTheCanaryWarmsUp) {
  json object = SamplePolicy();
  EXPECT_EQ(PolicyFromJson(object)->warm_up, std::nullopt);
  object["spec"]["warmUp"] = "0s";
  EXPECT_EQ(PolicyFromJson(object)->warm_up, minutes(0));
  object["spec"]["warmUp"] = "2m";
  EXPECT_EQ(PolicyFromJson(object)->warm_up, minutes(2));
  object["spec"]["warmUp"] = "31m";
  EXPECT_FALSE(PolicyFromJson(object).has_value());
}

TEST(PolicyJsonTest, ReadsHowProductionIsHeld) {
  json object = SamplePolicy();
  object["spec"]["workload"] = json::parse(R"({"ref": {"name": "shop"}, "hold": "Paused",
    "canaryLabel": "app.kubernetes.io/instance", "onRollback": "Restore", "onDelete": "Release",
    "canaryScale": {"shareOfBaseline": 50}})");
  const auto policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->workload.hold, core::HoldBy::kPaused);
  EXPECT_EQ(policy->workload.canary_label, "app.kubernetes.io/instance");
  EXPECT_EQ(policy->workload.on_rollback, core::OnRollback::kRestore);
  EXPECT_EQ(policy->workload.on_delete, core::OnDelete::kRelease);
  EXPECT_EQ(policy->workload.canary_scale.share_of_baseline, 0.5);
  EXPECT_EQ(policy->workload.canary_scale.replicas, std::nullopt);
}

// Production is the baseline, and the weight counts pods of both.
TEST(PolicyJsonTest, ARouteThatCountsPodsKnowsBothDeployments) {
  json object = SamplePolicy();
  object["spec"]["routes"] = json::parse(R"([{"service": {"name": "shop"}}])");
  const auto policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->routes[0].baseline_deployment, "shop");
  EXPECT_EQ(policy->routes[0].canary_deployment, "shop-canary");
}

TEST(PolicyJsonTest, ReadsScores) {
  json object = SamplePolicy();
  json& objective = object["spec"]["objectives"][0];
  objective["target"] = 80;
  objective["indicator"] =
      json::parse(R"({"score": {"total": "graded_total", "sum": "score_sum{judge=\"a\"}"}})");
  auto policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->objectives[0].target, 0.8);
  core::ScoreIndicator score{{"graded_total", {}},
                             {"score_sum", {{"judge", core::LabelMatcher::Op::kEqual, "a"}}},
                             std::nullopt};
  EXPECT_EQ(policy->objectives[0].indicator, core::Indicator(score));
  objective["indicator"]["score"]["squares"] = "score_squares";
  score.squares = core::Selector{"score_squares", {}};
  policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->objectives[0].indicator, core::Indicator(score));
  objective["indicator"] = json::parse(R"({"scoreHistogram": {"metric": "tone"}})");
  policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->objectives[0].indicator,
            core::Indicator(core::ScoreHistogramIndicator{{"tone", {}}}));
}

TEST(PolicyJsonTest, ReadsCohortsAndShift) {
  json object = SamplePolicy();
  json& objective = object["spec"]["objectives"][0];
  objective["cohorts"] = {{"by", "language"}};
  auto policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->objectives[0].cohorts, (core::Cohorts{"language", 200, 50}));
  EXPECT_EQ(policy->objectives[0].shift, core::Shift::kReport);
  objective["cohorts"] = {{"by", "region"}, {"minEvents", 1}, {"max", 200}};
  objective["indicator"] =
      json::parse(R"({"histogram": {"metric": "latency_seconds", "threshold": 0.3}})");
  objective["shift"] = "Enforce";
  policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->objectives[0].cohorts, (core::Cohorts{"region", 1, 200}));
  EXPECT_EQ(policy->objectives[0].shift, core::Shift::kEnforce);
}

TEST(PolicyJsonTest, ReadsALimitThatSomeRequestsCanBreak) {
  json object = SamplePolicy();
  json& objective = object["spec"]["objectives"][0];
  auto policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->objectives[0].limit, std::nullopt);
  objective["target"] = 99.5;
  objective["limit"] = 4;
  policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->objectives[0].limit, 4);
  for (const double wrong : {0.5, 200.0, 1001.0}) {
    objective["limit"] = wrong;
    EXPECT_FALSE(PolicyFromJson(object).has_value()) << wrong;
  }
}

// Cohorts by a label that tells the tracks apart would each be in one track only.
TEST(PolicyJsonTest, RefusesCohortsThatTheTracksDoNotShare) {
  json object = SamplePolicy();
  object["spec"]["objectives"][0]["cohorts"] = {{"by", "hash"}};
  EXPECT_TRUE(PolicyFromJson(object).has_value());
  object["spec"]["tracks"] = {{"revisionLabel", "hash"}};
  EXPECT_FALSE(PolicyFromJson(object).has_value());
}

TEST(PolicyJsonTest, ReadsEveryCredentialAsAReference) {
  json object = SamplePolicy();
  object["spec"]["prometheus"] = json::parse(R"({"address": "https://prometheus",
    "headers": [{"name": "X-Scope-OrgID", "value": "shop"}],
    "basicAuth": {"username": "reader", "password": {"secretRef": {"name": "a", "key": "b"}}},
    "ca": {"secretRef": {"name": "c", "key": "ca.crt"}},
    "clientCertificate": {"certificate": {"secretRef": {"name": "d", "key": "tls.crt"}},
                          "key": {"secretRef": {"name": "d", "key": "tls.key"}}},
    "serverName": "prometheus.example"})");
  const auto policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->prometheus.headers[0].second, "shop");
  EXPECT_EQ(policy->prometheus.basic_username, "reader");
  EXPECT_EQ(policy->prometheus.basic_password, (core::SecretKey{"a", "b"}));
  EXPECT_EQ(policy->prometheus.ca, (core::SecretKey{"c", "ca.crt"}));
  EXPECT_EQ(policy->prometheus.client_certificate, (core::SecretKey{"d", "tls.crt"}));
  EXPECT_EQ(policy->prometheus.client_key, (core::SecretKey{"d", "tls.key"}));
  EXPECT_EQ(policy->prometheus.server_name, "prometheus.example");
}

TEST(PolicyJsonTest, NamesFieldAndFix) {
  json object = SamplePolicy();
  object["spec"]["objectives"][0]["target"] = 100;
  const auto policy = PolicyFromJson(object);
  ASSERT_FALSE(policy.has_value());
  EXPECT_EQ(policy.error().code, ports::ErrorCode::kInvalidArgument);
  EXPECT_EQ(policy.error().message,
            "spec.objectives[0].target: 100 leaves no error budget; use a number below 100, such "
            "as 99.9");
}

TEST(PolicyJsonTest, CountsTheMistakesItDoesNotName) {
  json object = SamplePolicy();
  object["spec"] = {{"a", 1}, {"b", 1}};
  const auto policy = PolicyFromJson(object);
  ASSERT_FALSE(policy.has_value());
  EXPECT_NE(policy.error().message.find("And 2 more"), std::string::npos) << policy.error().message;
}

TEST(PolicyJsonTest, AHeaderHasAValueOrASecret) {
  json object = SamplePolicy();
  json& headers = object["spec"]["prometheus"]["headers"];
  headers = json::parse(R"([{"name": "X-Scope-OrgID", "value": "shop"},
    {"name": "Cookie", "secretRef": {"name": "mimir", "key": "cookie"}}])");
  const auto policy = PolicyFromJson(object);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->prometheus.headers.size(), 1U);
  ASSERT_EQ(policy->prometheus.secret_headers.size(), 1U);
  EXPECT_EQ(policy->prometheus.secret_headers[0],
            (core::SecretHeader{"Cookie", {"mimir", "cookie"}}));
  for (const auto& [header, problem] :
       {std::pair{R"({"name": "A"})", "is missing"},
        std::pair{R"({"name": "A", "value": "b", "secretRef": {"name": "s", "key": "k"}})",
                  "is given besides value"},
        std::pair{R"({"name": "A", "secretRef": {"name": "s"}})", "give the key"},
        std::pair{R"({"name": "authorization", "secretRef": {"name": "s", "key": "k"}})",
                  "name that in bearerToken"},
        std::pair{R"({"name": "Upgrade", "value": "b"})", "is of one connection"},
        std::pair{R"({"name": "cookie", "value": "b"})", "name that in the header's secretRef"},
        std::pair{R"({"name": "x-scope-ORGID", "value": "b"})", "is listed twice"}}) {
    headers = json::parse(R"([{"name": "X-Scope-OrgID", "value": "shop"}])");
    headers.push_back(json::parse(header));
    const auto refused = PolicyFromJson(object);
    ASSERT_FALSE(refused.has_value()) << header;
    EXPECT_NE(refused.error().message.find(problem), std::string::npos) << refused.error().message;
  }
}

TEST(PolicyJsonTest, NeverRepeatsWhatMayBeSecret) {
  json object = SamplePolicy();
  object["spec"]["prometheus"] = json::parse(R"({"address": "http://me:hunter2@prometheus",
    "bearerToken": "hunter2", "headers": [{"name": "Authorization", "value": "hunter2"},
    {"name": "X-A", "value": "hunter2\n"}], "basicAuth": {"username": "u", "password": "hunter2"}})");
  const auto policy = PolicyFromJson(object);
  ASSERT_FALSE(policy.has_value());
  EXPECT_EQ(policy.error().message.find("hunter2"), std::string::npos) << policy.error().message;
}

// Every value of the sample, wherever it stands, replaced by every kind of wrong value.
TEST(PolicyJsonTest, SurvivesAnyValueAnywhere) {
  const json sample = SamplePolicy();
  const json flat = sample.flatten();
  std::vector<std::string> pointers;
  for (const auto& [pointer, value] : flat.items()) {
    for (std::size_t end = pointer.size(); end != std::string::npos && end > 0;
         end = pointer.rfind('/', end - 1)) {
      pointers.push_back(pointer.substr(0, end));
    }
  }
  const std::vector<json> wrong = {nullptr,
                                   true,
                                   -1,
                                   1e300,
                                   "",
                                   "\xff\xfe",
                                   json::array(),
                                   json::object(),
                                   json::array({1, "a", nullptr}),
                                   std::string(100'000, 'x'),
                                   json{{"a", {{"b", 1}}}}};
  for (const std::string& pointer : pointers) {
    for (const json& value : wrong) {
      json spoilt = sample;
      spoilt[json::json_pointer(pointer)] = value;
      const auto policy = PolicyFromJson(spoilt);
      const std::string message = policy ? "" : policy.error().message;
      EXPECT_LE(message.size(), 1000U);
      EXPECT_FALSE(json(message).dump().empty());
    }
  }
}

TEST(PolicyJsonTest, RefusesWhatIsNoObject) {
  for (const json& value : {json(), json(1), json("policy"), json::array()}) {
    EXPECT_FALSE(PolicyFromJson(value).has_value());
  }
}

}  // namespace
}  // namespace slogate::spec

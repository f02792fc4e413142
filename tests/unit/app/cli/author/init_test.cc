#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "app/cli/author/init_policy.h"
#include "app/cli/frame/output.h"
#include "spec/policy/policy_yaml.h"
#include "support/fake_survey.h"
#include "unit/app/cli/frame/fake_program.h"

namespace slogate::app {
namespace {

using ports::SeriesLabels;
using ::testing::HasSubstr;
using ::testing::Not;

core::Policy Parsed(const std::string& text) {
  const spec::ParsedPolicy parsed = spec::ParsePolicyYaml(text, "policy");
  if (!parsed.policy) {
    ADD_FAILURE() << spec::ToString(parsed.mistakes.front()) << "\n" << text;
    return {};
  }
  return *parsed.policy;
}

std::string Text(const InitNotes& notes) {
  std::string text;
  for (const InitNote& note : notes) text += note.text + "\n";
  return text;
}

InitFacts Shop() {
  InitFacts facts;
  facts.deployment = {"shop", "web"};
  facts.finding.services = {"web"};
  facts.finding.routes = {{"HTTPRoute", "front", {"other", "web"}}};
  facts.prometheus = "http://prometheus:9090";
  return facts;
}

SeriesLabels Series(const std::string& name, SeriesLabels labels) {
  labels["__name__"] = name;
  labels.emplace("namespace", "shop");
  return labels;
}

TEST(InitPolicyTest, TakesARouteToTheDeploymentsService) {
  const auto policy = WritePolicy(Shop());
  ASSERT_TRUE(policy) << policy.error().message;
  const core::Policy parsed = Parsed(policy->text);
  EXPECT_EQ(parsed.workload.deployment, "web");
  ASSERT_EQ(parsed.routes.size(), 1u);
  EXPECT_EQ(parsed.routes[0].kind, "HTTPRoute");
  EXPECT_EQ(parsed.routes[0].name, "front");
  EXPECT_EQ(parsed.routes[0].canary_service, "web-canary");
  EXPECT_EQ(parsed.routes[0].baseline_service, "web");
  EXPECT_THAT(Text(policy->notes),
              HasSubstr("Service web is production's, and Service web-canary the canary's"));
  EXPECT_THAT(Text(policy->notes), HasSubstr("add the backend web-canary to HTTPRoute front, with "
                                             "weight 0 beside web with weight 100"));
  EXPECT_THAT(policy->text + Text(policy->notes), Not(HasSubstr("-baseline")));
}

TEST(InitPolicyTest, PatchesEveryRuleThatHasTheBaselineAlone) {
  InitFacts facts = Shop();
  facts.finding.routes = {{"HTTPRoute", "front", {"web"}}};
  facts.finding.routes[0].single = {{"/spec/rules/0/backendRefs/0", "web", "", 80},
                                    {"/spec/rules/1/backendRefs/0", "other", "", 80}};
  const auto policy = WritePolicy(facts);
  ASSERT_TRUE(policy);
  EXPECT_EQ(RoutePatch(facts, policy->route),
            R"([{"op":"test","path":"/spec/rules/0/backendRefs/0/name","value":"web"},)"
            R"({"op":"add","path":"/spec/rules/0/backendRefs/0/weight","value":100},)"
            R"({"op":"add","path":"/spec/rules/0/backendRefs/-",)"
            R"("value":{"name":"web-canary","port":80,"weight":0}}])");
  facts.finding.routes[0].single.clear();
  EXPECT_EQ(RoutePatch(facts, policy->route), "[]");
}

TEST(InitPolicyTest, PatchesADestinationByItsHost) {
  InitFacts facts = Shop();
  facts.finding.routes = {{"VirtualService", "front", {"web"}}};
  facts.finding.routes[0].single = {{"/spec/http/0/route/0", "web", "web.shop.svc", 0}};
  const auto policy = WritePolicy(facts);
  ASSERT_TRUE(policy);
  EXPECT_EQ(RoutePatch(facts, policy->route),
            R"([{"op":"test","path":"/spec/http/0/route/0/destination/host",)"
            R"("value":"web.shop.svc"},)"
            R"({"op":"add","path":"/spec/http/0/route/0/weight","value":100},)"
            R"({"op":"add","path":"/spec/http/0/route/-",)"
            R"("value":{"destination":{"host":"web-canary.shop.svc"},"weight":0}}])");
}

TEST(InitPolicyTest, KeepsAPairThatIsThere) {
  for (const std::vector<std::string>& services :
       {std::vector<std::string>{"web-new", "web"}, {"web", "web-new"}}) {
    InitFacts facts = Shop();
    facts.finding.routes = {{"VirtualService", "front", services}};
    const auto policy = WritePolicy(facts);
    ASSERT_TRUE(policy);
    const core::Policy parsed = Parsed(policy->text);
    EXPECT_EQ(parsed.routes.at(0).canary_service, "web-new");
    EXPECT_EQ(parsed.routes.at(0).baseline_service, "web");
    EXPECT_THAT(Text(policy->notes), Not(HasSubstr("add the backend")));
  }
}

TEST(InitPolicyTest, AServiceOfProductionIsNeverTheCanarys) {
  InitFacts facts = Shop();
  facts.finding.routes = {{"VirtualService", "front", {"web-stable", "web"}}};
  const auto policy = WritePolicy(facts);
  ASSERT_TRUE(policy);
  const core::Policy parsed = Parsed(policy->text);
  EXPECT_EQ(parsed.routes.at(0).canary_service, "web-canary");
  EXPECT_EQ(parsed.routes.at(0).baseline_service, "web");
}

TEST(InitPolicyTest, PairsNamesOfOneStemOnly) {
  InitFacts facts = Shop();
  facts.finding.routes = {{"HTTPRoute", "front", {"archive", "web-canary", "web-stable"}}};
  const auto pair = WritePolicy(facts);
  ASSERT_TRUE(pair);
  EXPECT_EQ(Parsed(pair->text).routes.at(0).canary_service, "web-canary");
  EXPECT_EQ(Parsed(pair->text).routes.at(0).baseline_service, "web-stable");
  facts.finding.routes = {{"HTTPRoute", "front", {"web", "db-canary"}}};
  const auto strangers = WritePolicy(facts);
  ASSERT_TRUE(strangers);
  EXPECT_EQ(Parsed(strangers->text).routes.at(0).canary_service, "web-canary");
}

TEST(InitPolicyTest, WithoutARouteCountsPods) {
  InitFacts facts = Shop();
  facts.finding.routes.clear();
  facts.prometheus.clear();
  const auto policy = WritePolicy(facts);
  ASSERT_TRUE(policy);
  const core::Policy parsed = Parsed(policy->text);
  EXPECT_EQ(parsed.routes.at(0).kind, "Service");
  EXPECT_EQ(parsed.routes.at(0).name, "web");
  EXPECT_EQ(parsed.tracks.revision_label, "pod_template_hash");
  EXPECT_EQ(parsed.prometheus.provider, "default");
}

TEST(InitPolicyTest, WithoutAnyServiceSaysWhatToDo) {
  InitFacts facts = Shop();
  facts.finding = {};
  const auto policy = WritePolicy(facts);
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().message,
            "no Service selects the pods of Deployment web; make one, or name it with --service");
}

TEST(InitPolicyTest, ARouteThatIsNotThereIsAnsweredWithThoseThatAre) {
  InitFacts facts = Shop();
  facts.route_kind = "Ingress";
  facts.route_name = "front";
  const auto policy = WritePolicy(facts);
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().message,
            "no Ingress front sends to a Service of Deployment web; there is: HTTPRoute/front");
}

TEST(InitPolicyTest, OfSeveralRoutesTakesTheFirstAndSaysSo) {
  InitFacts facts = Shop();
  facts.finding.routes.push_back({"Ingress", "edge", {"web"}});
  EXPECT_THAT(Text(WritePolicy(facts)->notes), HasSubstr("of 2 routes the first"));
  facts.route_kind = "Ingress";
  facts.route_name = "edge";
  const auto policy = WritePolicy(facts);
  ASSERT_TRUE(policy);
  EXPECT_EQ(Parsed(policy->text).routes.at(0).kind, "Ingress");
  EXPECT_EQ(Parsed(policy->text).routes.at(0).baseline_service, "web");
  EXPECT_THAT(Text(policy->notes), Not(HasSubstr("add the backend")))
      << "the Ingress stays as it is";
}

TEST(InitMetricsTest, CountsByPodAndPicksTheNearestBucket) {
  InitFacts facts = Shop();
  const std::string pod = "web-7d9f8c6b5-x2x4z";
  facts.series = {Series("http_requests_total", {{"pod", pod}, {"status", "200"}})};
  for (const char* const le : {"0.1", "0.4", "1", "+Inf"}) {
    facts.series.push_back(
        Series("http_request_duration_seconds_bucket", {{"pod", pod}, {"le", le}}));
  }
  const auto policy = WritePolicy(facts);
  ASSERT_TRUE(policy);
  const core::Policy parsed = Parsed(policy->text);
  ASSERT_EQ(parsed.objectives.size(), 2u);
  const auto& counters = std::get<core::CounterIndicator>(parsed.objectives[0].indicator);
  EXPECT_EQ(counters.total.metric, "http_requests_total");
  ASSERT_EQ(counters.part.matchers.size(), 1u);
  EXPECT_EQ(counters.part.matchers[0].name, "status");
  const auto& latency = std::get<core::HistogramIndicator>(parsed.objectives[1].indicator);
  EXPECT_EQ(latency.histogram.metric, "http_request_duration_seconds");
  EXPECT_EQ(latency.threshold, 0.4);
  ASSERT_EQ(parsed.tracks.canary.size(), 2u);
  EXPECT_EQ(parsed.tracks.canary[0].value, "web-canary-[a-z0-9]+-[a-z0-9]{5}");
  EXPECT_EQ(parsed.tracks.baseline[0].value, "web-[a-z0-9]+-[a-z0-9]{5}");
  EXPECT_EQ(parsed.tracks.canary[1].name, "namespace");
  EXPECT_EQ(parsed.tracks.canary[1].value, "shop");
}

TEST(InitMetricsTest, APodOfTheProxyDoesNotTellTheTracksApart) {
  InitFacts facts = Shop();
  facts.finding.routes = {{"Ingress", "front", {"web"}}};
  facts.series = {Series(
      "nginx_ingress_controller_requests",
      {{"pod", "ingress-nginx-5d8f-abcde"}, {"exported_service", "web"}, {"status", "200"}})};
  const auto policy = WritePolicy(facts);
  ASSERT_TRUE(policy);
  const core::Policy parsed = Parsed(policy->text);
  EXPECT_EQ(parsed.tracks.canary[0].name, "exported_service");
  EXPECT_EQ(parsed.tracks.canary[0].value, "web-canary");
  EXPECT_THAT(Text(policy->notes), HasSubstr("no histogram of request times was found"));
}

TEST(InitMetricsTest, AMeshIsCountedAtOneEnd) {
  InitFacts facts = Shop();
  const SeriesLabels labels = {{"destination_workload", "web"}, {"response_code", "200"}};
  facts.series = {Series("istio_requests_total", labels)};
  SeriesLabels bucket = labels;
  bucket["le"] = "500";
  facts.series.push_back(Series("istio_request_duration_milliseconds_bucket", bucket));
  const auto policy = WritePolicy(facts);
  ASSERT_TRUE(policy);
  const core::Policy parsed = Parsed(policy->text);
  EXPECT_EQ(parsed.tracks.canary[0].value, "web-canary");
  EXPECT_EQ(parsed.tracks.baseline[0].value, "web");
  EXPECT_EQ(parsed.tracks.canary.back().name, "reporter");
  EXPECT_EQ(parsed.tracks.canary.back().value, "destination");
  EXPECT_THAT(policy->text, HasSubstr("threshold: 500"));
}

TEST(InitMetricsTest, TheHashOfThePodsIsTheBestLabel) {
  InitFacts facts = Shop();
  facts.series = {Series(
      "http_requests_total",
      {{"pod", "web-7d9f8c6b5-x2x4z"}, {"pod_template_hash", "7d9f8c6b5"}, {"code", "200"}})};
  const auto policy = WritePolicy(facts);
  ASSERT_TRUE(policy);
  EXPECT_EQ(Parsed(policy->text).tracks.revision_label, "pod_template_hash");
}

TEST(InitMetricsTest, OtherNamespacesAndUnknownMetricsAreLeftOut) {
  InitFacts facts = Shop();
  facts.series = {{{"__name__", "http_requests_total"},
                   {"namespace", "elsewhere"},
                   {"service", "web"},
                   {"code", "200"}},
                  Series("go_goroutines", {{"service", "web"}})};
  const auto policy = WritePolicy(facts);
  ASSERT_TRUE(policy);
  EXPECT_THAT(Text(policy->notes),
              HasSubstr("objectives and tracks, for what your service exports"));
  EXPECT_EQ(Parsed(policy->text).tracks.canary.at(0).value, "web-canary");
}

TEST(InitMetricsTest, SelectorsAskForThePodsOfTheDeploymentAlone) {
  InitFacts facts = Shop();
  facts.deployment.name = "web.v1";
  const std::vector<std::string> selectors = MetricSelectors(facts);
  EXPECT_THAT(selectors.at(0), HasSubstr("pod=~\"web[.]v1-[a-z0-9]+-[a-z0-9]{5}|"
                                         "web[.]v1-canary-[a-z0-9]+-[a-z0-9]{5}\""));
  EXPECT_THAT(selectors.back(), HasSubstr("service_name=~\"web[.]v1|web|web-canary\""));
}

TEST(InitMetricsTest, TheCanarysPodsCountAsWell) {
  InitFacts facts = Shop();
  facts.series = {
      Series("http_requests_total", {{"pod", "web-canary-7d9f8c6b5-x2x4z"}, {"code", "200"}})};
  const auto policy = WritePolicy(facts);
  ASSERT_TRUE(policy);
  EXPECT_EQ(Parsed(policy->text).tracks.canary.at(0).name, "pod");
}

class InitCommandTest : public ::testing::Test {
 protected:
  InitCommandTest() {
    reported_.deployments = {"web"};
    reported_.finding = Shop().finding;
    program_.adapters.connect_cluster = [this](const ClusterOptions&,
                                               Log&) -> ports::Result<Cluster> {
      Cluster cluster;
      cluster.survey = std::make_unique<tests::FakeWorkloadSurvey>(reported_);
      cluster.default_namespace = "shop";
      return cluster;
    };
    program_.adapters.make_metrics_catalogue = [this] {
      return std::make_unique<tests::FakeMetricsCatalogue>(reported_);
    };
  }

  std::string path_ = ::testing::TempDir() + "init_test_policy.yaml";
  tests::FakeProgram program_;
  tests::FakeSurroundings reported_;
};

TEST_F(InitCommandTest, WhatItPrintsIsValid) {
  EXPECT_EQ(program_.Run({"init", "web"}), 0);
  const std::string text = program_.output;
  EXPECT_EQ(Parsed(text).routes.at(0).name, "front");
  EXPECT_THAT(program_.errors, HasSubstr("found    HTTPRoute front with backends other, web\n"));
  program_.files["policy.yaml"] = text;
  EXPECT_EQ(program_.Run({"validate", "policy.yaml"}), 0);
}

TEST_F(InitCommandTest, NeverOverwritesUnasked) {
  std::filesystem::remove(path_);
  EXPECT_EQ(program_.Run({"init", "web", "-f", path_}), 0);
  EXPECT_EQ(program_.output, "");
  EXPECT_EQ(program_.Run({"init", "web", "-f", path_}), 2);
  EXPECT_EQ(program_.errors,
            "gate init: " + path_ + " exists already; name another file, or give --force\n");
  std::ofstream(path_) << "older and longer\n" << std::string(10'000, '#');
  EXPECT_EQ(program_.Run({"init", "web", "-f", path_, "--force"}), 0);
  std::ostringstream text;
  text << std::ifstream(path_).rdbuf();
  EXPECT_EQ(Parsed(text.str()).workload.deployment, "web");
  std::filesystem::remove(path_);
}

TEST_F(InitCommandTest, SaysWhatIsMissingOrUnavailable) {
  EXPECT_EQ(program_.Run({"init", "wab"}), 2);
  EXPECT_EQ(program_.errors,
            "gate init: there is no Deployment wab in namespace shop; name another, or its "
            "namespace with -n\n");
  reported_.prometheus_failure = {ports::ErrorCode::kUnavailable,
                                  "querying Prometheus at p: refused"};
  EXPECT_EQ(program_.Run({"init", "web", "--prometheus", "http://p"}), 4);
  EXPECT_EQ(program_.errors, "gate init: querying Prometheus at p: refused; check --prometheus\n");
}

TEST_F(InitCommandTest, RefusesOddNamesAndRoutes) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"init", "Web\nx: y"},
        {"init", "web", "--service", "a b"},
        {"init", "web", "--route", "front"},
        {"init", "web", "--route", "Gateway/front"},
        {"init", "web", "--route", "Ingress/"},
        {"init", "web", "--prometheus", "prometheus:9090"}}) {
    EXPECT_EQ(program_.Run(arguments), 2) << arguments.back();
    EXPECT_EQ(program_.output, "");
  }
}

TEST_F(InitCommandTest, NamesFromTheClusterCannotBecomeFields) {
  reported_.finding.routes.insert(reported_.finding.routes.begin(),
                                  {"HTTPRoute", "x}\n  paused: true\n#", {"web"}});
  reported_.finding.services.insert(reported_.finding.services.begin(), "y\n  dryRun: true\n#");
  EXPECT_EQ(program_.Run({"init", "web"}), 0);
  const core::Policy policy = Parsed(program_.output);
  EXPECT_FALSE(policy.paused);
  EXPECT_EQ(policy.routes.at(0).name, "front");
}

TEST(NewFileTest, NamesWhatCannotBeWritten) {
  const auto written = WriteNewFile("/nowhere/policy.yaml", "x", false);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message,
            "/nowhere/policy.yaml cannot be written: No such file or directory");
}

}  // namespace
}  // namespace slogate::app

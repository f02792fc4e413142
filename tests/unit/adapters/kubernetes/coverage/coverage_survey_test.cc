#include "adapters/kubernetes/coverage/coverage_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "support/http_server.h"

namespace slogate::adapters::kubernetes {
namespace {

using core::CoverageFinding;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HttpExchange;
using testing::HttpRequest;
using testing::HttpServer;
using ::testing::IsEmpty;

constexpr const char* kNetworkPolicies =
    "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies";
constexpr const char* kServiceMonitors = "/apis/monitoring.coreos.com/v1/servicemonitors";

// A cluster of a few answers: a path that is not among them is not found, one with an empty answer
// is forbidden.
class CoverageSurveyTest : public ::testing::Test {
 protected:
  CoverageSurveyTest() {
    record_.key = {"shop", "shop"};
    record_.uid = "1";
    core::Policy policy;
    policy.workload.deployment = "shop";
    policy.workload.canary_deployment = "shop-canary";
    core::Route route;
    route.name = "shop";
    route.canary_service = "shop-canary";
    route.baseline_service = "shop";
    policy.routes = {route};
    record_.policy = policy;
  }

  template <typename Asked>
  auto With(Asked asked) {
    HttpServer server([this](const HttpRequest& request, HttpExchange& exchange) {
      const std::string path = request.target.substr(0, request.target.find('?'));
      paths_.push_back(path);
      const auto found = answers_.find(path);
      if (found == answers_.end()) {
        exchange.Reply(404, R"({"kind":"Status","code":404,"message":"not found"})");
      } else if (found->second.empty()) {
        exchange.Reply(403, R"({"kind":"Status","code":403,"message":"forbidden"})");
      } else {
        exchange.Reply(200, found->second);
      }
    });
    ClusterConfig config;
    config.server = server.url();
    KubeClient client(config);
    KubeCoverageSurvey survey(client);
    return asked(survey);
  }

  ports::Result<core::Surroundings> Seen() {
    return With([this](KubeCoverageSurvey& survey) { return survey.SurroundingsOf(record_); });
  }

  std::vector<std::string> Warnings() {
    const auto seen = Seen();
    if (!seen) return {seen.error().message};
    std::vector<std::string> warnings;
    for (const CoverageFinding& found : core::JudgeCoverage(*seen).findings) {
      if (found.level >= CoverageFinding::Level::kWarning) {
        warnings.push_back(found.object + ": " + found.fix);
      }
    }
    return warnings;
  }

  ports::PolicyRecord record_;
  std::vector<std::string> paths_;
  std::map<std::string, std::string> answers_ = {
      {"/apis/apps/v1/namespaces/shop/deployments/shop",
       R"({"metadata":{"name":"shop"},"spec":{"selector":{"matchLabels":{"app":"shop"}},
           "template":{"metadata":{"labels":{"app":"shop","tier":"web"}}}}})"},
      {"/api/v1/namespaces/shop/services",
       R"({"items":[{"metadata":{"name":"shop","labels":{"team":"a"}},
                     "spec":{"selector":{"app":"shop"},"ports":[]}}, 5]})"}};
};

TEST_F(CoverageSurveyTest, MonitorsOfOtherNamespacesCoverPodsAsWell) {
  answers_["/apis/monitoring.coreos.com/v1/podmonitors"] = R"({"items":[
      {"metadata":{"name":"any","namespace":"monitoring"},
       "spec":{"namespaceSelector":{"any":true},"selector":{"matchLabels":{"app":"shop"}}}},
      {"metadata":{"name":"named","namespace":"monitoring"},
       "spec":{"namespaceSelector":{"matchNames":["shop"]},"selector":{}}},
      {"metadata":{"name":"own","namespace":"monitoring"},"spec":{"selector":{}}},
      {"metadata":{"name":"here","namespace":"shop"},"spec":{"selector":{}}}]})";
  const auto seen = Seen();
  ASSERT_TRUE(seen) << seen.error().message;
  std::vector<std::string> monitors;
  for (const core::CoveringObject& object : seen->objects) {
    if (object.kind == core::CoverKind::kPodMonitor) monitors.push_back(object.name);
  }
  EXPECT_THAT(monitors, ElementsAre("monitoring/any", "monitoring/named", "here"));
}

TEST_F(CoverageSurveyTest, WhoMayNotListOtherNamespacesSeesTheOwn) {
  answers_[kServiceMonitors] = "";
  answers_["/apis/monitoring.coreos.com/v1/namespaces/shop/servicemonitors"] =
      R"({"items":[{"metadata":{"name":"here"},"spec":{"selector":{}}}]})";
  const auto seen = Seen();
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_THAT(seen->unchecked, IsEmpty());
  EXPECT_THAT(seen->objects, Contains(::testing::Field(&core::CoveringObject::name, "here")));
}

TEST_F(CoverageSurveyTest, TellsThePodsOfBothTracks) {
  const auto seen = Seen();
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(core::ToText(seen->production_pods), "app=shop,tier=web");
  EXPECT_EQ(core::ToText(seen->canary_pods), "app=shop-canary,tier=web");
  ASSERT_EQ(seen->canary_services.size(), 1U);
  EXPECT_EQ(seen->canary_services[0].second.at("team"), "a");
  EXPECT_THAT(seen->unchecked, IsEmpty());
  EXPECT_THAT(seen->unserved, Contains("servicemonitors.monitoring.coreos.com"));
  EXPECT_LE(paths_.size(), 7U);
}

TEST_F(CoverageSurveyTest, FindsWhatMissesTheCanary) {
  answers_[kNetworkPolicies] = R"({"items":[
      {"metadata":{"name":"shop"},"spec":{"podSelector":{"matchLabels":{"app":"shop"}}}},
      {"metadata":{"name":"db"},"spec":{"podSelector":{"matchLabels":{"app":"db"}},"ingress":[
        {"from":[{"namespaceSelector":{"matchLabels":{"team":"b"}}},
                 {"podSelector":{"matchExpressions":[
                    {"key":"app","operator":"In","values":["shop"]}]}}]}]}},
      {"metadata":{"name":"open"},"spec":{"podSelector":{},"ingress":[{"from":[
        {"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"shop"}}}]}]}}]})";
  answers_[kServiceMonitors] =
      R"({"items":[{"metadata":{"name":"shop"},"spec":{"selector":{"matchLabels":{"team":"a"}}}},
                   {"metadata":{"name":"far"},"spec":{"selector":{},
                    "namespaceSelector":{"matchNames":["elsewhere"]}}}]})";
  EXPECT_THAT(Warnings(),
              ElementsAre("NetworkPolicy shop: set its spec.podSelector to {matchExpressions: "
                          "[{key: app, operator: In, values: [shop, shop-canary]}]}",
                          "NetworkPolicy db: set its spec.ingress[0].from[1].podSelector to "
                          "{matchExpressions: [{key: app, operator: In, values: [shop, "
                          "shop-canary]}]}"));
}

TEST_F(CoverageSurveyTest, NamesWhatItMayNotList) {
  answers_[kNetworkPolicies] = "";
  answers_["/api/v1/namespaces/shop/services"] = "";
  answers_["/api/v1/namespaces/shop/services/shop"] =
      R"({"metadata":{"name":"shop"},"spec":{"selector":{"app":"shop"}}})";
  const auto seen = Seen();
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_THAT(seen->unchecked, ElementsAre("services", "networkpolicies.networking.k8s.io"));
  EXPECT_EQ(core::ToText(seen->canary_pods), "app=shop-canary,tier=web");
}

TEST_F(CoverageSurveyTest, AServiceMayBeForBothTracks) {
  answers_["/api/v1/namespaces/shop/services"] = R"({"items":[
      {"metadata":{"name":"shop"},"spec":{"selector":{"app":"shop"}}},
      {"metadata":{"name":"all"},"spec":{"selector":{"tier":"web"}}},
      {"metadata":{"name":"mesh","annotations":{"slogate.dev/both-tracks":"true"}},
       "spec":{"selector":{"tier":"web"}}}]})";
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("Service all: ")));
}

TEST_F(CoverageSurveyTest, OfExternalTracksTheLabelsAreTheirOwn) {
  record_.policy->workload.promotion = core::Promotion::kExternal;
  answers_["/apis/apps/v1/namespaces/shop/deployments/shop-canary"] =
      R"({"spec":{"template":{"metadata":{"labels":{"app":"other"}}}}})";
  const auto seen = Seen();
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(core::ToText(seen->canary_pods), "app=other");
}

TEST_F(CoverageSurveyTest, AnOddObjectIsNamedAndAnOutageIsAnError) {
  answers_[kNetworkPolicies] = R"({"items":[7,{"metadata":{"name":"odd"},
      "spec":{"podSelector":{"matchExpressions":[{"key":"app","operator":"Like"}]}}}]})";
  const auto seen = Seen();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->objects.back().problem, "spec.podSelector cannot be read");
  answers_[kNetworkPolicies] = "no JSON";
  EXPECT_FALSE(Seen());
}

TEST_F(CoverageSurveyTest, SaysWhatHoldsAndWhy) {
  const auto hold = [this] {
    return With([this](KubeCoverageSurvey& survey) { return survey.HoldOf(record_); });
  };
  EXPECT_EQ(hold()->by, core::HoldBy::kPaused);
  EXPECT_THAT(hold()->reason, HasSubstr("hold.slogate.dev does not exist"));
  const std::string path = "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies";
  answers_[path + "/hold.slogate.dev"] = "";
  EXPECT_THAT(hold()->reason, HasSubstr("may not get mutatingadmissionpolicies"));
  answers_[path + "/hold.slogate.dev"] = "{}";
  EXPECT_THAT(hold()->reason, HasSubstr("Binding hold.slogate.dev does not exist"));
  answers_
      ["/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/"
       "hold.slogate.dev"] = "{}";
  EXPECT_EQ(hold()->by, core::HoldBy::kAdmission);
  record_.policy->workload.hold = core::HoldBy::kPaused;
  EXPECT_EQ(hold()->reason, "workload.hold says so");
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

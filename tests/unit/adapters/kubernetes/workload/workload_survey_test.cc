#include "adapters/kubernetes/workload/workload_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "support/http_server.h"

namespace slogate::adapters::kubernetes {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HttpExchange;
using testing::HttpRequest;
using testing::HttpServer;

// A cluster of a few lists; a path that is not among them is not found.
class WorkloadSurveyTest : public ::testing::Test {
 protected:
  ports::Result<ports::WorkloadFinding> Check() {
    HttpServer server([this](const HttpRequest& request, HttpExchange& exchange) {
      const std::string path = request.target.substr(0, request.target.find('?'));
      const auto found = answers_.find(path);
      if (found == answers_.end()) {
        exchange.Reply(404, R"({"kind":"Status","code":404,"message":"not found"})");
      } else if (found->second.empty()) {
        exchange.Reply(403, R"({"kind":"Status","code":403,"message":"ann may not list them"})");
      } else {
        exchange.Reply(200, found->second);
      }
    });
    ClusterConfig config;
    config.server = server.url();
    KubeClient client(config);
    return KubeWorkloadSurvey(client).Survey({"shop", "web"});
  }

  void Serve(const std::string& group, const std::string& version, const std::string& plural,
             const std::string& items) {
    answers_["/apis/" + group] = R"({"kind":"APIGroup","versions":[{"version":")" + version +
                                 R"(","groupVersion":")" + group + "/" + version + "\"}]}";
    answers_["/apis/" + group + "/" + version + "/namespaces/shop/" + plural] =
        R"({"items":)" + items + "}";
  }

  std::map<std::string, std::string> answers_ = {
      {"/apis/apps/v1/namespaces/shop/deployments/web",
       R"({"spec":{"template":{"metadata":{"labels":{"app":"web","tier":"front"}}}}})"},
      {"/api/v1/namespaces/shop/services",
       R"({"items":[{"metadata":{"name":"web"},"spec":{"selector":{"app":"web"}}},
                    {"metadata":{"name":"all"},"spec":{"selector":{"tier":"front"}}},
                    {"metadata":{"name":"db"},"spec":{"selector":{"app":"db"}}},
                    {"metadata":{"name":"bare"},"spec":{}}, 5]})"}};
};

TEST_F(WorkloadSurveyTest, FindsServicesBySelector) {
  const auto seen = Check();
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_THAT(seen->services, ElementsAre("all", "web"));
  EXPECT_TRUE(seen->routes.empty());
  EXPECT_TRUE(seen->unseen.empty());
}

TEST_F(WorkloadSurveyTest, FindsRoutesByBackend) {
  Serve("gateway.networking.k8s.io", "v1", "httproutes",
        R"([{"metadata":{"name":"front"},"spec":{"rules":[{"backendRefs":[
               {"name":"web"},{"name":"db"},{"name":"web"},
               {"name":"far","namespace":"elsewhere"}]}]}},
            {"metadata":{"name":"other"},"spec":{"rules":[{"backendRefs":[{"name":"db"}]}]}}])");
  Serve("networking.istio.io", "v1beta1", "virtualservices",
        R"([{"metadata":{"name":"mesh"},"spec":{"http":[{"route":[
               {"destination":{"host":"web.shop.svc.cluster.local"}},
               {"destination":{"host":"web.elsewhere"}}]}]}}])");
  Serve("networking.k8s.io", "v1", "ingresses",
        R"([{"metadata":{"name":"edge"},"spec":{
               "defaultBackend":{"service":{"name":"db"}},
               "rules":[{"http":{"paths":[{"backend":{"service":{"name":"all"}}}]}}]}}])");
  const auto seen = Check();
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(seen->routes.size(), 3u);
  EXPECT_EQ(seen->routes[0].kind, "HTTPRoute");
  EXPECT_EQ(seen->routes[0].name, "front");
  EXPECT_THAT(seen->routes[0].services, ElementsAre("web", "db"));
  EXPECT_EQ(seen->routes[1].kind, "VirtualService");
  EXPECT_THAT(seen->routes[1].services, ElementsAre("web"));
  EXPECT_TRUE(seen->routes[0].single.empty()) << "its rule has several backends";
  EXPECT_EQ(seen->routes[2].kind, "Ingress");
  EXPECT_THAT(seen->routes[2].services, ElementsAre("db", "all"));
}

TEST_F(WorkloadSurveyTest, TellsRulesWithOneBackend) {
  Serve("gateway.networking.k8s.io", "v1", "httproutes",
        R"([{"metadata":{"name":"front"},"spec":{"rules":[
               {"backendRefs":[{"name":"db"},{"name":"web"}]},
               {"backendRefs":[{"name":"web","port":8080}]}]}}])");
  Serve("networking.istio.io", "v1", "virtualservices",
        R"([{"metadata":{"name":"mesh"},"spec":{"http":[{"route":[
               {"destination":{"host":"web.shop.svc","port":{"number":0.5}}}]}]}}])");
  const auto seen = Check();
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(seen->routes.size(), 2u);
  ASSERT_EQ(seen->routes[0].single.size(), 1u);
  EXPECT_EQ(seen->routes[0].single[0].path, "/spec/rules/1/backendRefs/0");
  EXPECT_EQ(seen->routes[0].single[0].port, 8080);
  ASSERT_EQ(seen->routes[1].single.size(), 1u);
  EXPECT_EQ(seen->routes[1].single[0].host, "web.shop.svc");
  EXPECT_EQ(seen->routes[1].single[0].service, "web");
  EXPECT_EQ(seen->routes[1].single[0].port, 0);
}

TEST_F(WorkloadSurveyTest, NamesWhatItMayNotList) {
  Serve("networking.k8s.io", "v1", "ingresses", "[]");
  answers_["/apis/networking.k8s.io/v1/namespaces/shop/ingresses"] = "";
  const auto seen = Check();
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(seen->unseen.size(), 1u);
  EXPECT_THAT(seen->unseen[0], HasSubstr("Ingress: "));
  EXPECT_THAT(seen->unseen[0], HasSubstr("ann may not list them"));
}

TEST_F(WorkloadSurveyTest, AMissingDeploymentIsNotFound) {
  answers_.erase("/apis/apps/v1/namespaces/shop/deployments/web");
  const auto seen = Check();
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ports::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

// What an hour of waiting asks of an API server, request by request: the whole reconciler over the
// real adapters, and a server that knows one policy and one route.
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "contract/policies.h"
#include "contract/requests_bed.h"
#include "support/http_server.h"

namespace slogate::testing {
namespace {

using nlohmann::json;

const ports::Key kKey{"shop", "checkout"};
const std::string kPolicy = "/apis/slogate.dev/v1alpha1/namespaces/shop/rolloutpolicies/checkout";
const std::string kRoute = "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/shop";

json RouteObject() {
  const json backends = json::array({{{"name", kContractCanaryService}, {"weight", 0}},
                                     {{"name", kContractBaselineService}, {"weight", 100}}});
  return {{"metadata", {{"name", "shop"}, {"namespace", "shop"}, {"generation", 1}}},
          {"spec", {{"rules", json::array({{{"backendRefs", backends}}})}}}};
}

// Keeps objects by path; a status is written as it comes.
class SmallApiServer {
 public:
  SmallApiServer() {
    json policy = PolicyObjectFor(kKey, "http://prometheus:9090");
    policy["metadata"]["uid"] = "one";
    policy["metadata"]["resourceVersion"] = "1";
    objects_[kPolicy] = policy;
    objects_[kRoute] = RouteObject();
    objects_["/apis/gateway.networking.k8s.io"] = {
        {"versions", json::array({{{"groupVersion", "gateway.networking.k8s.io/v1"}}})}};
  }

  std::string url() const { return server_.url(); }
  json Policy() {
    const std::lock_guard lock(mutex_);
    return objects_.at(kPolicy);
  }
  // Requests since the last call, by verb and path.
  std::map<std::string, int> TakeRequests() {
    const std::lock_guard lock(mutex_);
    return std::exchange(requests_, {});
  }

 private:
  void Answer(const HttpRequest& request, HttpExchange& exchange) {
    const std::lock_guard lock(mutex_);
    ++requests_[request.method + " " + request.target];
    if (request.method == "PUT" && request.target == kPolicy + "/status") {
      json& policy = objects_.at(kPolicy);
      policy["status"] = json::parse(request.body).at("status");
      policy["metadata"]["resourceVersion"] = std::to_string(++version_);
      return exchange.Reply(200, policy.dump());
    }
    if (request.method == "PATCH" && request.target == kPolicy) {
      json& policy = objects_.at(kPolicy);
      policy.merge_patch(json::parse(request.body));
      policy["metadata"]["resourceVersion"] = std::to_string(++version_);
      return exchange.Reply(200, policy.dump());
    }
    const auto found = objects_.find(request.target);
    if (request.method != "GET" || found == objects_.end()) return exchange.Reply(404, "{}");
    exchange.Reply(200, found->second.dump());
  }

  std::mutex mutex_;
  std::map<std::string, json> objects_;
  std::map<std::string, int> requests_;
  int version_ = 1;
  HttpServer server_{
      [this](const HttpRequest& request, HttpExchange& exchange) { Answer(request, exchange); }};
};

class WaitingRequestsTest : public RequestsBed<SmallApiServer> {
 protected:
  // Nothing is watched here: every check is one that the controller takes by itself.
  void Run(core::Duration length) { Advance(length, std::chrono::milliseconds(100)); }
};

TEST_F(WaitingRequestsTest, AMissingDeploymentCostsFourReadsALookAndTwoWrites) {
  queue_.Add(kKey);
  Run(std::chrono::hours(1));
  const json status = server_.Policy()["status"];
  EXPECT_EQ(status["reason"], "WorkloadUnavailable") << status["message"];
  constexpr int kChecks = 39;  // and the guard of the policy, which is read and written first
  const std::string deployments = "GET /apis/apps/v1/namespaces/shop/deployments/";
  EXPECT_EQ(server_.TakeRequests(),
            (std::map<std::string, int>{{"GET " + kPolicy, kChecks + 2},
                                        {"PATCH " + kPolicy, 1},
                                        {deployments + kContractDeployment, kChecks},
                                        {deployments + kContractCanary, kChecks},
                                        {"GET " + kRoute, kChecks},
                                        {"GET /apis/gateway.networking.k8s.io", 1},
                                        {"PUT " + kPolicy + "/status", 1}}));
  Run(std::chrono::hours(1));
  EXPECT_EQ(server_.TakeRequests(),
            (std::map<std::string, int>{{"GET " + kPolicy, 12},
                                        {deployments + kContractDeployment, 12},
                                        {deployments + kContractCanary, 12},
                                        {"GET " + kRoute, 12}}));
  EXPECT_EQ(source_.histories() + source_.counts(), 0);
}

}  // namespace
}  // namespace slogate::testing

// Services and Deployments as teams have had them for years, and what their canaries get.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubernetes/workload/workload_store.h"
#include "contract/contract_cluster.h"
#include "contract/policies.h"
#include "support/yaml_objects.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using Kind = core::Action::Kind;

struct LiveServicesTest : ::testing::Test {
  void Live(const std::string& yaml, const std::string& deployment = "shop") {
    record.key = {objects.ns(), "shop"};
    record.uid = objects.Create(PolicyObjectFor(record.key, "http://prometheus:9090"))
                     .at("metadata")
                     .at("uid");
    record.policy.emplace();
    record.policy->workload.deployment = deployment;
    record.policy->workload.canary_deployment = deployment + "-canary";
    core::Route route;
    route.name = "shop";
    route.baseline_service = "shop";
    route.canary_service = "shop-canary";
    record.policy->routes = {route};
    for (const json& object : ObjectsFromYaml(yaml)) objects.Create(object);
  }
  std::string Problem() {
    const auto view = store.Observe(record);
    return view ? view->problem : view.error().message;
  }
  // Makes all that a rollout needs.
  void RunBeside() {
    ASSERT_EQ(Problem(), "");
    std::string revision;
    for (int look = 0; revision.empty() && look < 1000; ++look) {
      const auto view = store.Observe(record);
      ASSERT_TRUE(view.has_value()) << view.error().message;
      revision = view->template_revision;
    }
    for (const core::Action& action : {core::Action{Kind::kEnsureServices, 0, {}},
                                       core::Action{Kind::kEnsureCanary, 1, revision}}) {
      const auto applied = store.Apply(record, action);
      ASSERT_TRUE(applied.has_value()) << applied.error().message;
    }
    EXPECT_EQ(Problem(), "");
  }
  json Canary() {
    return objects.Get("apps/v1", "Deployment", record.policy->workload.canary_deployment);
  }
  json CanaryPorts() { return objects.Get("v1", "Service", "shop-canary")["spec"]["ports"]; }

  NamespaceObjects objects{"live"};
  adapters::kubernetes::KubeWorkloadStore store{Cluster().client()};
  ports::PolicyRecord record;
};

TEST_F(LiveServicesTest, SeveralPortsWithTheirProtocols) {
  Live(R"(
apiVersion: v1
kind: Service
metadata: {name: shop, labels: {app: shop, release: prom}, annotations: {prometheus.io/scrape: "true"}}
spec:
  selector: {app: shop}
  ports:
    - {name: http, port: 80, targetPort: 8080, appProtocol: http}
    - {name: grpc, port: 9000, targetPort: 9090, appProtocol: kubernetes.io/h2c}
    - {name: metrics, port: 9102, targetPort: 9102}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, labels: {app: shop, owner: team-shop}}
spec:
  replicas: 2
  minReadySeconds: 3
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: web, image: "shop:1", ports: [{containerPort: 8080}]}]}
)");
  RunBeside();
  EXPECT_EQ(CanaryPorts(), objects.Get("v1", "Service", "shop")["spec"]["ports"]);
  const json metadata = objects.Get("v1", "Service", "shop-canary")["metadata"];
  EXPECT_EQ(metadata["labels"]["release"], "prom");
  EXPECT_EQ(metadata["annotations"]["prometheus.io/scrape"], "true");
  EXPECT_EQ(Canary()["spec"]["minReadySeconds"], 3);
  EXPECT_EQ(objects.Get("apps/v1", "Deployment", "shop")["spec"]["replicas"], 2);
}

TEST_F(LiveServicesTest, ASidecarsPortIsNotTheServices) {
  Live(R"(
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports: [{name: http, port: 80, targetPort: web}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
        - {name: sql-proxy, image: "sql-proxy:2", ports: [{name: pg, containerPort: 5432}]}
        - {name: shop, image: "shop:1", ports: [{name: web, containerPort: 8080}]}
)");
  RunBeside();
  EXPECT_EQ(CanaryPorts()[0]["targetPort"], "web");
}

TEST_F(LiveServicesTest, NamesAndLabelsAsLongAsKubernetesTakes) {
  const std::string name = "checkout-service-payments-orchestrator-with-a-very-long-name-prod";
  const std::string label = "checkout-service-payments-orchestrator-prod-eu-west-1-blue-a";
  Live(R"(
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app.kubernetes.io/instance: )" +
           label + R"(}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: )" +
           name + R"(}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: checkout, app.kubernetes.io/instance: )" +
           label + R"(}}
  template:
    metadata: {labels: {app.kubernetes.io/name: checkout, app.kubernetes.io/instance: )" +
           label +
           R"(}}
    spec: {containers: [{name: web, image: "shop:1"}]}
)",
       name);
  RunBeside();
  const json labels = Canary()["spec"]["template"]["metadata"]["labels"];
  EXPECT_EQ(labels["app.kubernetes.io/name"], "checkout");
  EXPECT_EQ(labels["app.kubernetes.io/instance"].get<std::string>().size(), 63u);
}

TEST_F(LiveServicesTest, AServiceThatWouldSelectBothTracksIsRefusedWithTheFix) {
  Live(R"(
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {team: shop}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop, team: shop}}
    spec: {containers: [{name: web, image: "shop:1"}]}
)");
  EXPECT_THAT(Problem(), HasSubstr("Service shop selects pods by team=shop, so it would select the "
                                   "canary's pods too; add a label of Deployment shop's selector "
                                   "(app=shop) to the Service's selector"));
}

}  // namespace
}  // namespace slogate::testing

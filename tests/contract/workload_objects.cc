#include "contract/workload_objects.h"

#include <gtest/gtest.h>

#include "adapters/kubernetes/policy/policy_store.h"
#include "contract/policies.h"
#include "support/actors.h"
#include "support/process.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

constexpr std::chrono::seconds kDeadline{60};

void StartKubelet() { static KubeletActor kubelet(Cluster().client(), {}); }

json RouteFor() {
  const auto backend = [](const char* service, int weight) {
    return json{{"name", service}, {"port", 80}, {"weight", weight}};
  };
  return {
      {"apiVersion", "gateway.networking.k8s.io/v1"},
      {"kind", "HTTPRoute"},
      {"metadata", {{"name", kContractRoute}}},
      {"spec",
       {{"parentRefs", {{{"name", "public"}}}},
        {"rules",
         json::array({{{"backendRefs", json::array({backend(kContractBaselineService, 100),
                                                    backend(kContractCanaryService, 0)})}}})}}}};
}

json TemplateFor(const std::string& image, bool held) {
  return {
      {"metadata",
       {{"labels", {{"app", kContractDeployment}, {"team", "shop"}}},
        {"annotations", {{kBehaviourAnnotation, held ? "never" : "ready"}}}}},
      {"spec",
       {{"terminationGracePeriodSeconds", 1},
        {"containers",
         json::array({{{"name", "web"},
                       {"image", image},
                       {"ports", json::array({{{"name", "http"}, {"containerPort", 8080}}})}}})}}}};
}

}  // namespace

WorkloadObjects::WorkloadObjects() : store_(Cluster().client()) {
  StartKubelet();
  objects_.Create(RouteFor());
  record_ = adapters::kubernetes::RecordFromObject(
      objects_.Create(PolicyObjectFor({ns(), "shop"}, "http://prometheus:9090")));
}

ports::PolicyRecord WorkloadObjects::Record(
    const std::function<void(core::Policy&)>& change) const {
  ports::PolicyRecord record = record_;
  if (change) change(*record.policy);
  return record;
}

void WorkloadObjects::Deploy(const std::string& image, const json& changes) {
  json object = {{"apiVersion", "apps/v1"},
                 {"kind", "Deployment"},
                 {"metadata", {{"name", kContractDeployment}}},
                 {"spec",
                  {{"replicas", 2},
                   {"selector", {{"matchLabels", {{"app", kContractDeployment}}}}},
                   {"template", TemplateFor(image, held_)}}}};
  object.merge_patch(changes);
  if (deployed_) {
    Merge({{"spec", {{"template", object["spec"]["template"]}}}});
  } else {
    objects_.Create(object);
  }
  deployed_ = true;
}

void WorkloadObjects::Hold() { held_ = true; }

json WorkloadObjects::Deployment(const std::string& name) const {
  return objects_.Get("apps/v1", "Deployment", name);
}

void WorkloadObjects::Merge(const json& patch) const {
  objects_.Merge("apps/v1", "Deployment", kContractDeployment, patch);
}

core::WorkloadView WorkloadObjects::AwaitView(
    const ports::PolicyRecord& record,
    const std::function<bool(const core::WorkloadView&)>& wanted) {
  core::WorkloadView view;
  const auto context = [&] {
    const auto observed = store_.Observe(record);
    if (!observed) {
      ADD_FAILURE() << observed.error().message;
      return true;
    }
    view = *observed;
    return wanted(view);
  };
  EXPECT_TRUE(Await(context, kDeadline))
      << "canary: " << view.canary.available << "/" << view.canary.desired << " of "
      << view.canary.revision << ", baseline: " << view.baseline.available << "/"
      << view.baseline.desired << " of " << view.baseline.revision << ", problem: " << view.problem;
  return view;
}

}  // namespace slogate::testing

#include "contract/workload_objects.h"

#include <gtest/gtest.h>

#include <utility>

#include "contract/policies.h"
#include "support/actors.h"
#include "support/process.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

constexpr std::chrono::seconds kDeadline{60};

void StartKubelet() { static KubeletActor kubelet(Cluster().client(), {}); }

json ServiceObject() {
  return {{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata", {{"name", kContractBaselineService}, {"labels", {{"team", "shop"}}}}},
          {"spec",
           {{"selector", {{"app", kContractDeployment}}},
            {"ports", json::array({{{"name", "http"}, {"port", 80}, {"targetPort", "http"}}})}}}};
}

// What a store reads of a policy.
core::Policy Policy() {
  core::Policy policy;
  policy.workload.deployment = kContractDeployment;
  policy.workload.canary_deployment = kContractCanary;
  core::Route route;
  route.name = kContractRoute;
  route.baseline_service = kContractBaselineService;
  route.canary_service = kContractCanaryService;
  policy.routes.push_back(std::move(route));
  return policy;
}

json TemplateFor(const std::string& image, bool pods_start) {
  return {
      {"metadata",
       {{"labels", {{"app", kContractDeployment}, {"team", "shop"}}},
        {"annotations", {{kBehaviourAnnotation, pods_start ? "ready" : "never"}}}}},
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
  objects_.Create(ServiceObject());
  record_.key = {ns(), "shop"};
  record_.uid = objects_.Create(PolicyObjectFor(record_.key, "http://prometheus:9090"))
                    .at("metadata")
                    .at("uid");
  record_.policy = Policy();
}

ports::PolicyRecord WorkloadObjects::Record(
    const std::function<void(core::Policy&)>& change) const {
  ports::PolicyRecord record = record_;
  if (change) change(*record.policy);
  return record;
}

json WorkloadObjects::Manifest(const std::string& image) const {
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", kContractDeployment}, {"namespace", ns()}}},
          {"spec",
           {{"replicas", 2},
            {"selector", {{"matchLabels", {{"app", kContractDeployment}}}}},
            {"template", TemplateFor(image, pods_start_)}}}};
}

void WorkloadObjects::Deploy(const std::string& image, const json& changes) {
  json object = Manifest(image);
  object.merge_patch(changes);
  if (deployed_) {
    Merge({{"spec", {{"template", object["spec"]["template"]}}}});
  } else {
    objects_.Create(object);
  }
  deployed_ = true;
}

void WorkloadObjects::KeepPodsFromStarting() { pods_start_ = false; }

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
      << view.baseline.desired << " of " << view.baseline.revision
      << ", template: " << view.template_revision << (view.held ? ", held" : "")
      << ", problem: " << view.problem;
  return view;
}

}  // namespace slogate::testing

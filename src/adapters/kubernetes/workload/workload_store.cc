#include "adapters/kubernetes/workload/workload_store.h"

#include <string>

#include "adapters/kubernetes/client/object_fields.h"
#include "adapters/kubernetes/workload/baseline_twin.h"
#include "adapters/kubernetes/workload/track_reading.h"
#include "adapters/kubernetes/workload/track_services.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

tl::unexpected<ports::Error> NoPolicy(const ports::PolicyRecord& record) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument,
                     "RolloutPolicy " + record.key.ToString() + " has no valid spec");
}

std::string Problem(const ports::PolicyRecord& record, const TrackReading& user,
                    const TrackReading& baseline, bool services_exist) {
  const core::Workload& workload = record.policy->workload;
  if (user.deployment.is_null()) {
    return "Deployment " + record.key.ns + "/" + workload.deployment +
           " does not exist; create it, or correct workload.ref";
  }
  if (!user.problem.empty()) return user.problem;
  if (!baseline.problem.empty()) return baseline.problem;
  switch (workload.promotion) {
    case core::Promotion::kManaged:
      return TwinProblem(record, user, baseline);
    case core::Promotion::kExternal:
      if (!services_exist) return "a Service of a route does not exist; create it";
      break;
  }
  return "";
}

ports::Result<void> ScaleCanary(KubeClient& client, const ports::PolicyRecord& record,
                                int replicas) {
  const std::string& name = record.policy->workload.deployment;
  const std::string path = ObjectPath("apps/v1", record.key.ns, "deployments", name);
  const auto deployment = Lookup(client, path);
  if (!deployment) return tl::unexpected(deployment.error());
  if (deployment->is_null()) {
    return ports::Fail(ports::ErrorCode::kNotFound, "Deployment " + name + " does not exist");
  }
  if (NumberField(*deployment, {"spec", "replicas"}, 1) == replicas) return {};
  const json patch = {
      {"metadata", {{"resourceVersion", TextField(*deployment, {"metadata", "resourceVersion"})}}},
      {"spec", {{"replicas", replicas}}}};
  const auto written = client.MergePatch(path, patch);
  if (!written) return tl::unexpected(written.error());
  return {};
}

}  // namespace

ports::Result<core::WorkloadView> KubeWorkloadStore::Observe(const ports::PolicyRecord& record) {
  if (!record.policy) return NoPolicy(record);
  const core::Workload& workload = record.policy->workload;
  auto user = ReadTrack(client_, record.key.ns, workload.deployment, workload.tracked);
  if (!user) return tl::unexpected(user.error());
  auto baseline = ReadTrack(client_, record.key.ns, workload.baseline_deployment, workload.tracked);
  if (!baseline) return tl::unexpected(baseline.error());
  const auto services = ServicesExist(client_, record);
  if (!services) return tl::unexpected(services.error());
  core::WorkloadView view;
  view.canary = user->view;
  view.baseline = baseline->view;
  view.services_exist = *services;
  view.problem = Problem(record, *user, *baseline, *services);
  return view;
}

ports::Result<void> KubeWorkloadStore::Apply(const ports::PolicyRecord& record,
                                             const core::Action& action) {
  if (!record.policy) return NoPolicy(record);
  switch (action.kind) {
    case core::Action::Kind::kEnsureBaseline:
      return EnsureTwin(client_, record);
    case core::Action::Kind::kEnsureServices:
      return EnsureServices(client_, record);
    case core::Action::Kind::kScaleCanary:
      return ScaleCanary(client_, record, action.value);
    case core::Action::Kind::kPromoteTemplate:
      return PromoteToTwin(client_, record, action.revision);
    case core::Action::Kind::kSetWeights:
      break;
  }
  return ports::Fail(ports::ErrorCode::kInvalidArgument, "weights are moved by a TrafficRouter");
}

}  // namespace slogate::adapters::kubernetes

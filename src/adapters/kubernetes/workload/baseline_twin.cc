#include "adapters/kubernetes/workload/baseline_twin.h"

#include "adapters/kubernetes/client/object_fields.h"
#include "adapters/kubernetes/workload/owned_objects.h"
#include "adapters/kubernetes/workload/pod_template.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;
using ports::ErrorCode;

namespace {

std::string DeploymentPath(const std::string& ns, const std::string& name) {
  return ObjectPath("apps/v1", ns, "deployments", name);
}

ports::Result<void> Done(const ports::Result<json>& written) {
  if (!written) return tl::unexpected(written.error());
  return {};
}

tl::unexpected<ports::Error> NoDeployment(const std::string& name) {
  return ports::Fail(ErrorCode::kNotFound, "Deployment " + name + " does not exist");
}

}  // namespace

std::string TwinProblem(const ports::PolicyRecord& record, const TrackReading& user,
                        const TrackReading& twin) {
  if (const auto label = ChooseTwinLabel(user.deployment); !label) return label.error().message;
  if (!twin.deployment.is_null() && !OwnedBy(twin.deployment, record)) {
    return NotOurs("Deployment", record.policy->workload.baseline_deployment, record)
        .value()
        .message;
  }
  return "";
}

ports::Result<void> EnsureTwin(KubeClient& client, const ports::PolicyRecord& record) {
  const core::Workload& workload = record.policy->workload;
  const std::string path = DeploymentPath(record.key.ns, workload.baseline_deployment);
  const auto twin = Lookup(client, path);
  if (!twin) return tl::unexpected(twin.error());
  if (!twin->is_null()) {
    if (OwnedBy(*twin, record)) return {};
    return NotOurs("Deployment", workload.baseline_deployment, record);
  }
  const auto user = ReadRelease(client, record.key.ns, workload.deployment, workload.tracked);
  if (!user) return tl::unexpected(user.error());
  if (user->deployment.is_null()) return NoDeployment(workload.deployment);
  const auto label = ChooseTwinLabel(user->deployment);
  if (!label) return tl::unexpected(label.error());
  // Before the Deployment: its pods cannot start without them.
  if (const auto copied = WriteCopies(client, record, *user); !copied) return copied;
  return Done(client.Create(CollectionPath("apps/v1", record.key.ns, "deployments"),
                            TwinDeployment(*user, *label, record)));
}

ports::Result<void> PromoteToTwin(KubeClient& client, const ports::PolicyRecord& record,
                                  const std::string& revision) {
  const core::Workload& workload = record.policy->workload;
  const auto user = ReadRelease(client, record.key.ns, workload.deployment, workload.tracked);
  if (!user) return tl::unexpected(user.error());
  if (user->deployment.is_null()) return NoDeployment(workload.deployment);
  if (user->view.revision != revision) {
    return ports::Fail(ErrorCode::kConflict, "Deployment " + workload.deployment + " is at " +
                                                 user->view.revision + ", no longer at " +
                                                 revision);
  }
  const auto label = ChooseTwinLabel(user->deployment);
  if (!label) return tl::unexpected(label.error());
  const auto twin =
      ReadRelease(client, record.key.ns, workload.baseline_deployment, workload.tracked);
  if (!twin) return tl::unexpected(twin.error());
  if (twin->deployment.is_null()) return NoDeployment(workload.baseline_deployment);
  if (!OwnedBy(twin->deployment, record)) {
    return NotOurs("Deployment", workload.baseline_deployment, record);
  }
  if (twin->view.revision == revision) return {};
  if (const auto copied = WriteCopies(client, record, *user); !copied) return copied;
  const json patch =
      json::array({{{"op", "replace"},
                    {"path", "/metadata/resourceVersion"},
                    {"value", TextField(twin->deployment, {"metadata", "resourceVersion"})}},
                   {{"op", "replace"},
                    {"path", "/spec/template"},
                    {"value", TwinTemplateOf(*user, *label, workload.tracked)}}});
  return Done(client.JsonPatch(DeploymentPath(record.key.ns, workload.baseline_deployment), patch));
}

}  // namespace slogate::adapters::kubernetes

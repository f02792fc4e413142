#include "adapters/kubernetes/workload/production.h"

#include "adapters/kubernetes/workload/hold_policy.h"
#include "adapters/kubernetes/workload/revision.h"
#include "adapters/kubernetes/workload/track_reading.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;
using ports::ErrorCode;

namespace {

std::string PathOf(const ports::PolicyRecord& record) {
  return ObjectPath("apps/v1", record.key.ns, "deployments", record.policy->workload.deployment);
}

std::string Version(const json& object) {
  return TextField(object, {"metadata", "resourceVersion"});
}

// The answer is the Deployment as it is afterwards.
ports::Result<json> SetPaused(KubeClient& client, const ports::PolicyRecord& record,
                              const json& deployment, bool paused) {
  if (FlagField(deployment, {"spec", "paused"}) == paused) return deployment;
  return client.MergePatch(
      PathOf(record),
      {{"metadata", {{"resourceVersion", Version(deployment)}}}, {"spec", {{"paused", paused}}}});
}

ports::Result<json> WriteTemplate(KubeClient& client, const ports::PolicyRecord& record,
                                  const json& deployment, const json& pod_template, bool paused) {
  const auto replace = [](const char* path, const json& value) {
    return json{{"op", "add"}, {"path", path}, {"value", value}};
  };
  return client.JsonPatch(
      PathOf(record),
      json::array({replace("/metadata/resourceVersion", Version(deployment)),
                   replace("/spec/template", pod_template), replace("/spec/paused", paused)}));
}

// kConflict when the template is of another revision.
ports::Result<void> CheckRevision(const ports::PolicyRecord& record, const json& deployment,
                                  const std::string& revision) {
  const std::string present = RevisionOf(Field(deployment, {"spec", "template"}));
  if (present == revision) return {};
  return ports::Fail(ErrorCode::kConflict, "Deployment " + record.policy->workload.deployment +
                                               " asks for revision " + present +
                                               ", no longer for " + revision);
}

}  // namespace

ports::Result<void> Adopt(KubeClient& client, const ports::PolicyRecord& record) {
  return Done(client.MergePatch(PathOf(record),
                                {{"metadata", {{"labels", {{kHoldLabel, kHoldLabelValue}}}}}}));
}

ports::Result<void> Hold(KubeClient& client, const ports::PolicyRecord& record) {
  const auto deployment = client.Get(PathOf(record));
  if (!deployment) return tl::unexpected(deployment.error());
  return Done(SetPaused(client, record, *deployment, true));
}

ports::Result<void> Release(KubeClient& client, const ports::PolicyRecord& record,
                            const std::string& revision) {
  const auto deployment = client.Get(PathOf(record));
  if (!deployment) return tl::unexpected(deployment.error());
  const auto same = CheckRevision(record, *deployment, revision);
  return same ? Done(SetPaused(client, record, *deployment, false)) : same;
}

ports::Result<void> Restore(KubeClient& client, const ports::PolicyRecord& record,
                            const core::Action& action) {
  const auto deployment = client.Get(PathOf(record));
  if (!deployment) return tl::unexpected(deployment.error());
  const auto replica_sets = ReplicaSetsOf(client, record.key.ns, *deployment);
  if (!replica_sets) return tl::unexpected(replica_sets.error());
  const json running =
      WithoutHash(Field(RunningReplicaSet(*deployment, *replica_sets), {"spec", "template"}));
  if (!running.is_object()) {
    return ports::Fail(ErrorCode::kNotFound,
                       "no ReplicaSet of Deployment " + record.policy->workload.deployment +
                           " runs; give the Deployment the template that it should have");
  }
  if (running == Field(*deployment, {"spec", "template"})) {
    return Done(SetPaused(client, record, *deployment, action.stays_held));
  }
  if (const auto same = CheckRevision(record, *deployment, action.revision); !same) return same;
  const auto restored = WriteTemplate(client, record, *deployment, running, action.stays_held);
  if (!restored) return tl::unexpected(restored.error());
  // Where admission holds changes of the template, it has held this one too.
  return Done(SetPaused(client, record, *restored, action.stays_held));
}

ports::Result<void> Undo(KubeClient& client, const ports::PolicyRecord& record,
                         const core::Action& action) {
  const std::string& name = record.policy->workload.deployment;
  const auto deployment = client.Get(PathOf(record));
  if (!deployment) return tl::unexpected(deployment.error());
  const auto replica_sets = ReplicaSetsOf(client, record.key.ns, *deployment);
  if (!replica_sets) return tl::unexpected(replica_sets.error());
  if (RevisionOf(Field(*deployment, {"spec", "template"})) == action.revision) {
    return Done(SetPaused(client, record, *deployment, true));
  }
  const std::string running =
      RevisionOf(Field(RunningReplicaSet(*deployment, *replica_sets), {"spec", "template"}));
  if (running != action.undone) {
    return ports::Fail(ErrorCode::kConflict, "Deployment " + name + " runs revision " + running +
                                                 ", no longer " + action.undone);
  }
  const json& earlier = ReplicaSetOf(*deployment, *replica_sets, action.revision);
  if (earlier.is_null()) {
    return ports::Fail(ErrorCode::kNotFound, "no ReplicaSet of Deployment " + name +
                                                 " has revision " + action.revision +
                                                 " any more; release that version again");
  }
  return Done(WriteTemplate(client, record, *deployment,
                            WithoutHash(Field(earlier, {"spec", "template"})), true));
}

ports::Result<void> Leave(KubeClient& client, const ports::PolicyRecord& record,
                          const std::string& revision) {
  const auto deployment = Lookup(client, PathOf(record));
  if (!deployment) return tl::unexpected(deployment.error());
  if (deployment->is_null()) return {};
  json patch = {{"metadata", {{"resourceVersion", Version(*deployment)}}}};
  if (!revision.empty()) {
    if (const auto same = CheckRevision(record, *deployment, revision); !same) return same;
    if (FlagField(*deployment, {"spec", "paused"})) patch["spec"]["paused"] = false;
  }
  if (!Field(*deployment, {"metadata", "labels", kHoldLabel}).is_null()) {
    patch["metadata"]["labels"][kHoldLabel] = nullptr;
  }
  const bool changes = patch.contains("spec") || patch["metadata"].contains("labels");
  return changes ? Done(client.MergePatch(PathOf(record), patch)) : ports::Result<void>{};
}

}  // namespace slogate::adapters::kubernetes

#include "adapters/kubernetes/workload/workload_store.h"

#include <string>
#include <utility>

#include "adapters/kubernetes/workload/canary_deployment.h"
#include "adapters/kubernetes/workload/canary_service.h"
#include "adapters/kubernetes/workload/hold_policy.h"
#include "adapters/kubernetes/workload/ownership.h"
#include "adapters/kubernetes/workload/production.h"
#include "adapters/kubernetes/workload/revision.h"
#include "adapters/kubernetes/workload/track_reading.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;
using ports::ErrorCode;

namespace {

std::string DeploymentPath(const ports::PolicyRecord& record, const std::string& name) {
  return ObjectPath("apps/v1", record.key.ns, "deployments", name);
}

std::string CanaryPath(const ports::PolicyRecord& record) {
  return DeploymentPath(record, record.policy->workload.canary_deployment);
}

std::string Missing(const ports::PolicyRecord& record, const std::string& name) {
  return record.policy->workload.kind + " " + record.key.ns + "/" + name +
         " does not exist; create it, or correct workload.ref";
}

const json& TemplateOf(const json& object) { return Field(object, {"spec", "template"}); }

// A Deployment that an operator writes would be given back what slogate changes.
std::string OwnerProblem(const json& deployment) {
  for (const json& owner : ListField(deployment, {"metadata", "ownerReferences"})) {
    if (!FlagField(owner, {"controller"})) continue;
    return "Deployment " + TextField(deployment, {"metadata", "name"}) + " belongs to " +
           TextField(owner, {"kind"}) + " " + TextField(owner, {"name"}) +
           ", whose controller writes it; name a Deployment that you apply yourself, or set "
           "promotion: External";
  }
  return "";
}

// A Managed rollout's objects, and what they have in common.
struct Reading {
  TrackObjects production;
  TrackObjects canary;
  bool canary_is_ours = false;
  RouteServices services;
  ports::Result<CanaryLabel> label = CanaryLabel{};

  bool HasCanary() const { return !canary.owner.is_null() && canary_is_ours; }

  // By which the canary's Services select: as the canary that runs does, whatever a new one would.
  json Selector() const {
    return HasCanary() ? Field(canary.owner, {"spec", "selector", "matchLabels"})
                       : CanarySelector(production.owner, *label);
  }

  TrackPods Pods() const {
    const json& offered = TemplateOf(production.owner);
    const json& running = TemplateOf(RunningReplicaSet(production.owner, production.replica_sets));
    const json made = CanaryTemplate(offered, *label);
    const json& canary_template = HasCanary() ? TemplateOf(canary.owner) : made;
    return {running.is_null() ? offered : running, offered,
            Field(canary_template, {"metadata", "labels"})};
  }
};

ports::Result<Reading> Read(KubeClient& client, const ports::PolicyRecord& record) {
  const core::Workload& workload = record.policy->workload;
  Reading reading;
  auto production = ReadTrack(client, record.key.ns, workload.deployment);
  if (!production) return tl::unexpected(production.error());
  reading.production = *std::move(production);
  auto canary = ReadTrack(client, record.key.ns, workload.canary_deployment);
  if (!canary) return tl::unexpected(canary.error());
  reading.canary = *std::move(canary);
  const auto ours = IsOurs(client, record, reading.canary.owner);
  if (!ours) return tl::unexpected(ours.error());
  reading.canary_is_ours = *ours;
  if (reading.production.owner.is_null()) {
    reading.label = ports::Fail(ErrorCode::kNotFound, Missing(record, workload.deployment));
    return reading;
  }
  auto services = ReadServices(client, record);
  if (!services) return tl::unexpected(services.error());
  reading.services = *std::move(services);
  reading.label =
      ChooseCanaryLabel(reading.production.owner, workload.canary_label, reading.services.Front());
  return reading;
}

std::string Problem(const ports::PolicyRecord& record, const Reading& reading) {
  const core::Workload& workload = record.policy->workload;
  if (!reading.production.problem.empty()) return reading.production.problem;
  if (std::string why = OwnerProblem(reading.production.owner); !why.empty()) return why;
  if (!reading.label) return reading.label.error().message;
  if (!reading.canary.owner.is_null() && !reading.canary_is_ours) {
    return NotOurs("Deployment", workload.canary_deployment, record);
  }
  return ServicesProblem(reading.services, reading.Pods(), record);
}

std::string RolloutProblem(const json& deployment) {
  const json& progressing = Condition(Field(deployment, {"status", "conditions"}), "Progressing");
  const std::string reason = TextField(progressing, {"reason"});
  if (TextField(progressing, {"status"}) != "False" || reason != "ProgressDeadlineExceeded") {
    return "";
  }
  return reason + ": " + TextField(progressing, {"message"});
}

core::TrackView ViewProduction(const TrackObjects& production) {
  core::TrackView view = ViewTrack(production);
  const json& running = RunningReplicaSet(production.owner, production.replica_sets);
  if (running.is_object()) view.revision = RevisionOf(TemplateOf(running));
  return view;
}

core::TrackView ViewCanary(const TrackObjects& canary) {
  core::TrackView view = ViewTrack(canary);
  // What runs is not known before the cluster has taken up what was asked for.
  if (!view.pod_template_hash.empty()) {
    view.revision = TextField(canary.owner, {"metadata", "annotations", kRevisionAnnotation});
  }
  return view;
}

void ViewTemplate(const TrackObjects& production, core::WorkloadView& view) {
  const json& deployment = production.owner;
  view.held = FlagField(deployment, {"spec", "paused"});
  view.recreates = TextField(deployment, {"spec", "strategy", "type"}) == "Recreate";
  if (!IsObserved(deployment)) return;
  view.template_revision = RevisionOf(TemplateOf(deployment));
  view.rollout_problem = RolloutProblem(deployment);
  const json& running = RunningReplicaSet(deployment, production.replica_sets);
  view.restart_held = view.held && view.template_revision == view.baseline.revision &&
                      WithoutHash(TemplateOf(running)) != TemplateOf(deployment);
}

ports::Result<core::WorkloadView> ObserveManaged(KubeClient& client, HoldFinder& hold,
                                                 const ports::PolicyRecord& record) {
  const auto reading = Read(client, record);
  if (!reading) return tl::unexpected(reading.error());
  core::WorkloadView view;
  view.problem = Problem(record, *reading);
  view.baseline = ViewProduction(reading->production);
  if (reading->HasCanary()) view.canary = ViewCanary(reading->canary);
  const json& production = reading->production.owner;
  if (production.is_null()) return view;
  if (reading->label) {
    view.services_exist = ServicesFollow(reading->services, reading->Selector(), record);
  }
  if (record.policy->workload.hold == core::HoldBy::kPaused) {
    view.held_by = core::HoldBy::kPaused;
  } else {
    const auto held_by = hold.Find();
    if (!held_by) return tl::unexpected(held_by.error());
    view.held_by = *held_by;
  }
  view.labelled = !Field(production, {"metadata", "labels", kHoldLabel}).is_null();
  view.adopted = view.held_by == core::HoldBy::kPaused ||
                 TextField(production, {"metadata", "labels", kHoldLabel}) == kHoldLabelValue;
  ViewTemplate(reading->production, view);
  view.previous_revision = RevisionBefore(production, reading->production.replica_sets,
                                          view.baseline.revision, record.state.rejected_revision);
  return view;
}

// Of one of two Deployments that others own: what it releases, whatever tells their pods apart.
core::TrackView ViewExternal(const TrackObjects& track) {
  core::TrackView view = ViewTrack(track);
  if (view.exists && IsObserved(track.owner)) {
    view.revision = RevisionAcross(TemplateOf(track.owner),
                                   Field(track.owner, {"spec", "selector", "matchLabels"}));
  }
  return view;
}

std::string ExternalProblem(const ports::PolicyRecord& record, const std::string& name,
                            const TrackObjects& track) {
  if (track.owner.is_null()) return Missing(record, name);
  if (!track.problem.empty()) return track.problem;
  if (!FlagField(track.owner, {"spec", "paused"})) return "";
  return "Deployment " + record.key.ns + "/" + name +
         " is paused; resume it (kubectl rollout resume)";
}

ports::Result<core::WorkloadView> ObserveExternal(KubeClient& client,
                                                  const ports::PolicyRecord& record) {
  const core::Workload& workload = record.policy->workload;
  const auto read = workload.kind == "StatefulSet" ? ReadStatefulTrack : ReadTrack;
  const auto baseline = read(client, record.key.ns, workload.deployment);
  if (!baseline) return tl::unexpected(baseline.error());
  const auto canary = read(client, record.key.ns, workload.canary_deployment);
  if (!canary) return tl::unexpected(canary.error());
  const auto services = ReadServices(client, record);
  if (!services) return tl::unexpected(services.error());
  core::WorkloadView view;
  view.baseline = ViewExternal(*baseline);
  view.canary = ViewExternal(*canary);
  view.problem = ExternalProblem(record, workload.deployment, *baseline);
  if (view.problem.empty()) {
    view.problem = ExternalProblem(record, workload.canary_deployment, *canary);
  }
  for (const RouteServices::Pair& pair : services->pairs) {
    if (!pair.baseline.is_null() && !pair.canary.is_null()) continue;
    view.services_exist = false;
    const std::string& name = pair.baseline.is_null() ? pair.baseline_name : pair.canary_name;
    if (view.problem.empty()) {
      view.problem = "Service " + record.key.ns + "/" + name + " does not exist; create it";
    }
  }
  if (view.problem.empty()) {
    const json& production = TemplateOf(baseline->owner);
    const json& labels = Field(TemplateOf(canary->owner), {"metadata", "labels"});
    view.problem = ServicesProblem(*services, {production, production, labels}, record);
  }
  return view;
}

// The canary's Deployment as it is; kNotFound when there is none, kInvalidArgument when it is
// somebody else's.
ports::Result<json> OurCanary(KubeClient& client, const ports::PolicyRecord& record) {
  const auto canary = client.Get(CanaryPath(record));
  if (!canary) return canary;
  const auto ours = IsOurs(client, record, *canary);
  if (!ours) return tl::unexpected(ours.error());
  if (*ours) return canary;
  return ports::Fail(ErrorCode::kInvalidArgument,
                     NotOurs("Deployment", record.policy->workload.canary_deployment, record));
}

ports::Result<void> ScaleCanary(KubeClient& client, const ports::PolicyRecord& record,
                                const json& canary, int replicas) {
  if (NumberField(canary, {"spec", "replicas"}, 1) == replicas) return {};
  return Done(client.MergePatch(
      CanaryPath(record),
      {{"metadata", {{"resourceVersion", TextField(canary, {"metadata", "resourceVersion"})}}},
       {"spec", {{"replicas", replicas}}}}));
}

ports::Result<void> RemoveCanary(KubeClient& client, const ports::PolicyRecord& record) {
  const auto canary = OurCanary(client, record);
  if (!canary && canary.error().code == ErrorCode::kNotFound) return {};
  if (!canary) return tl::unexpected(canary.error());
  const auto deleted = client.Delete(CanaryPath(record));
  if (!deleted && deleted.error().code == ErrorCode::kNotFound) return {};
  return deleted;
}

ports::Result<void> EnsureCanary(KubeClient& client, const ports::PolicyRecord& record,
                                 const core::Action& action) {
  const core::Workload& workload = record.policy->workload;
  const auto production = client.Get(DeploymentPath(record, workload.deployment));
  if (!production) return tl::unexpected(production.error());
  const std::string offered = RevisionOf(TemplateOf(*production));
  if (offered != action.revision) {
    return ports::Fail(ErrorCode::kConflict, "Deployment " + workload.deployment +
                                                 " asks for revision " + offered +
                                                 ", no longer for " + action.revision);
  }
  const auto services = ReadServices(client, record);
  if (!services) return tl::unexpected(services.error());
  const auto label = ChooseCanaryLabel(*production, workload.canary_label, services->Front());
  if (!label) return tl::unexpected(label.error());
  const json wanted = CanaryDeployment(*production, *label, record, action.value);
  const auto create = [&] {
    return Done(client.Create(CollectionPath("apps/v1", record.key.ns, "deployments"), wanted));
  };
  const auto canary = OurCanary(client, record);
  if (!canary && canary.error().code == ErrorCode::kNotFound) return create();
  if (!canary) return tl::unexpected(canary.error());
  if (TextField(*canary, {"metadata", "annotations", kRevisionAnnotation}) == offered) {
    return ScaleCanary(client, record, *canary, action.value);
  }
  // A selector cannot be changed.
  if (Field(*canary, {"spec", "selector"}) != Field(wanted, {"spec", "selector"})) {
    if (const auto removed = RemoveCanary(client, record); !removed) return removed;
    return create();
  }
  return Done(client.JsonPatch(CanaryPath(record), CanaryPatch(*canary, wanted)));
}

ports::Result<void> FollowServices(KubeClient& client, const ports::PolicyRecord& record) {
  const auto reading = Read(client, record);
  if (!reading) return tl::unexpected(reading.error());
  if (!reading->label) return tl::unexpected(reading->label.error());
  return EnsureServices(client, reading->services, reading->Selector(), record);
}

tl::unexpected<ports::Error> NoPolicy(const ports::PolicyRecord& record) {
  return ports::Fail(ErrorCode::kInvalidArgument,
                     "RolloutPolicy " + record.key.ToString() + " has no valid spec");
}

}  // namespace

ports::Result<core::WorkloadView> KubeWorkloadStore::Observe(const ports::PolicyRecord& record) {
  if (!record.policy) return NoPolicy(record);
  switch (record.policy->workload.promotion) {
    case core::Promotion::kManaged:
      return ObserveManaged(client_, hold_, record);
    case core::Promotion::kExternal:
      break;
  }
  return ObserveExternal(client_, record);
}

ports::Result<void> KubeWorkloadStore::Apply(const ports::PolicyRecord& record,
                                             const core::Action& action) {
  if (!record.policy) return NoPolicy(record);
  switch (action.kind) {
    case core::Action::Kind::kAdopt:
      return Adopt(client_, record);
    case core::Action::Kind::kEnsureServices:
      return FollowServices(client_, record);
    case core::Action::Kind::kEnsureCanary:
      return EnsureCanary(client_, record, action);
    case core::Action::Kind::kScaleCanary: {
      const auto canary = OurCanary(client_, record);
      if (!canary) return tl::unexpected(canary.error());
      return ScaleCanary(client_, record, *canary, action.value);
    }
    case core::Action::Kind::kRemoveCanary:
      return RemoveCanary(client_, record);
    case core::Action::Kind::kHold:
      return Hold(client_, record);
    case core::Action::Kind::kRelease:
      return Release(client_, record, action.revision);
    case core::Action::Kind::kRestore:
      return Restore(client_, record, action);
    case core::Action::Kind::kUndo:
      return Undo(client_, record, action);
    case core::Action::Kind::kLeave:
      return Leave(client_, record, action.revision);
    case core::Action::Kind::kSetWeights:
    case core::Action::Kind::kGiveBack:
      break;
  }
  return ports::Fail(ErrorCode::kInvalidArgument, "weights are moved by a TrafficRouter");
}

}  // namespace slogate::adapters::kubernetes

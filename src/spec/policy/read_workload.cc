#include <algorithm>
#include <chrono>
#include <utility>

#include "spec/policy/policy_parts.h"
#include "spec/text/names.h"

namespace slogate::spec {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::size_t kLongestDeployment = 253;
constexpr std::size_t kLongestLabelKey = 317;  // a domain of 253, a slash and 63

// Kinds of workloads that people have, and what to do with them.
constexpr std::pair<std::string_view, std::string_view> kUnfitKinds[] = {
    {"DaemonSet",
     "a DaemonSet has no canary beside it; keep its rolling update with maxUnavailable: 1, and run "
     "gate check between nodes or after it"},
    {"Rollout",
     "an Argo Rollout moves traffic itself; run gate check as a Job of its AnalysisTemplate, or "
     "make it a Deployment and name that"},
    {"Service",
     "a Knative Service splits its traffic between its own revisions; run gate check before each "
     "change of spec.traffic, or make it a Deployment and name that"},
    {"ReplicaSet", "name the Deployment that owns the ReplicaSet"},
    {"Pod", "name the Deployment that owns the Pod"}};

std::string ReadKind(ObjectReader& ref) {
  const auto kind = ref.IsText("kind") ? ref.Text("kind", kLongestDeployment) : std::nullopt;
  for (const auto& [unfit, fix] : kUnfitKinds) {
    if (!kind || *kind != unfit) continue;
    ref.Report("kind", "is " + *kind + ", which slogate does not release", std::string(fix));
    return "Deployment";
  }
  return ref.Choice("kind", {"Deployment", "StatefulSet"}).value_or("Deployment");
}

std::string ReadDeployment(ObjectReader& workload, std::string_view field, std::string& kind) {
  ObjectReader ref = workload.Child(field);
  if (!ref.IsObject()) return "";
  kind = ReadKind(ref);
  std::string name = ReadName(ref, "name", NameRule::kDnsSubdomain, "a Deployment");
  ref.RefuseOthers();
  return name;
}

void ReadCanaryScale(ObjectReader& reader, core::CanaryScale& scale) {
  const bool replicas = reader.Has("replicas");
  const bool share = reader.Has("shareOfBaseline");
  if (replicas && share) {
    reader.Report("", "has both replicas and shareOfBaseline",
                  "keep one of them, or neither: the canary's pods then follow the weight");
  }
  if (replicas) scale.replicas = static_cast<int>(reader.Integer("replicas", 1, 1, 10'000));
  if (share) {
    const auto percent = reader.Integer("shareOfBaseline", 100, 1, 100);
    scale.share_of_baseline = static_cast<double>(percent) / 100;
  }
}

std::string ReadCanaryLabel(ObjectReader& reader) {
  const auto key = reader.Text("canaryLabel", kLongestLabelKey);
  if (!key) return "";
  if (!IsLabelKey(*key)) {
    reader.Report("canaryLabel", "'" + *key + "' is not the key of a label",
                  "use a key such as app or app.kubernetes.io/instance");
  } else if (*key == "pod-template-hash") {
    reader.Report("canaryLabel", "is a label that Kubernetes sets itself",
                  "use one of the Deployment's selector, such as app");
  }
  return *key;
}

// An old policy is told the new name, and that the two Deployments have changed places.
void RefuseOldNames(ObjectReader& reader) {
  reader.WhenRefused("baselineRef",
                     "ref is production now: name production in ref and the canary in canaryRef");
  for (const char* const name : {"tracked", "trackedConfig"}) {
    reader.WhenRefused(name,
                       "remove it; put a hash of the configuration into the template's annotations "
                       "or into the ConfigMap's name, as kustomize and Helm do");
  }
}

void ReadManaged(ObjectReader& reader, core::Workload& workload) {
  if (workload.kind == "StatefulSet") {
    reader.Report("ref.kind", "is StatefulSet, whose revisions cannot run beside it on their own",
                  "set promotion: External and name a second StatefulSet in canaryRef");
  }
  if (reader.Has("canaryRef")) {
    reader.Report("canaryRef", "has no place with promotion: Managed",
                  "remove it, slogate makes the canary itself; or set promotion: External");
  }
  if (workload.deployment.size() + kCanarySuffix.size() > kLongestDeployment) {
    reader.Report("ref.name", "leaves no room for the name of the canary",
                  "use at most 246 letters");
  }
  workload.canary_deployment = workload.deployment + std::string(kCanarySuffix);
}

// What slogate does with a Deployment of its own, and with production, has no meaning where both
// Deployments are owned by others. The defaults are what the API server writes.
void ReadExternal(ObjectReader& reader, core::Workload& workload) {
  const core::Workload defaults;
  const auto refuse = [&](const char* field, bool given) {
    if (!given) return;
    reader.Report(field, "has no place with promotion: External",
                  "remove it, both Deployments are their owners'");
  };
  refuse("hold", workload.hold != defaults.hold);
  refuse("onRollback", workload.on_rollback != defaults.on_rollback);
  refuse("onDelete", workload.on_delete != defaults.on_delete);
  refuse("canaryLabel", reader.Has("canaryLabel"));
  if (!reader.Has("canaryRef") && std::ranges::count(reader.Names(), "baselineRef") == 0) {
    reader.Report("canaryRef", "is missing",
                  "name the canary's Deployment; the one in ref is production");
  }
  if (!workload.deployment.empty() && workload.canary_deployment == workload.deployment) {
    reader.Report("canaryRef.name", "is the Deployment of ref as well",
                  "name the other Deployment");
  }
}

}  // namespace

core::Workload ReadWorkload(ObjectReader& spec) {
  core::Workload workload;
  if (!spec.Require("workload", "give workload.ref with the name of a Deployment")) return workload;
  ObjectReader reader = spec.Child("workload");
  if (!reader.IsObject()) return workload;
  if (reader.Require("ref", "give the name of a Deployment, such as ref: {name: shop}")) {
    workload.deployment = ReadDeployment(reader, "ref", workload.kind);
  }
  const auto promotion = reader.Word<core::Promotion>("promotion");
  const bool promotion_known = promotion || !reader.Has("promotion");
  workload.promotion = promotion.value_or(workload.promotion);
  workload.hold = reader.Word<core::HoldBy>("hold").value_or(workload.hold);
  workload.canary_label = ReadCanaryLabel(reader);
  workload.on_rollback = reader.Word<core::OnRollback>("onRollback").value_or(workload.on_rollback);
  workload.on_delete = reader.Word<core::OnDelete>("onDelete").value_or(workload.on_delete);
  if (reader.Has("canaryRef")) {
    std::string kind;
    workload.canary_deployment = ReadDeployment(reader, "canaryRef", kind);
    if (!kind.empty() && kind != workload.kind) {
      reader.Report("canaryRef.kind", "is " + kind + ", and ref is a " + workload.kind,
                    "name two of one kind");
    }
  }
  if (promotion_known) {
    switch (workload.promotion) {
      case core::Promotion::kManaged:
        ReadManaged(reader, workload);
        break;
      case core::Promotion::kExternal:
        ReadExternal(reader, workload);
        break;
    }
  }
  reader.Part("canaryScale", workload.canary_scale, ReadCanaryScale);
  workload.scale_down_delay =
      reader.Time("scaleDownDelay", workload.scale_down_delay, {seconds(0), hours(24)});
  workload.progress_deadline =
      reader.Time("progressDeadline", workload.progress_deadline, {seconds(1), hours(24)});
  workload.max_canary_restarts = static_cast<int>(
      reader.Integer("maxCanaryRestarts", workload.max_canary_restarts, 0, 100'000));
  RefuseOldNames(reader);
  reader.RefuseOthers();
  return workload;
}

}  // namespace slogate::spec

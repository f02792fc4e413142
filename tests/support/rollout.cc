#include "support/rollout.h"

#include <stdexcept>
#include <utility>

#include "support/actors.h"
#include "support/route_shape.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

constexpr const char* kRevisionAnnotation = "deployment.kubernetes.io/revision";

std::string TextAt(const json& object, const char* name) {
  return object.is_object() ? object.value(name, "") : "";
}

}  // namespace

Rollout::Rollout(KubeServers& servers, RolloutSettings settings)
    : servers_(servers), settings_(std::move(settings)), ns_(servers.CreateNamespace("rollout")) {
  const std::string services = "/api/v1/namespaces/" + ns_ + "/services";
  Create(Workloads(), WorkloadObject(settings_, kDeployment, BaselineVersion()));
  Create("/apis/apps/v1/namespaces/" + ns_ + "/deployments",
         DeploymentObject(kThirdService, 1, {"good", "ready", "1"}));
  Create(services, ServiceObject(kThirdService, kThirdService));
  Create(services, ServiceObject(kBaselineService, kDeployment));
  if (settings_.external) {
    Create(Workloads(), WorkloadObject(settings_, kCanaryDeployment, BaselineVersion()));
    Create(services, ServiceObject(kCanaryService, kCanaryDeployment));
  }
  for (const auto& [collection, object] : ShapeOf(settings_.route_kind).Objects(ns_)) {
    Create(collection, object);
  }
}

void Rollout::CreatePolicy(const std::string& prometheus) {
  Create("/apis/slogate.dev/v1alpha1/namespaces/" + ns_ + "/rolloutpolicies",
         PolicyObject(settings_, ns_, prometheus));
}

void Rollout::DeletePolicy() { (void)servers_.client().Delete(PolicyPath()); }

void Rollout::DropFinalizers() {
  (void)servers_.client().MergePatch(PolicyPath(), {{"metadata", {{"finalizers", nullptr}}}});
}

void Rollout::Release() {
  const std::string name = settings_.external ? kCanaryDeployment : kDeployment;
  const auto patched =
      servers_.client().MergePatch(Workloads() + "/" + name, ReleasePatch(CandidateVersion()));
  if (!patched) throw std::runtime_error(ns_ + ": release: " + patched.error().message);
}

void Rollout::PromoteByOwner() {
  (void)servers_.client().MergePatch(Workloads() + "/" + kDeployment,
                                     ReleasePatch(CandidateVersion()));
}

json Rollout::Status() const {
  const json policy = Read(PolicyPath());
  return policy.is_object() ? policy.value("status", json::object()) : json::object();
}

std::string Rollout::Phase() const { return TextAt(Status(), "phase"); }
std::string Rollout::Reason() const { return TextAt(Status(), "reason"); }

int Rollout::CanaryPercent() const {
  const RouteShape& shape = ShapeOf(settings_.route_kind);
  return shape.Percent(Read(shape.Path(ns_)));
}

bool Rollout::CanaryAtRest() const {
  return settings_.external || !Read(Workloads() + "/" + kCanaryDeployment).is_object();
}

PodVersion Rollout::ProductionVersion() const {
  const json production = Read(Workloads() + "/" + kDeployment);
  if (settings_.stateful_sets && production.is_object()) {
    const json& status = production.at("status");
    const bool rolled_out = TextAt(status, "currentRevision") == TextAt(status, "updateRevision");
    return rolled_out ? VersionIn(production.at("spec").at("template")) : PodVersion{};
  }
  const json sets = Read("/apis/apps/v1/namespaces/" + ns_ + "/replicasets");
  if (!production.is_object() || !sets.is_object()) return {};
  const std::string revision = AnnotationOf(production, kRevisionAnnotation);
  const json* annotated = nullptr;
  std::vector<const json*> active;
  for (const json& set : sets.at("items")) {
    const json owners = set.at("metadata").value("ownerReferences", json::array());
    if (owners.empty() || TextAt(owners[0], "name") != kDeployment) continue;
    if (AnnotationOf(set, kRevisionAnnotation) == revision) annotated = &set;
    if (set.at("spec").value("replicas", 0) > 0) active.push_back(&set);
  }
  // A paused Deployment that asks for an earlier template is annotated with the revision of that.
  const bool paused = production.at("spec").value("paused", false);
  const json* const runs = paused && active.size() == 1 ? active.front() : annotated;
  return runs == nullptr ? PodVersion{} : VersionIn(runs->at("spec").at("template"));
}

PodVersion Rollout::OfferedVersion() const {
  const json object =
      Read(Workloads() + "/" + (settings_.external ? kCanaryDeployment : kDeployment));
  return object.is_object() ? VersionIn(object.at("spec").at("template")) : PodVersion{};
}

PodVersion Rollout::VersionIn(const json& pod_template) {
  return {AnnotationOf(pod_template, kProfileAnnotation),
          AnnotationOf(pod_template, kBehaviourAnnotation),
          AnnotationOf(pod_template, kVersionAnnotation)};
}

PodVersion Rollout::BaselineVersion() const { return {settings_.baseline, "ready", "1"}; }

PodVersion Rollout::CandidateVersion() const {
  return {settings_.candidate, settings_.behaviour, "2"};
}

json Rollout::Read(const std::string& path) const {
  auto read = servers_.client().Get(path);
  return read ? *std::move(read) : json();
}

void Rollout::Create(const std::string& collection, const json& object) {
  const auto created = servers_.client().Create(collection, object);
  if (!created) throw std::runtime_error(collection + ": " + created.error().message);
}

std::string Rollout::Workloads() const {
  return "/apis/apps/v1/namespaces/" + ns_ + "/" + WorkloadResource(settings_);
}

std::string Rollout::PolicyPath() const {
  return "/apis/slogate.dev/v1alpha1/namespaces/" + ns_ + "/rolloutpolicies/" + kPolicy;
}

}  // namespace slogate::testing

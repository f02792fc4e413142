#include "support/rollout.h"

#include <stdexcept>
#include <utility>

#include "support/actors.h"
#include "support/route_shape.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

std::string TextAt(const json& object, const char* name) {
  return object.is_object() ? object.value(name, "") : "";
}

}  // namespace

Rollout::Rollout(KubeServers& servers, RolloutSettings settings)
    : servers_(servers), settings_(std::move(settings)), ns_(servers.CreateNamespace("rollout")) {
  const std::string services = "/api/v1/namespaces/" + ns_ + "/services";
  Create(Deployments(), DeploymentObject(kDeployment, settings_.replicas, BaselineVersion()));
  Create(Deployments(), DeploymentObject(kThirdService, 1, {"good", "ready", "1"}));
  Create(services, ServiceObject(kThirdService, kThirdService));
  if (settings_.external) {
    Create(Deployments(),
           DeploymentObject(kExternalBaseline, settings_.replicas, BaselineVersion()));
    Create(services, ServiceObject(kCanaryService, kDeployment));
    Create(services, ServiceObject(kBaselineService, kExternalBaseline));
  }
  for (const auto& [collection, object] : ShapeOf(settings_.route_kind).Objects(ns_)) {
    Create(collection, object);
  }
}

std::string Rollout::BaselineDeployment() const {
  return settings_.external ? kExternalBaseline : kManagedBaseline;
}

void Rollout::CreatePolicy(const std::string& prometheus) {
  Create("/apis/slogate.dev/v1alpha1/namespaces/" + ns_ + "/rolloutpolicies",
         PolicyObject(settings_, ns_, prometheus));
}

void Rollout::DeletePolicy() { (void)servers_.client().Delete(PolicyPath()); }

void Rollout::Release() {
  const auto patched = servers_.client().MergePatch(Deployments() + "/" + kDeployment,
                                                    ReleasePatch(CandidateVersion()));
  if (!patched) throw std::runtime_error(ns_ + ": release: " + patched.error().message);
}

void Rollout::PromoteByOwner() {
  (void)servers_.client().MergePatch(Deployments() + "/" + kExternalBaseline,
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
  if (settings_.external) return true;
  const json object = Read(Deployments() + "/" + kDeployment);
  return object.is_object() && object.at("spec").value("replicas", 1) == 0;
}

PodVersion Rollout::VersionOf(const std::string& deployment) const {
  const json object = Read(Deployments() + "/" + deployment);
  if (!object.is_object()) return {};
  const json& pod_template = object.at("spec").at("template");
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

std::string Rollout::Deployments() const {
  return "/apis/apps/v1/namespaces/" + ns_ + "/deployments";
}

std::string Rollout::PolicyPath() const {
  return "/apis/slogate.dev/v1alpha1/namespaces/" + ns_ + "/rolloutpolicies/" + kPolicy;
}

}  // namespace slogate::testing

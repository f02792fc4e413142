#include "support/kubelet_actor.h"

#include <functional>

#include "support/instant.h"

namespace slogate::testing {

using adapters::kubernetes::KubeClient;
using nlohmann::json;

namespace {

constexpr const char* kNode = "node-1";

std::string PathOf(const json& pod) {
  return "/api/v1/namespaces/" + NamespaceOf(pod) + "/pods/" + NameOf(pod);
}

json Condition(const char* type, bool holds) {
  return {{"type", type}, {"status", holds ? "True" : "False"}, {"lastTransitionTime", NowText()}};
}

json ContainerStatus(const json& container, bool ready, int restarts) {
  const json state =
      ready ? json{{"running", {{"startedAt", NowText()}}}}
            : json{{"waiting", {{"reason", restarts > 0 ? "CrashLoopBackOff" : "Starting"}}}};
  return {{"name", container.at("name")},
          {"image", container.value("image", "")},
          {"imageID", ""},
          {"ready", ready},
          {"restartCount", restarts},
          {"state", state}};
}

// The same at every write: without one a pod is in no EndpointSlice.
std::string AddressOf(const json& pod) {
  const std::size_t hash = std::hash<std::string>()(pod.at("metadata").value("uid", ""));
  return "10.42." + std::to_string(hash / 256 % 256) + "." + std::to_string(hash % 256);
}

// EndpointSlices name only pods whose node exists.
void CreateNode(KubeClient& client) {
  (void)client.Create("/api/v1/nodes",
                      {{"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", {{"name", kNode}}}});
}

}  // namespace

KubeletActor::KubeletActor(KubeClient& client, Options options)
    : client_(client),
      options_(options),
      timeline_(3),
      pods_(client, "/api/v1/pods", [this](const std::string&, const json& pod) { Changed(pod); }) {
  CreateNode(client_);
}

KubeletActor::~KubeletActor() { timeline_.Stop(); }

bool KubeletActor::FirstTime(const std::string& what) {
  const std::lock_guard lock(mutex_);
  return done_.insert(what).second;
}

void KubeletActor::Changed(const json& pod) {
  if (pod.is_null()) return;
  const std::string uid = pod.at("metadata").value("uid", "");
  if (pod.at("metadata").contains("deletionTimestamp")) {
    if (!FirstTime(uid + " end")) return;
    timeline_.After(options_.end_after, [this, path = PathOf(pod)] {
      (void)client_.Delete(path + "?gracePeriodSeconds=0");
    });
    return;
  }
  if (!FirstTime(uid)) return;
  timeline_.After(std::chrono::milliseconds(0), [this, pod] { Bind(pod); });
  const std::string behaviour = AnnotationOf(pod, kBehaviourAnnotation);
  if (behaviour == "never") return;
  timeline_.After(options_.ready_after, [this, pod] { WriteStatus(pod, true, 0); });
  if (behaviour != "crash") return;
  timeline_.After(options_.ready_after + options_.first_crash, [this, pod] { Crash(pod, 1); });
}

// A pod without a node is deleted at once; one with a node ends when its kubelet says so.
void KubeletActor::Bind(const json& pod) {
  (void)client_.Create(PathOf(pod) + "/binding",
                       {{"apiVersion", "v1"},
                        {"kind", "Binding"},
                        {"metadata", {{"name", NameOf(pod)}}},
                        {"target", {{"apiVersion", "v1"}, {"kind", "Node"}, {"name", kNode}}}});
}

void KubeletActor::WriteStatus(const json& pod, bool ready, int restarts) {
  json containers = json::array();
  for (const json& container : pod.at("spec").at("containers")) {
    containers.push_back(ContainerStatus(container, ready, restarts));
  }
  const std::string address = AddressOf(pod);
  const json status = {{"phase", "Running"},
                       {"podIP", address},
                       {"podIPs", json::array({{{"ip", address}}})},
                       {"conditions",
                        {Condition("PodScheduled", true), Condition("Initialized", true),
                         Condition("ContainersReady", ready), Condition("Ready", ready)}},
                       {"containerStatuses", containers}};
  const auto written = client_.MergePatch(PathOf(pod) + "/status", {{"status", status}});
  if (!written && written.error().code != ports::ErrorCode::kNotFound) {
    timeline_.After(options_.ready_after,
                    [this, pod, ready, restarts] { WriteStatus(pod, ready, restarts); });
  }
}

void KubeletActor::Crash(const json& pod, int restarts) {
  if (!pods_.Find(KeyOf(pod))) return;
  WriteStatus(pod, false, restarts);
  timeline_.After(options_.crash_period,
                  [this, pod, restarts] { WriteStatus(pod, true, restarts); });
  timeline_.After(2 * options_.crash_period, [this, pod, restarts] { Crash(pod, restarts + 1); });
}

}  // namespace slogate::testing

#include "adapters/kubernetes/workload/pods_problem.h"

#include <cstddef>
#include <optional>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/workload/revision.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

constexpr std::size_t kLongest = 300;

std::string Joined(const std::string& reason, const std::string& message) {
  const std::string text = message.empty() ? reason : reason + ": " + message;
  return text.size() <= kLongest ? http::Printable(text, kLongest)
                                 : http::Printable(text, kLongest) + "...";
}

bool Has(const std::string& text, const char* words) {
  return text.find(words) != std::string::npos;
}

bool IsOnItsWay(const std::string& reason) {
  return reason.empty() || reason == "ContainerCreating" || reason == "PodInitializing";
}

std::string NameOf(const json& object) { return TextField(object, {"metadata", "name"}); }

std::string InNamespace(const json& object) {
  const std::string ns = TextField(object, {"metadata", "namespace"});
  return ns.empty() ? "" : " -n " + ns;
}

// How the container ended before it was started again; its message would name every attempt.
std::string LastEnd(const json& status) {
  const json& ended = Field(status, {"lastState", "terminated"});
  if (!ended.is_object()) return "";
  const std::string reason = TextField(ended, {"reason"});
  return (reason.empty() ? "" : reason + ", ") + "exit code " +
         std::to_string(NumberField(ended, {"exitCode"}));
}

// In Kubernetes' words, which are the same through every round of a loop: a crash is none the less
// one while the container runs again, and a pull while it is tried again.
std::string ContainerWords(const json& status) {
  constexpr std::int64_t kLoops = 2;
  const std::string reason = TextField(status, {"state", "waiting", "reason"});
  const std::string message = TextField(status, {"state", "waiting", "message"});
  const bool crashes = reason.empty() && !FlagField(status, {"ready"}) &&
                       NumberField(status, {"restartCount"}) >= kLoops &&
                       Field(status, {"lastState", "terminated"}).is_object();
  if (crashes || reason == "CrashLoopBackOff") return Joined("CrashLoopBackOff", LastEnd(status));
  if (reason == "ErrImagePull" || reason == "ImagePullBackOff") {
    constexpr std::string_view kInside = "ErrImagePull: ";
    const std::size_t inside = message.find(kInside);
    return Joined("ImagePullBackOff",
                  inside == std::string::npos ? message : message.substr(inside + kInside.size()));
  }
  return IsOnItsWay(reason) ? "" : Joined(reason, message);
}

std::string ContainerFix(const std::string& words, const json& pod, const std::string& container) {
  if (Has(words, "OOMKilled")) return "give the container more memory (resources.limits.memory)";
  if (words.starts_with("CrashLoopBackOff")) {
    return "see kubectl logs" + InNamespace(pod) + " " + NameOf(pod) + " -c " + container +
           " --previous";
  }
  if (Has(words.substr(0, words.find(':')), "Image")) {
    return "correct the image's name or tag, or give the pod a pull secret (imagePullSecrets)";
  }
  if (words.starts_with("CreateContainerConfigError")) {
    return "create the ConfigMap, the Secret or the key that it names";
  }
  return "see kubectl describe pod" + InNamespace(pod) + " " + NameOf(pod);
}

std::string ContainerProblem(const json& pod) {
  for (const char* const list : {"initContainerStatuses", "containerStatuses"}) {
    for (const json& status : ListField(pod, {"status", list})) {
      const std::string words = ContainerWords(status);
      if (words.empty()) continue;
      const std::string name = TextField(status, {"name"});
      return "container " + name + ": " + words + "; " + ContainerFix(words, pod, name);
    }
  }
  return "";
}

std::string PodProblem(const json& pod) {
  const json& scheduled = Condition(Field(pod, {"status", "conditions"}), "PodScheduled");
  if (TextField(scheduled, {"status"}) != "False") return ContainerProblem(pod);
  const std::string message = TextField(scheduled, {"message"});
  const std::string words =
      Joined(TextField(scheduled, {"reason"}), message.substr(0, message.find(" preemption:")));
  return words + "; " +
         (words.starts_with("Unschedulable")
              ? "make room on the nodes, lower what the pods request, or correct their node "
                "selector, affinity and tolerations"
              : "see kubectl describe pod" + InNamespace(pod) + " " + NameOf(pod));
}

// Without the made-up name of the pod that was refused, which differs at every attempt.
std::string Refusal(const json& failure) {
  const std::string message = TextField(failure, {"message"});
  const std::size_t end = message.starts_with("pods \"") ? message.find("\" ") : std::string::npos;
  return end == std::string::npos ? message : message.substr(end + 2);
}

std::string RefusalFix(const std::string& words) {
  return Has(words, "exceeded quota")
             ? "raise the ResourceQuota, or lower what the pods request of it"
             : "change the pod template, or the rule of the cluster that refuses its pods";
}

// Which container keeps its pod from being ready although it runs. Of no pod in particular: they
// become ready one by one.
std::string NotReady(const json& replica_set, const json& pods) {
  for (const json& pod : pods) {
    for (const json& status : ListField(pod, {"status", "containerStatuses"})) {
      if (FlagField(status, {"ready"}) || !Field(status, {"state", "running"}).is_object())
        continue;
      return "container " + TextField(status, {"name"}) +
             " runs and is not ready; see its readiness probe with kubectl describe pods" +
             InNamespace(pod) + " -l " + kTemplateHash + "=" +
             TextField(replica_set, {"metadata", "labels", kTemplateHash});
    }
  }
  return "";
}

}  // namespace

std::string PodsProblem(const json& replica_set, const json& pods) {
  const json& failure = Condition(Field(replica_set, {"status", "conditions"}), "ReplicaFailure");
  if (TextField(failure, {"status"}) == "True") {
    const std::string words = Joined(TextField(failure, {"reason"}), Refusal(failure));
    return "ReplicaSet " + NameOf(replica_set) + ": " + words + "; " + RefusalFix(words);
  }
  std::string first;
  std::string problem;
  for (const json& pod : pods) {
    const std::string name = NameOf(pod);
    const std::string why = PodProblem(pod);
    if (why.empty() || (!problem.empty() && name >= first)) continue;
    first = name;
    problem = "Pod " + name + ": " + why;
  }
  return problem.empty() ? NotReady(replica_set, pods) : problem;
}

}  // namespace slogate::adapters::kubernetes

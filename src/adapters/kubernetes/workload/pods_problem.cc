#include "adapters/kubernetes/workload/pods_problem.h"

#include "adapters/kubernetes/client/kube_client.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

constexpr std::size_t kLongest = 300;

std::string Joined(const std::string& reason, const std::string& message) {
  const std::string text = message.empty() ? reason : reason + ": " + message;
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

bool IsOnItsWay(const std::string& reason) {
  return reason.empty() || reason == "ContainerCreating" || reason == "PodInitializing";
}

// How the container ended before it was started again; its message would name every attempt.
std::string LastEnd(const json& status) {
  const json& ended = Field(status, {"lastState", "terminated"});
  if (!ended.is_object()) return "";
  const std::string reason = TextField(ended, {"reason"});
  return (reason.empty() ? "" : reason + ", ") + "exit code " +
         std::to_string(NumberField(ended, {"exitCode"}));
}

std::string ContainerProblem(const json& pod) {
  for (const char* const list : {"initContainerStatuses", "containerStatuses"}) {
    for (const json& status : ListField(pod, {"status", list})) {
      const std::string reason = TextField(status, {"state", "waiting", "reason"});
      if (IsOnItsWay(reason)) continue;
      const std::string why = reason == "CrashLoopBackOff"
                                  ? LastEnd(status)
                                  : TextField(status, {"state", "waiting", "message"});
      return "container " + TextField(status, {"name"}) + ": " + Joined(reason, why);
    }
  }
  return "";
}

std::string PodProblem(const json& pod) {
  const json& scheduled = Condition(Field(pod, {"status", "conditions"}), "PodScheduled");
  if (TextField(scheduled, {"status"}) == "False") {
    return Joined(TextField(scheduled, {"reason"}), TextField(scheduled, {"message"}));
  }
  return ContainerProblem(pod);
}

// Without the made-up name of the pod that was refused, which differs at every attempt.
std::string Refusal(const json& failure) {
  const std::string message = TextField(failure, {"message"});
  const std::size_t end = message.starts_with("pods \"") ? message.find("\" ") : std::string::npos;
  return end == std::string::npos ? message : message.substr(end + 2);
}

}  // namespace

std::string PodsProblem(const json& replica_set, const json& pods) {
  const json& failure = Condition(Field(replica_set, {"status", "conditions"}), "ReplicaFailure");
  if (TextField(failure, {"status"}) == "True") {
    return "ReplicaSet " + TextField(replica_set, {"metadata", "name"}) + ": " +
           Joined(TextField(failure, {"reason"}), Refusal(failure));
  }
  std::string first;
  std::string problem;
  for (const json& pod : pods) {
    const std::string name = TextField(pod, {"metadata", "name"});
    const std::string why = PodProblem(pod);
    if (why.empty() || (!problem.empty() && name >= first)) continue;
    first = name;
    problem = "Pod " + name + ": " + why;
  }
  return problem;
}

}  // namespace slogate::adapters::kubernetes

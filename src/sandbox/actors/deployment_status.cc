#include "sandbox/actors/deployment_status.h"

#include <algorithm>

#include "adapters/kubernetes/object_fields.h"
#include "sandbox/actors/object_watch.h"
#include "sandbox/actors/replica_set_plan.h"

namespace slogate::sandbox {

using adapters::kubernetes::Field;
using adapters::kubernetes::NumberField;
using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

struct ConditionWords {
  const char* type;
  const char* status;
  const char* reason;
  std::string message;
};

json ConditionOf(const ConditionWords& words, const json& present, const std::string& now) {
  const json& before = adapters::kubernetes::Condition(present, words.type);
  const bool same_status = TextField(before, {"status"}) == words.status;
  const bool same = same_status && TextField(before, {"reason"}) == words.reason;
  return {{"type", words.type},
          {"status", words.status},
          {"reason", words.reason},
          {"message", words.message},
          {"lastTransitionTime", same_status ? TextField(before, {"lastTransitionTime"}) : now},
          {"lastUpdateTime", same ? TextField(before, {"lastUpdateTime"}) : now}};
}

ConditionWords Available(bool available) {
  return available ? ConditionWords{"Available", "True", "MinimumReplicasAvailable",
                                    "Deployment has minimum availability."}
                   : ConditionWords{"Available", "False", "MinimumReplicasUnavailable",
                                    "Deployment does not have minimum availability."};
}

ConditionWords Progressing(bool complete, const std::string& replica_set) {
  return complete
             ? ConditionWords{"Progressing", "True", "NewReplicaSetAvailable",
                              "ReplicaSet \"" + replica_set + "\" has successfully progressed."}
             : ConditionWords{"Progressing", "True", "ReplicaSetUpdated",
                              "ReplicaSet \"" + replica_set + "\" is progressing."};
}

}  // namespace

json DeploymentStatusPatch(const json& deployment, const json& newest, const std::vector<json>& old,
                           std::int64_t least_available, const std::string& now) {
  const std::int64_t desired = NumberField(deployment, {"spec", "replicas"}, 1);
  const std::int64_t updated = NumberField(newest, {"status", "replicas"});
  const std::int64_t updated_available = NumberField(newest, {"status", "availableReplicas"});
  std::int64_t replicas = updated;
  std::int64_t ready = NumberField(newest, {"status", "readyReplicas"});
  std::int64_t available = updated_available;
  for (const json& one : old) {
    replicas += NumberField(one, {"status", "replicas"});
    ready += NumberField(one, {"status", "readyReplicas"});
    available += NumberField(one, {"status", "availableReplicas"});
  }
  const bool complete = !newest.is_null() && updated == desired && updated_available == desired &&
                        replicas == desired;
  const json& status = Field(deployment, {"status"});
  json wanted = {{"observedGeneration", NumberField(deployment, {"metadata", "generation"})},
                 {"replicas", replicas},
                 {"updatedReplicas", updated},
                 {"readyReplicas", ready},
                 {"availableReplicas", available},
                 {"unavailableReplicas", std::max<std::int64_t>(0, desired - available)}};
  const json& conditions = Field(status, {"conditions"});
  wanted["conditions"] =
      json::array({ConditionOf(Available(available >= least_available), conditions, now),
                   ConditionOf(Progressing(complete, NameOf(newest)), conditions, now)});
  return CountsPatch(status, wanted);
}

}  // namespace slogate::sandbox

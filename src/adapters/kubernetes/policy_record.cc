#include "adapters/kubernetes/policy_record.h"

#include <string>
#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/request_annotations.h"
#include "spec/policy_json.h"
#include "spec/status_json.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

ports::Key KeyOf(const json& object) {
  return {TextField(object, {"metadata", "namespace"}), TextField(object, {"metadata", "name"})};
}

namespace {

std::string HowToFixStatus(const ports::Key& key) {
  return "another version of gate or an edit by hand wrote it: run that version, or clear the "
         "status and start over: kubectl patch rolloutpolicy " +
         key.name + " -n " + key.ns + " --subresource=status --type=merge -p '{\"status\":null}'";
}

}  // namespace

ports::PolicyRecord RecordFromObject(const json& object, const spec::SloLookup& find_slo) {
  ports::PolicyRecord record;
  record.key = KeyOf(object);
  record.uid = TextField(object, {"metadata", "uid"});
  record.resource_version = TextField(object, {"metadata", "resourceVersion"});
  record.generation = NumberField(object, {"metadata", "generation"});
  record.deleting = !Field(object, {"metadata", "deletionTimestamp"}).is_null();
  record.requests = RequestsOf(object);
  if (auto policy = spec::PolicyFromJson(object, find_slo)) {
    record.policy = std::move(*policy);
    record.policy->retry += RetryWord(object);
  } else {
    record.problem = std::move(policy.error().message);
  }
  const json& status = Field(object, {"status"});
  if (auto state = spec::StateFromStatusJson(status)) {
    record.state = std::move(*state);
  } else {
    record.status_problem = state.error().message + "; " + HowToFixStatus(record.key);
  }
  record.stored_status = status.dump(-1, ' ', false, json::error_handler_t::replace);
  return record;
}

}  // namespace slogate::adapters::kubernetes

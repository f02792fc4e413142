#include "adapters/kubernetes/policy_record.h"

#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "spec/policy_json.h"
#include "spec/status_json.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

std::string Annotation(const json& object, const char* name) {
  return TextField(object, {"metadata", "annotations", name});
}

std::optional<core::Approval> ApprovalOf(const json& object) {
  const std::string word = Annotation(object, kApproveAnnotation);
  const std::size_t slash = word.rfind('/');
  if (slash == std::string::npos || slash == 0) return std::nullopt;
  core::Approval approval;
  approval.revision = word.substr(0, slash);
  approval.by = Annotation(object, kApprovedByAnnotation);
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data() + slash + 1, end, approval.step);
  if (error != std::errc() || rest != end || approval.step < 1) return std::nullopt;
  return approval;
}

}  // namespace

ports::Key KeyOf(const json& object) {
  return {TextField(object, {"metadata", "namespace"}), TextField(object, {"metadata", "name"})};
}

ports::PolicyRecord RecordFromObject(const json& object) {
  ports::PolicyRecord record;
  record.key = KeyOf(object);
  record.uid = TextField(object, {"metadata", "uid"});
  record.resource_version = TextField(object, {"metadata", "resourceVersion"});
  record.generation = NumberField(object, {"metadata", "generation"});
  record.deleting = !Field(object, {"metadata", "deletionTimestamp"}).is_null();
  record.approval = ApprovalOf(object);
  record.resume = Annotation(object, kResumeAnnotation);
  if (auto policy = spec::PolicyFromJson(object)) {
    record.policy = std::move(*policy);
  } else {
    record.problem = std::move(policy.error().message);
  }
  const json& status = Field(object, {"status"});
  if (auto state = spec::StateFromStatusJson(status)) {
    record.state = std::move(*state);
  } else {
    record.state_readable = false;
  }
  record.stored_status = status.dump(-1, ' ', false, json::error_handler_t::replace);
  return record;
}

}  // namespace slogate::adapters::kubernetes

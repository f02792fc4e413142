#include "sandbox/api/version_checks.h"

#include <charconv>

#include "adapters/kubernetes/object_fields.h"

namespace slogate::sandbox {

using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

std::string VersionOf(const json& object) {
  return TextField(object, {"metadata", "resourceVersion"});
}

// What an update names must be what its path names.
Answered<void> CheckName(const Target& target, const json& object) {
  const std::string name = TextField(object, {"metadata", "name"});
  if (name == target.name) return {};
  return BadRequest("the name of the object (" + name + ") does not match the name on the URL (" +
                    target.name + ")");
}

}  // namespace

Answered<void> CheckIdentity(const Target& target, const json& before, const json& object) {
  if (auto fine = CheckName(target, object); !fine) return fine;
  const std::string version = VersionOf(object);
  if (!version.empty() && version != "0" && version != VersionOf(before)) {
    return Stale(*target.type, target.name);
  }
  return {};
}

Answered<void> CheckUpdate(const Target& target, const json& before, const json& object) {
  const ResourceType& type = *target.type;
  if (auto fine = CheckName(target, object); !fine) return fine;
  const std::string version = VersionOf(object);
  if (type.needs_version_to_update && (version.empty() || version == "0")) {
    // The real server names the resource here where it names the kind elsewhere.
    auto refusal =
        Invalid(type, target.name,
                {{"FieldValueInvalid", "Invalid value: 0x0: must be specified for an update",
                  "metadata.resourceVersion"}});
    refusal.value().details["kind"] = type.plural;
    refusal.value().message.replace(0, type.qualified_kind().size(), type.qualified_plural());
    return refusal;
  }
  const std::string uid = TextField(object, {"metadata", "uid"});
  const std::string actual = TextField(before, {"metadata", "uid"});
  if (!uid.empty() && uid != actual) {
    return Conflict(
        type, target.name,
        "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + actual);
  }
  return {};
}

Answered<void> CheckListVersion(const Query& query, std::int64_t newest) {
  const auto token = query.find("continue");
  if (token != query.end() && !token->second.empty()) {
    return BadRequest("continue key is not valid: lists are never cut here");
  }
  const auto given = query.find("resourceVersion");
  if (given == query.end() || given->second.empty()) return {};
  const std::string& text = given->second;
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size() || version < 0) {
    return Refuse(500, "", "Invalid value: \"" + text + "\": not a resource version");
  }
  if (version > newest) {
    return Refuse(504, "Timeout",
                  "Too large resource version: " + text + ", current: " + std::to_string(newest));
  }
  const auto match = query.find("resourceVersionMatch");
  if (match != query.end() && match->second == "Exact" && version < newest) {
    return Refuse(410, "Expired", "The resourceVersion for the provided list is too old.");
  }
  return {};
}

}  // namespace slogate::sandbox

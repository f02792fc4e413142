#include "sandbox/api/metadata.h"

#include <algorithm>
#include <string>
#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "sandbox/api/json_text.h"
#include "sandbox/api/names.h"
#include "spec/time_text.h"

namespace slogate::sandbox {

using adapters::kubernetes::Field;
using adapters::kubernetes::NumberField;
using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

bool Same(const json& left, const json& right, const char* field) {
  return Field(left, {field}) == Field(right, {field});
}

bool GrowsGeneration(const ResourceType& type, const json& before, json after) {
  switch (type.generation) {
    case Generation::kNone:
      return false;
    case Generation::kSpec:
      return !Same(before, after, "spec");
    case Generation::kSpecAndAnnotations:
      return !Same(before, after, "spec") || Field(before, {"metadata", "annotations"}) !=
                                                 Field(after, {"metadata", "annotations"});
    case Generation::kAllButMetadataAndStatus: {
      json old = before;
      const bool has_status = type.versions.front().has_status;
      for (json* object : {&old, &after}) {
        object->erase("metadata");
        if (has_status) object->erase("status");
      }
      return old != after;
    }
  }
  return false;
}

}  // namespace

Answered<void> Admit(const Target& target, json& object) {
  const ResourceType& type = *target.type;
  if (!object.is_object()) return BadRequest("the body of the request is not an object");
  if (!IsShallow(object)) return BadRequest("the object is nested too deeply");
  const std::string group_version = GroupVersion(type, *target.version);
  for (const auto& [field, wanted] : {std::pair<const char*, const std::string&>("kind", type.kind),
                                      {"apiVersion", group_version}}) {
    const std::string given = TextField(object, {field});
    if (given.empty() && type.custom) {
      return BadRequest(std::string("the object provided is unrecognized: ") + field +
                        " is missing");
    }
    if (!given.empty() && given != wanted) {
      if (type.custom) {
        return Invalid(
            type, TextField(object, {"metadata", "name"}),
            {{"FieldValueInvalid", "Invalid value: \"" + given + "\": must be " + wanted, field}});
      }
      return BadRequest(type.kind + " in version \"" + target.version->name +
                        "\" cannot be handled: " + field + " is \"" + given + "\"");
    }
    object[field] = wanted;
  }
  json& metadata = object["metadata"];
  if (metadata.is_null()) metadata = json::object();
  if (!metadata.is_object()) return BadRequest("metadata is not an object");
  for (const char* map : {"labels", "annotations"}) {
    const json& entries = Field(metadata, {map});
    const bool fine =
        entries.is_null() ||
        (entries.is_object() && std::all_of(entries.begin(), entries.end(),
                                            [](const json& value) { return value.is_string(); }));
    if (!fine) return BadRequest(std::string("metadata.") + map + " is not a map of strings");
    if (entries.empty()) metadata.erase(map);
  }
  const json& name = Field(metadata, {"name"});
  if (!name.is_null() && !name.is_string()) return BadRequest("metadata.name is not a string");
  if (!type.namespaced) {
    metadata.erase("namespace");
    return {};
  }
  const std::string given = TextField(metadata, {"namespace"});
  if (!given.empty() && given != target.ns) {
    return BadRequest(
        "the namespace of the provided object does not match the namespace sent on the request");
  }
  metadata["namespace"] = target.ns;
  return {};
}

Answered<void> BeginLife(const ResourceType& type, core::TimePoint now, json& object) {
  json& metadata = object["metadata"];
  if (!TextField(metadata, {"resourceVersion"}).empty()) {
    return Refuse(500, "", "resourceVersion should not be set on objects to be created");
  }
  const std::string prefix = TextField(metadata, {"generateName"});
  if (TextField(metadata, {"name"}).empty() && !prefix.empty()) {
    metadata["name"] = GeneratedName(prefix);
  }
  const std::string name = TextField(metadata, {"name"});
  if (const auto mistake = NameMistake(type, name)) return Invalid(type, name, {*mistake});
  for (const char* field : {"managedFields", "selfLink", "deletionTimestamp",
                            "deletionGracePeriodSeconds", "generation"}) {
    metadata.erase(field);
  }
  metadata["uid"] = NewUid();
  metadata["creationTimestamp"] = spec::ToSecondsText(now);
  if (type.generation != Generation::kNone) metadata["generation"] = 1;
  return {};
}

Answered<void> ContinueLife(const ResourceType& type, const json& before, json& object) {
  json& metadata = object["metadata"];
  const json& old = Field(before, {"metadata"});
  const std::string name = TextField(old, {"name"});
  const std::string uid = TextField(metadata, {"uid"});
  if (!uid.empty() && uid != TextField(old, {"uid"})) {
    return Invalid(type, name,
                   {{"FieldValueInvalid", "Invalid value: \"" + uid + "\": field is immutable",
                     "metadata.uid"}});
  }
  for (const char* field :
       {"name", "namespace", "uid", "creationTimestamp", "generateName", "generation",
        "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    metadata.erase(field);
    if (old.contains(field)) metadata[field] = old[field];
  }
  metadata.erase("managedFields");
  metadata.erase("selfLink");
  for (const char* list : {"finalizers", "ownerReferences"}) {
    if (metadata.contains(list) && metadata[list].empty()) metadata.erase(list);
  }
  if (GrowsGeneration(type, before, object)) {
    metadata["generation"] = NumberField(old, {"generation"}) + 1;
  }
  return {};
}

bool IsDeleting(const json& object) {
  return !Field(object, {"metadata", "deletionTimestamp"}).is_null();
}

bool HasFinalizers(const json& object) {
  const json& finalizers = Field(object, {"metadata", "finalizers"});
  return finalizers.is_array() && !finalizers.empty();
}

}  // namespace slogate::sandbox

#include "sandbox/api/metadata.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <random>
#include <string_view>

#include "adapters/kubernetes/object_fields.h"
#include "sandbox/api/json_text.h"
#include "spec/time_text.h"

namespace slogate::sandbox {

using adapters::kubernetes::Field;
using adapters::kubernetes::NumberField;
using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestPrefix = 58;

std::uint64_t Random() {
  static std::mutex mutex;
  static std::mt19937_64 engine(std::random_device{}());
  const std::lock_guard lock(mutex);
  return engine();
}

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsLabel(std::string_view text) {
  return !text.empty() && text.size() <= kLongestLabel && IsLowerOrDigit(text.front()) &&
         IsLowerOrDigit(text.back()) && std::all_of(text.begin(), text.end(), [](char c) {
           return IsLowerOrDigit(c) || c == '-';
         });
}

bool IsSubdomain(std::string_view text) {
  if (text.empty() || text.size() > kLongestName) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    const bool fine =
        !part.empty() && IsLowerOrDigit(part.front()) && IsLowerOrDigit(part.back()) &&
        std::all_of(part.begin(), part.end(), [](char c) { return IsLowerOrDigit(c) || c == '-'; });
    if (!fine || dot == std::string_view::npos) return fine;
    text.remove_prefix(dot + 1);
  }
}

constexpr const char* kSubdomainWords =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr const char* kLabelWords =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr const char* kServiceWords =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

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

std::string NewUid() {
  const std::uint64_t high = Random();
  const std::uint64_t low = Random();
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx",
                static_cast<unsigned>(high >> 32), static_cast<unsigned>((high >> 16) & 0xffff),
                static_cast<unsigned>(high & 0xfff),
                static_cast<unsigned>(0x8000 | ((low >> 48) & 0x3fff)),
                static_cast<unsigned long long>(low & 0xffffffffffff));
  return text.data();
}

std::string GeneratedName(const std::string& prefix) {
  // Without vowels, so that no word comes of it.
  constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  std::string name = prefix.substr(0, kLongestPrefix);
  for (int i = 0; i < 5; ++i) name += kLetters[Random() % kLetters.size()];
  return name;
}

std::optional<FieldMistake> NameMistake(const ResourceType& type, const std::string& name) {
  if (name.empty()) {
    return FieldMistake{"FieldValueRequired", "Required value: name or generateName is required",
                        "metadata.name"};
  }
  const char* words = nullptr;
  if (type.group.empty() && type.plural == "namespaces") {
    if (!IsLabel(name)) words = kLabelWords;
  } else if (type.group.empty() && type.plural == "services") {
    if (!IsLabel(name) || (name[0] >= '0' && name[0] <= '9')) words = kServiceWords;
  } else if (!IsSubdomain(name)) {
    words = kSubdomainWords;
  }
  if (words == nullptr) return std::nullopt;
  return FieldMistake{"FieldValueInvalid", "Invalid value: \"" + name + "\": " + words,
                      "metadata.name"};
}

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

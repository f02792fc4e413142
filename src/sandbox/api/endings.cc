#include "sandbox/api/endings.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "sandbox/api/built_in_kinds.h"
#include "sandbox/api/definitions.h"
#include "sandbox/api/metadata.h"
#include "spec/time_text.h"

namespace slogate::sandbox {

using adapters::kubernetes::Field;
using adapters::kubernetes::NumberField;
using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

constexpr std::int64_t kLongestGraceSeconds = 86'400;

std::string Option(const Query& query, const json& options, const char* name) {
  const auto given = query.find(name);
  return given != query.end() ? given->second : TextField(options, {name});
}

std::int64_t GraceAsked(const Query& query, const json& options, std::int64_t usual) {
  std::int64_t seconds = NumberField(options, {"gracePeriodSeconds"}, usual);
  if (const auto given = query.find("gracePeriodSeconds"); given != query.end()) {
    const std::string& text = given->second;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
  }
  return std::clamp<std::int64_t>(seconds, 0, kLongestGraceSeconds);
}

Answered<void> CheckPreconditions(const Target& target, const json& object, const json& options) {
  for (const char* field : {"uid", "resourceVersion"}) {
    const std::string wanted = TextField(options, {"preconditions", field});
    const std::string actual = TextField(object, {"metadata", field});
    if (wanted.empty() || wanted == actual) continue;
    const std::string what = field == std::string("uid") ? "UID" : "ResourceVersion";
    return Conflict(*target.type, target.name,
                    "Precondition failed: " + what + " in precondition: " + wanted + ", " + what +
                        " in object meta: " + actual);
  }
  return {};
}

bool IsOwnedBy(const json& object, const std::string& uid) {
  const json& owners = Field(object, {"metadata", "ownerReferences"});
  return owners.is_array() && std::any_of(owners.begin(), owners.end(), [&](const json& owner) {
           return TextField(owner, {"uid"}) == uid;
         });
}

json WithoutOwner(const json& object, const std::string& uid) {
  json kept = json::array();
  for (const json& owner : Field(object, {"metadata", "ownerReferences"})) {
    if (TextField(owner, {"uid"}) != uid) kept.push_back(owner);
  }
  json changed = object;
  changed["metadata"]["ownerReferences"] = kept;
  if (kept.empty()) changed["metadata"].erase("ownerReferences");
  return changed;
}

}  // namespace

Endings::Endings(ObjectStore& store, ResourceTable& table, std::function<core::TimePoint()> now)
    : store_(store), table_(table), now_(std::move(now)) {}

Type Endings::TypeOf(const ObjectKey& key) const {
  const std::size_t dot = key.resource.find('.');
  const std::string group = dot == std::string::npos ? "" : key.resource.substr(dot + 1);
  return table_.Find(group, key.resource.substr(0, dot));
}

ObjectStore::Written Endings::Mark(const ObjectKey& key, const Object& object, std::int64_t grace) {
  if (IsDeleting(*object)) return object;
  json going = *object;
  json& metadata = going["metadata"];
  metadata["deletionTimestamp"] = spec::ToSecondsText(now_() + std::chrono::seconds(grace));
  metadata["deletionGracePeriodSeconds"] = grace;
  const std::int64_t generation = NumberField(metadata, {"generation"});
  if (generation > 0) metadata["generation"] = generation + 1;
  return store_.Replace(key, object, std::move(going));
}

Answered<Object> Endings::Delete(const Target& target, const Query& query, const json& options) {
  const ObjectKey key = target.Key();
  const ResourceType& type = *target.type;
  while (true) {
    const Object object = store_.Find(key);
    if (object == nullptr) return NotFound(type, target.name);
    if (const auto fine = CheckPreconditions(target, *object, options); !fine) {
      return tl::unexpected(fine.error());
    }
    const std::string policy = Option(query, options, "propagationPolicy");
    const std::string uid = TextField(*object, {"metadata", "uid"});
    if (policy == "Orphan") OrphanDependents(uid);
    const std::int64_t grace = GraceAsked(query, options, GraceSeconds(type, *object));
    const bool waits = HasFinalizers(*object) || (grace > 0 && GraceSeconds(type, *object) > 0);
    const auto written =
        waits ? Mark(key, object, HasFinalizers(*object) ? 0 : grace) : store_.Remove(key, object);
    // Somebody came between.
    if (!written) continue;
    if (waits) return *written;
    Removed(key, **written);
    const bool says_more = !policy.empty() && policy != "Background";
    const bool is_core_life =
        type.group.empty() && (type.plural == "pods" || type.plural == "namespaces");
    return says_more || is_core_life || key.resource == kDefinitions ? *written : Object();
  }
}

void Endings::Removed(const ObjectKey& key, const json& last) {
  if (key.resource == "namespaces") {
    DeleteAll([&key](const ObjectKey& other) { return other.ns == key.name; });
  } else if (key.resource == kDefinitions) {
    const std::string group = TextField(last, {"spec", "group"});
    const std::string plural = TextField(last, {"spec", "names", "plural"});
    table_.Withdraw(group, plural);
    DeleteAll([&key](const ObjectKey& other) { return other.resource == key.name; });
  }
  DeleteDependents(TextField(last, {"metadata", "uid"}));
}

void Endings::DeleteStored(const ObjectKey& key) {
  while (true) {
    const Object object = store_.Find(key);
    if (object == nullptr) return;
    const Type type = TypeOf(key);
    const std::int64_t grace = type == nullptr ? 0 : GraceSeconds(*type, *object);
    if (HasFinalizers(*object) || grace > 0) {
      if (Mark(key, object, HasFinalizers(*object) ? 0 : grace)) return;
      continue;
    }
    const auto removed = store_.Remove(key, object);
    if (!removed) continue;
    Removed(key, **removed);
    return;
  }
}

void Endings::DeleteAll(const std::function<bool(const ObjectKey&)>& wanted) {
  for (const auto& [key, object] : store_.All()) {
    if (wanted(key)) DeleteStored(key);
  }
}

void Endings::DeleteDependents(const std::string& uid) {
  if (uid.empty()) return;
  for (const auto& [key, object] : store_.All()) {
    if (!IsOwnedBy(*object, uid)) continue;
    if (Field(*object, {"metadata", "ownerReferences"}).size() == 1) {
      DeleteStored(key);
    } else {
      // Another owner keeps it. Should it change just now, the reference that stays names nobody.
      (void)store_.Replace(key, object, WithoutOwner(*object, uid));
    }
  }
}

void Endings::OrphanDependents(const std::string& uid) {
  for (const auto& [key, object] : store_.All()) {
    Object current = object;
    while (current != nullptr && IsOwnedBy(*current, uid) &&
           !store_.Replace(key, current, WithoutOwner(*current, uid))) {
      current = store_.Find(key);
    }
  }
}

}  // namespace slogate::sandbox

#include "sandbox/api/objects.h"

#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "sandbox/api/built_in_kinds.h"
#include "sandbox/api/definitions.h"
#include "sandbox/api/metadata.h"
#include "sandbox/api/schema.h"
#include "sandbox/api/selectors.h"
#include "sandbox/api/version_checks.h"

namespace slogate::sandbox {

using adapters::kubernetes::Field;
using adapters::kubernetes::NumberField;
using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

bool IsDefinition(const Target& target) { return target.Key().resource == kDefinitions; }

tl::unexpected<Refusal> Full() {
  return Refuse(429, "TooManyRequests", "the sandbox holds as many objects as it may; delete some");
}

}  // namespace

json Shown(const Target& target, const json& stored) {
  json shown = stored;
  shown["apiVersion"] = GroupVersion(*target.type, *target.version);
  shown["kind"] = target.type->kind;
  return shown;
}

Objects::Objects(ObjectStore& store, ResourceTable& table, std::function<core::TimePoint()> now)
    : store_(store), table_(table), now_(now), endings_(store, table, now) {}

Answered<json> Objects::Get(const Target& target) const {
  const Object object = store_.Find(target.Key());
  if (object == nullptr) return NotFound(*target.type, target.name);
  return target.subresource == "scale" ? ScaleOf(*object) : Shown(target, *object);
}

Answered<json> Objects::List(const Target& target, const Query& query) const {
  const auto selection = Selection::Parse(*target.type, query);
  if (!selection) return tl::unexpected(selection.error());
  const auto listing = store_.List(target.type->qualified_plural(), target.ns);
  if (const auto fine = CheckListVersion(query, listing.version); !fine) {
    return tl::unexpected(fine.error());
  }
  json items = json::array();
  for (const Object& object : listing.objects) {
    if (!selection->Has(*object)) continue;
    json shown = Shown(target, *object);
    if (!target.type->custom) {
      shown.erase("kind");
      shown.erase("apiVersion");
    }
    items.push_back(std::move(shown));
  }
  json metadata = {{"resourceVersion", std::to_string(listing.version)}};
  if (target.type->custom) metadata["continue"] = "";
  return json{{"kind", target.type->list_kind},
              {"apiVersion", GroupVersion(*target.type, *target.version)},
              {"metadata", std::move(metadata)},
              {"items", std::move(items)}};
}

Answered<void> Objects::NamespaceExists(const Target& target) const {
  if (!target.type->namespaced) return {};
  if (store_.Find({"namespaces", "", target.ns}) != nullptr) return {};
  return NotFound(*table_.Find("", "namespaces"), target.ns);
}

Answered<void> Objects::Checked(const Target& target, json& object) const {
  const json& schema = target.version->schema;
  if (target.type->custom) {
    Prune(schema, object);
    ApplyDefaults(schema, object);
  }
  CompleteBuiltIn(*target.type, object);
  if (IsDefinition(target)) CompleteDefinition(object);
  return {};
}

Answered<void> Objects::Serve(const Target& target, const json& definition) {
  auto type = TypeOfDefinition(*target.type, definition);
  if (!type) return tl::unexpected(type.error());
  const Type before = table_.Find(type->group, type->plural);
  type->since = before == nullptr ? store_.version() : before->since;
  table_.Serve(std::move(*type));
  return {};
}

Answered<json> Objects::Create(const Target& target, json object) {
  const ResourceType& type = *target.type;
  if (auto fine = Admit(target, object); !fine) return tl::unexpected(fine.error());
  if (auto fine = BeginLife(type, now_(), object); !fine) return tl::unexpected(fine.error());
  if (auto fine = NamespaceExists(target); !fine) return tl::unexpected(fine.error());
  if (target.version->has_status) {
    object.erase("status");
    if (json first = FirstStatus(type); !first.is_null()) object["status"] = std::move(first);
  }
  if (auto fine = Checked(target, object); !fine) return tl::unexpected(fine.error());
  Target named = target;
  named.name = TextField(object, {"metadata", "name"});
  const auto mistakes = Mistakes(target.version->schema, object);
  if (!mistakes.empty()) return Invalid(type, named.name, mistakes);
  if (IsDefinition(target)) {
    if (store_.Find(named.Key()) != nullptr) return AlreadyExists(type, named.name);
    object["status"] = EstablishedStatus(object, now_());
    if (auto served = Serve(target, object); !served) return tl::unexpected(served.error());
  }
  const auto written = store_.Create(named.Key(), std::move(object));
  if (written) return Shown(target, **written);
  if (written.error() == ObjectStore::Failure::kFull) return Full();
  return AlreadyExists(type, named.name);
}

Answered<json> Objects::Continued(const Target& target, const json& before, json object) const {
  const ResourceType& type = *target.type;
  if (auto fine = Admit(target, object); !fine) return tl::unexpected(fine.error());
  if (auto fine = CheckIdentity(target, before, object); !fine) {
    return tl::unexpected(fine.error());
  }
  if (target.subresource == "status") {
    json whole = before;
    if (object.contains("status")) {
      whole["status"] = std::move(object["status"]);
    } else {
      whole.erase("status");
    }
    whole["apiVersion"] = object["apiVersion"];
    object = std::move(whole);
  } else if (target.version->has_status) {
    object.erase("status");
    if (before.contains("status")) object["status"] = before["status"];
  }
  if (auto fine = Checked(target, object); !fine) return tl::unexpected(fine.error());
  if (auto fine = ContinueLife(type, before, object); !fine) return tl::unexpected(fine.error());
  const auto mistakes = Mistakes(target.version->schema, object);
  if (!mistakes.empty()) return Invalid(type, target.name, mistakes);
  return object;
}

Answered<Object> Objects::Write(const Target& target, const Change& change) {
  const ObjectKey key = target.Key();
  while (true) {
    const Object before = store_.Find(key);
    if (before == nullptr) return NotFound(*target.type, target.name);
    auto changed = change(*before);
    if (!changed) return tl::unexpected(changed.error());
    auto after = Continued(target, *before, std::move(*changed));
    if (!after) return tl::unexpected(after.error());
    if (*after == *before) return before;
    const bool ends = IsDeleting(*after) && !HasFinalizers(*after) &&
                      NumberField(*after, {"metadata", "deletionGracePeriodSeconds"}) == 0;
    if (ends) {
      const auto removed = store_.Remove(key, before);
      if (!removed) continue;
      endings_.Removed(key, **removed);
      return std::make_shared<const json>(std::move(*after));
    }
    if (IsDefinition(target)) {
      if (auto served = Serve(target, *after); !served) return tl::unexpected(served.error());
    }
    const auto written = store_.Replace(key, before, std::move(*after));
    // Somebody came between: what was asked may still fit what is there now.
    if (written) return *written;
  }
}

Answered<json> Objects::Update(const Target& target, const json& object, bool& created) {
  created = false;
  if (target.subresource.empty() && target.type->created_by_update &&
      store_.Find(target.Key()) == nullptr) {
    created = true;
    return Create(target, object);
  }
  const auto written = Write(target, [&](const json& before) -> Answered<json> {
    if (target.subresource == "scale") return Scaled(before, object);
    if (auto fine = CheckUpdate(target, before, object); !fine) {
      return tl::unexpected(fine.error());
    }
    return object;
  });
  if (!written) return tl::unexpected(written.error());
  return target.subresource == "scale" ? ScaleOf(**written) : Shown(target, **written);
}

Answered<json> Objects::Patch(const Target& target, PatchKind kind, const std::string& body) {
  const auto written = Write(target, [&](const json& before) -> Answered<json> {
    if (target.subresource != "scale") return Patched(Shown(target, before), kind, body);
    const auto scale = Patched(ScaleOf(before), kind, body);
    if (!scale) return scale;
    return Scaled(before, *scale);
  });
  if (!written) return tl::unexpected(written.error());
  return target.subresource == "scale" ? ScaleOf(**written) : Shown(target, **written);
}

Answered<json> Objects::Bind(const Target& target, const json& binding) {
  Target pod = target;
  pod.subresource.clear();
  const auto written = Write(pod, [&](const json& before) { return Bound(pod, before, binding); });
  if (!written) return tl::unexpected(written.error());
  return json{{"kind", "Status"},
              {"apiVersion", "v1"},
              {"metadata", json::object()},
              {"status", "Success"},
              {"code", 201}};
}

Answered<json> Objects::Delete(const Target& target, const Query& query, const json& options) {
  const Object before = store_.Find(target.Key());
  const auto going = endings_.Delete(target, query, options);
  if (!going) return tl::unexpected(going.error());
  if (*going != nullptr) return Shown(target, **going);
  json details = {{"name", target.name}, {"kind", target.type->plural}};
  if (!target.type->group.empty()) details["group"] = target.type->group;
  if (before != nullptr) details["uid"] = Field(*before, {"metadata", "uid"});
  return json{{"kind", "Status"},
              {"apiVersion", "v1"},
              {"metadata", json::object()},
              {"status", "Success"},
              {"details", std::move(details)}};
}

Answered<json> Objects::DeleteCollection(const Target& target, const Query& query,
                                         const json& options) {
  auto list = List(target, query);
  if (!list) return list;
  for (const json& item : (*list)["items"]) {
    Target one = target;
    one.name = TextField(item, {"metadata", "name"});
    one.ns = TextField(item, {"metadata", "namespace"});
    // One that went by itself meanwhile is as good as deleted.
    (void)endings_.Delete(one, query, options);
  }
  return list;
}

}  // namespace slogate::sandbox

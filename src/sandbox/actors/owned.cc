#include "sandbox/actors/owned.h"

#include "adapters/kubernetes/object_fields.h"
#include "sandbox/actors/object_watch.h"

namespace slogate::sandbox {

using adapters::kubernetes::Field;
using adapters::kubernetes::FlagField;
using adapters::kubernetes::TextField;
using nlohmann::json;

std::string ControllerUid(const json& object) {
  const json& owners = Field(object, {"metadata", "ownerReferences"});
  if (!owners.is_array()) return "";
  for (const json& owner : owners) {
    if (FlagField(owner, {"controller"})) return TextField(owner, {"uid"});
  }
  return "";
}

std::string UidOf(const json& object) { return TextField(object, {"metadata", "uid"}); }

std::vector<json> OwnedBy(const std::vector<json>& objects, const json& owner) {
  std::vector<json> owned;
  const std::string uid = UidOf(owner);
  for (const json& object : objects) {
    if (!uid.empty() && ControllerUid(object) == uid) owned.push_back(object);
  }
  return owned;
}

json OwnerReferences(const char* api_version, const char* kind, const json& owner) {
  return json::array({{{"apiVersion", api_version},
                       {"kind", kind},
                       {"name", NameOf(owner)},
                       {"uid", UidOf(owner)},
                       {"controller", true},
                       {"blockOwnerDeletion", true}}});
}

bool IsEnding(const json& object) {
  return !Field(object, {"metadata", "deletionTimestamp"}).is_null();
}

}  // namespace slogate::sandbox

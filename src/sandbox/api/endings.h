// How objects go: at once, after their finalizers, after a pod's grace; and who goes with them.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "sandbox/api/object_store.h"
#include "sandbox/api/refusal.h"
#include "sandbox/api/resource_table.h"
#include "sandbox/api/target.h"
#include "slogate/core/time.h"

namespace slogate::sandbox {

// Thread-safe. What is passed in must outlive it.
class Endings {
 public:
  Endings(ObjectStore& store, ResourceTable& table, std::function<core::TimePoint()> now);

  // The object as it goes, or null once it is gone without more. `options` is a DeleteOptions or
  // null; `query` may say the same.
  Answered<Object> Delete(const Target& target, const Query& query, const nlohmann::json& options);

  // To be called when an object has left the store: what it owned or held goes too.
  void Removed(const ObjectKey& key, const nlohmann::json& last);

 private:
  Type TypeOf(const ObjectKey& key) const;
  ObjectStore::Written Mark(const ObjectKey& key, const Object& object, std::int64_t grace);
  void DeleteStored(const ObjectKey& key);
  void DeleteDependents(const std::string& uid);
  void OrphanDependents(const std::string& uid);
  void DeleteAll(const std::function<bool(const ObjectKey&)>& wanted);

  ObjectStore& store_;
  ResourceTable& table_;
  const std::function<core::TimePoint()> now_;
};

}  // namespace slogate::sandbox

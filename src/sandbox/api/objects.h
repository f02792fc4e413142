// The verbs of the Kubernetes API on stored objects.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "sandbox/api/endings.h"
#include "sandbox/api/object_store.h"
#include "sandbox/api/patch.h"
#include "sandbox/api/refusal.h"
#include "sandbox/api/resource_table.h"
#include "sandbox/api/target.h"
#include "slogate/core/time.h"

namespace slogate::sandbox {

// Thread-safe. What is passed in must outlive it. Objects in answers carry kind and apiVersion.
class Objects {
 public:
  Objects(ObjectStore& store, ResourceTable& table, std::function<core::TimePoint()> now);

  Answered<nlohmann::json> Get(const Target& target) const;
  // A list with its kind; the items of built-in kinds come without theirs, as they do in truth.
  Answered<nlohmann::json> List(const Target& target, const Query& query) const;
  Answered<nlohmann::json> Create(const Target& target, nlohmann::json object);
  // `created` tells whether the object is new.
  Answered<nlohmann::json> Update(const Target& target, const nlohmann::json& object,
                                  bool& created);
  Answered<nlohmann::json> Patch(const Target& target, PatchKind kind, const std::string& body);
  // Puts a Pod on a node.
  Answered<nlohmann::json> Bind(const Target& target, const nlohmann::json& binding);
  // The object as it goes, or a Status of success.
  Answered<nlohmann::json> Delete(const Target& target, const Query& query,
                                  const nlohmann::json& options);
  // The list of what goes.
  Answered<nlohmann::json> DeleteCollection(const Target& target, const Query& query,
                                            const nlohmann::json& options);

 private:
  using Change = std::function<Answered<nlohmann::json>(const nlohmann::json& before)>;

  Answered<Object> Write(const Target& target, const Change& change);
  Answered<nlohmann::json> Continued(const Target& target, const nlohmann::json& before,
                                     nlohmann::json object) const;
  Answered<void> Checked(const Target& target, nlohmann::json& object) const;
  Answered<void> NamespaceExists(const Target& target) const;
  Answered<void> Serve(const Target& target, const nlohmann::json& definition);

  ObjectStore& store_;
  ResourceTable& table_;
  const std::function<core::TimePoint()> now_;
  Endings endings_;
};

// An object as the target's version shows it.
nlohmann::json Shown(const Target& target, const nlohmann::json& stored);

}  // namespace slogate::sandbox

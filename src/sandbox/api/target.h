// What a request is about, from its path.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/api/object_store.h"
#include "sandbox/api/refusal.h"
#include "sandbox/api/resource_table.h"

namespace slogate::sandbox {

using Query = std::map<std::string, std::string>;

// An object or, without a name, a collection.
struct Target {
  Type type;
  const ServedVersion* version = nullptr;  // of `type`
  std::string ns;                          // empty: all namespaces, or none for its kind
  std::string name;
  std::string subresource;

  ObjectKey Key() const { return {type->qualified_plural(), ns, name}; }
};

// The decoded parts between the slashes; nothing when an escape is broken.
std::optional<std::vector<std::string>> PathParts(const std::string& path);

// The decoded fields after a question mark; of two alike the first counts.
Query ParseQuery(const std::string& text);

// The target of path parts that begin with api or apis. A refusal when nothing is served there.
Answered<Target> ParseTarget(const ResourceTable& table, const std::vector<std::string>& parts);

}  // namespace slogate::sandbox

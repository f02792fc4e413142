// The kinds that are served now.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "sandbox/api/resource_type.h"

namespace slogate::sandbox {

// Thread-safe.
class ResourceTable {
 public:
  ResourceTable();  // with the built-in kinds

  // Null when no such kind is served.
  Type Find(const std::string& group, const std::string& plural) const;
  // Whether kinds of the group are built in.
  bool IsBuiltIn(const std::string& group) const;
  // By group and plural.
  std::vector<Type> All() const;

  // Serves a kind, in place of an earlier one of its name.
  void Serve(ResourceType type);
  void Withdraw(const std::string& group, const std::string& plural);

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Type> types_;
};

}  // namespace slogate::sandbox

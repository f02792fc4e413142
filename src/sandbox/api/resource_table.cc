#include "sandbox/api/resource_table.h"

#include <utility>

namespace slogate::sandbox {

ResourceTable::ResourceTable() {
  for (ResourceType& type : BuiltInTypes()) Serve(std::move(type));
}

Type ResourceTable::Find(const std::string& group, const std::string& plural) const {
  const std::lock_guard lock(mutex_);
  const auto found = types_.find({group, plural});
  return found == types_.end() ? nullptr : found->second;
}

bool ResourceTable::IsBuiltIn(const std::string& group) const {
  const std::lock_guard lock(mutex_);
  const auto first = types_.lower_bound({group, ""});
  return first != types_.end() && first->first.first == group && !first->second->custom;
}

std::vector<Type> ResourceTable::All() const {
  const std::lock_guard lock(mutex_);
  std::vector<Type> all;
  for (const auto& [name, type] : types_) all.push_back(type);
  return all;
}

void ResourceTable::Serve(ResourceType type) {
  std::pair<std::string, std::string> name{type.group, type.plural};
  auto served = std::make_shared<const ResourceType>(std::move(type));
  const std::lock_guard lock(mutex_);
  types_[std::move(name)] = std::move(served);
}

void ResourceTable::Withdraw(const std::string& group, const std::string& plural) {
  const std::lock_guard lock(mutex_);
  types_.erase({group, plural});
}

}  // namespace slogate::sandbox

#include "sandbox/api/object_store.h"

#include <algorithm>
#include <utility>

namespace slogate::sandbox {

using nlohmann::json;

Object ObjectStore::Stamp(json object) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  return std::make_shared<const json>(std::move(object));
}

void ObjectStore::Remember(Revision::Type type, const ObjectKey& key, Object object,
                           Object before) {
  history_.push_back(std::make_shared<const Revision>(
      Revision{type, version_, key, std::move(object), std::move(before)}));
  while (history_.size() > limits_.history) {
    forgotten_ = history_.front()->version;
    history_.pop_front();
  }
  changed_.notify_all();
}

Object ObjectStore::Find(const ObjectKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second;
}

ObjectStore::Listing ObjectStore::List(const std::string& resource, const std::string& ns) const {
  const std::lock_guard lock(mutex_);
  Listing listing{version_, {}};
  for (auto entry = objects_.lower_bound(ObjectKey{resource, ns, ""}); entry != objects_.end();
       ++entry) {
    const ObjectKey& key = entry->first;
    if (key.resource != resource || (!ns.empty() && key.ns != ns)) break;
    listing.objects.push_back(entry->second);
  }
  return listing;
}

std::vector<std::pair<ObjectKey, Object>> ObjectStore::All() const {
  const std::lock_guard lock(mutex_);
  return {objects_.begin(), objects_.end()};
}

ObjectStore::Written ObjectStore::Create(const ObjectKey& key, json object) {
  const std::lock_guard lock(mutex_);
  if (objects_.contains(key)) return tl::unexpected(Failure::kExists);
  if (objects_.size() >= limits_.objects) return tl::unexpected(Failure::kFull);
  Object stored = Stamp(std::move(object));
  objects_.emplace(key, stored);
  Remember(Revision::Type::kAdded, key, stored, nullptr);
  return stored;
}

ObjectStore::Written ObjectStore::Replace(const ObjectKey& key, const Object& expected,
                                          json object) {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) return tl::unexpected(Failure::kAbsent);
  if (found->second != expected) return tl::unexpected(Failure::kConflict);
  Object stored = Stamp(std::move(object));
  found->second = stored;
  Remember(Revision::Type::kModified, key, stored, expected);
  return stored;
}

ObjectStore::Written ObjectStore::Remove(const ObjectKey& key, const Object& expected) {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) return tl::unexpected(Failure::kAbsent);
  if (found->second != expected) return tl::unexpected(Failure::kConflict);
  objects_.erase(found);
  Object last = Stamp(*expected);
  Remember(Revision::Type::kDeleted, key, last, expected);
  return last;
}

std::int64_t ObjectStore::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

tl::expected<ObjectStore::Progress, ObjectStore::Expired> ObjectStore::Since(
    std::int64_t version, const std::string& resource) const {
  const std::lock_guard lock(mutex_);
  if (version < forgotten_ || version > version_) return tl::unexpected(Expired{version_});
  Progress progress{version_, {}};
  const auto first = std::upper_bound(
      history_.begin(), history_.end(), version,
      [](std::int64_t wanted, const auto& revision) { return wanted < revision->version; });
  for (auto entry = first; entry != history_.end(); ++entry) {
    if ((*entry)->key.resource == resource) progress.revisions.push_back(*entry);
  }
  return progress;
}

void ObjectStore::WaitPast(std::int64_t version, std::chrono::steady_clock::time_point deadline,
                           const std::atomic<bool>& wake) const {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline, [&] { return version_ > version || wake.load(); });
}

void ObjectStore::Wake(std::atomic<bool>& wake) const {
  const std::lock_guard lock(mutex_);
  wake = true;
  changed_.notify_all();
}

}  // namespace slogate::sandbox

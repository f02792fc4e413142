// What the sandbox remembers: objects, a version that only grows, and the latest changes.
#pragma once

#include <atomic>
#include <chrono>
#include <compare>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace slogate::sandbox {

struct ObjectKey {
  std::string resource;  // plural and group, such as "deployments.apps"; the core group has none
  std::string ns;        // empty for objects of the whole cluster
  std::string name;

  friend auto operator<=>(const ObjectKey&, const ObjectKey&) = default;
};

// Never changed once stored; a change stores another.
using Object = std::shared_ptr<const nlohmann::json>;

// One change. `before` is null when the object is new; a deleted object is as it was last, with the
// version of its end.
struct Revision {
  enum class Type { kAdded, kModified, kDeleted };
  Type type = Type::kAdded;
  std::int64_t version = 0;
  ObjectKey key;
  Object object;
  Object before;
};

// Thread-safe: one mutex. Knows nothing of kinds; it sets metadata.resourceVersion and nothing
// else.
class ObjectStore {
 public:
  struct Limits {
    std::size_t objects = 20'000;
    std::size_t history = 8'192;  // changes kept for those who watch
  };
  enum class Failure { kExists, kAbsent, kConflict, kFull };
  using Written = tl::expected<Object, Failure>;
  struct Listing {
    std::int64_t version = 0;
    std::vector<Object> objects;  // by namespace and name
  };
  // The version asked for is older than what is kept, or newer than the newest.
  struct Expired {
    std::int64_t newest = 0;
  };
  using Revisions = std::vector<std::shared_ptr<const Revision>>;

  ObjectStore() : ObjectStore(Limits{}) {}
  explicit ObjectStore(Limits limits) : limits_(limits) {}

  // Null when there is none.
  Object Find(const ObjectKey& key) const;
  // Of one namespace, or of all when `ns` is empty.
  Listing List(const std::string& resource, const std::string& ns) const;
  // Every object there is.
  std::vector<std::pair<ObjectKey, Object>> All() const;

  // kExists, kFull.
  Written Create(const ObjectKey& key, nlohmann::json object);
  // Replaces `expected` and nothing else: kConflict when another has taken its place.
  Written Replace(const ObjectKey& key, const Object& expected, nlohmann::json object);
  // Removes `expected` and nothing else. Returns what it was at its end.
  Written Remove(const ObjectKey& key, const Object& expected);

  // The version of the newest change; 1 before the first.
  std::int64_t version() const;

  // Changes of `resource` after `version`, oldest first, and the version they reach.
  struct Progress {
    std::int64_t version = 0;
    Revisions revisions;
  };
  tl::expected<Progress, Expired> Since(std::int64_t version, const std::string& resource) const;

  // Returns once there is a change after `version`, `wake` is true, or at `deadline`.
  void WaitPast(std::int64_t version, std::chrono::steady_clock::time_point deadline,
                const std::atomic<bool>& wake) const;
  // Sets `wake`, so that WaitPast returns.
  void Wake(std::atomic<bool>& wake) const;

 private:
  Object Stamp(nlohmann::json object);
  void Remember(Revision::Type type, const ObjectKey& key, Object object, Object before);

  const Limits limits_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::int64_t version_ = 1;
  std::int64_t forgotten_ = 0;  // changes up to this one are no longer kept
  std::map<ObjectKey, Object> objects_;
  std::deque<std::shared_ptr<const Revision>> history_;
};

}  // namespace slogate::sandbox

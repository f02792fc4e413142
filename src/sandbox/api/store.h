// The sandbox's Kubernetes API for those who live in the same process: no HTTP, the same rules.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sandbox/api/object_store.h"
#include "slogate/core/time.h"
#include "slogate/ports/result.h"

namespace slogate::sandbox {

class Api;

// One change of a watched collection.
struct Change {
  enum class Type { kAdded, kModified, kDeleted };
  Type type = Type::kAdded;
  nlohmann::json object;
};

// Thread-safe. Paths are those of the Kubernetes API and may carry a query:
// "/apis/apps/v1/namespaces/shop/deployments/cart/status",
// "/api/v1/namespaces/shop/pods?labelSelector=app%3Dcart". Errors carry the code that a
// KubeClient would give them, and the message of the Status.
class Store {
 public:
  struct Options {
    ObjectStore::Limits limits;
    std::function<core::TimePoint()> now;  // empty: the wall clock
  };

  // Keeps a collection in sight until destroyed, which waits for a callback under way.
  class Watch {
   public:
    virtual ~Watch() = default;
  };

  // Holds the namespaces "default" and "kube-system" and the built-in kinds.
  Store();
  explicit Store(Options options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  ports::Result<nlohmann::json> Get(const std::string& path);
  // The objects of a collection, with kind and apiVersion, by namespace and name.
  ports::Result<std::vector<nlohmann::json>> List(const std::string& path);
  ports::Result<nlohmann::json> Create(const std::string& path, const nlohmann::json& object);
  ports::Result<nlohmann::json> Replace(const std::string& path, const nlohmann::json& object);
  ports::Result<nlohmann::json> JsonPatch(const std::string& path, const nlohmann::json& patch);
  ports::Result<nlohmann::json> MergePatch(const std::string& path, const nlohmann::json& patch);
  // Dependents by owner reference go too. A pod that is bound to a node ends when it is deleted
  // with
  // "?gracePeriodSeconds=0", as its kubelet does.
  ports::Result<void> Delete(const std::string& path);

  // Creates every object of a YAML text (documents parted by ---) in its own namespace or in
  // "default". One that exists already is left alone; a definition's kind is served on return.
  ports::Result<void> Install(const std::string& yaml);

  // First every object that there is as kAdded, then each change, in order and none left out. Calls
  // on a thread of its own; `changed` must not throw, and may call this Store but not end the
  // watch.
  using Changed = std::function<void(const Change&)>;
  ports::Result<std::unique_ptr<Watch>> Follow(const std::string& path, Changed changed);

  // The same as requests; for ApiServer.
  Api& api() { return *api_; }

 private:
  ports::Result<nlohmann::json> Call(const std::string& method, const std::string& path,
                                     const std::string& content_type, const nlohmann::json* body);

  std::unique_ptr<Api> api_;
};

}  // namespace slogate::sandbox

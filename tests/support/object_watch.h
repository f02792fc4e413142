// A collection of the API server, kept in memory and up to date.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"

namespace slogate::testing {

// Thread-safe. `changed` runs on the watch's own thread, once for each object and for each change;
// the object is null when it is gone.
class ObjectWatch {
 public:
  using Changed = std::function<void(const std::string& key, const nlohmann::json& object)>;

  ObjectWatch(adapters::kubernetes::KubeClient& client, std::string path, Changed changed);
  ~ObjectWatch();  // stops; waits for a running `changed`
  ObjectWatch(const ObjectWatch&) = delete;
  ObjectWatch& operator=(const ObjectWatch&) = delete;

  // Asks the watch to end; the destructor waits for it. Lets several end at the same time.
  void Stop() { stop_ = true; }

  // Keys are "namespace/name".
  std::optional<nlohmann::json> Find(const std::string& key) const;
  std::vector<nlohmann::json> InNamespace(const std::string& ns) const;

 private:
  void Run();
  void Relist(const nlohmann::json& items);
  void Apply(const adapters::kubernetes::WatchEvent& event);

  adapters::kubernetes::KubeClient& client_;
  const std::string path_;
  const Changed changed_;
  mutable std::mutex mutex_;
  std::map<std::string, nlohmann::json> objects_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// Fields of an object, empty when absent.
std::string NameOf(const nlohmann::json& object);
std::string NamespaceOf(const nlohmann::json& object);
std::string KeyOf(const nlohmann::json& object);
std::string AnnotationOf(const nlohmann::json& object, const std::string& name);
std::string LabelOf(const nlohmann::json& object, const std::string& name);

// A pod that may serve: its Ready condition is True and nobody has asked for its end.
bool IsServing(const nlohmann::json& pod);

// True when `labels` holds every pair of `selector`; an empty selector matches nothing.
bool Selects(const nlohmann::json& selector, const nlohmann::json& labels);

}  // namespace slogate::testing

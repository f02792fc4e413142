#include "sandbox/actors/workload_actor.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/object_path.h"
#include "sandbox/actors/instant.h"

namespace slogate::sandbox {

using adapters::kubernetes::CollectionPath;
using adapters::kubernetes::KubeClient;
using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds kAfterFailure{200};

std::optional<std::vector<json>> ListOf(KubeClient& client, const std::string& path) {
  const auto list = client.Get(path);
  if (!list) return std::nullopt;
  const json& items = adapters::kubernetes::Field(*list, {"items"});
  return items.is_array() ? std::optional(items.get<std::vector<json>>()) : std::nullopt;
}

bool Done(KubeClient& client, const Write& write) {
  switch (write.verb) {
    case Write::Verb::kCreate:
      return client.Create(write.path, write.body).has_value();
    case Write::Verb::kMergePatch:
      return client.MergePatch(write.path, write.body).has_value();
    case Write::Verb::kDelete:
      return client.Delete(write.path).has_value();
  }
  return false;
}

}  // namespace

WorkloadActor::WorkloadActor(KubeClient& client)
    : client_(client),
      thread_([this] { Run(); }),
      deployments_(client, "/apis/apps/v1/deployments",
                   [this](const std::string& key, const json&) { Changed(key); }),
      replica_sets_(client, "/apis/apps/v1/replicasets",
                    [this](const std::string& key, const json&) { Changed(key); }),
      pods_(client, "/api/v1/pods", [this](const std::string& key, const json&) { Changed(key); }) {
}

WorkloadActor::~WorkloadActor() {
  Stop();
  thread_.join();
}

void WorkloadActor::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  deployments_.Stop();
  replica_sets_.Stop();
  pods_.Stop();
}

void WorkloadActor::Changed(const std::string& key) {
  {
    const std::lock_guard lock(mutex_);
    dirty_.insert(key.substr(0, key.find('/')));
  }
  wake_.notify_all();
}

void WorkloadActor::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !dirty_.empty(); });
    if (stopping_) return;
    const std::set<std::string> dirty = std::exchange(dirty_, {});
    lock.unlock();
    std::set<std::string> again;
    for (const std::string& ns : dirty) {
      if (!Look(ns)) again.insert(ns);
    }
    lock.lock();
    if (again.empty()) continue;
    wake_.wait_for(lock, kAfterFailure, [this] { return stopping_; });
    dirty_.merge(again);
  }
}

// Objects are read afresh for each look, so a pod is never made twice because news of the first
// was still on its way.
bool WorkloadActor::Look(const std::string& ns) {
  auto deployments = ListOf(client_, CollectionPath("apps/v1", ns, "deployments"));
  auto replica_sets = ListOf(client_, CollectionPath("apps/v1", ns, "replicasets"));
  auto pods = ListOf(client_, CollectionPath("v1", ns, "pods"));
  if (!deployments || !replica_sets || !pods) return false;
  const NamespaceView view{std::move(*deployments), std::move(*replica_sets), std::move(*pods)};
  bool done = true;
  for (const Write& write : PlanWorkloads(
           view, [this] { return PodSuffix(); }, NowText())) {
    done = Done(client_, write) && done;
  }
  return done;
}

std::string WorkloadActor::PodSuffix() {
  constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  std::uniform_int_distribution<std::size_t> letter(0, kLetters.size() - 1);
  std::string suffix;
  for (int i = 0; i < 5; ++i) suffix += kLetters[letter(random_)];
  return suffix;
}

}  // namespace slogate::sandbox

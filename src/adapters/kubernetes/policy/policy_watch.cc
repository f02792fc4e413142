// What KubePolicyStore watches, and what it tells of that.
#include <chrono>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/policy/policy_store.h"
#include "adapters/kubernetes/workload/hold_policy.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

constexpr core::Duration kCheckAgain = std::chrono::seconds(30);
constexpr core::Duration kCheckHold = std::chrono::minutes(1);
constexpr core::Duration kCheckForPolicies = std::chrono::seconds(1);

constexpr const char* kPolicies = "RolloutPolicy";
constexpr const char* kReplicaSet = "ReplicaSet";
constexpr const char* kPod = "Pod";

// The kind and the name of what keeps a ReplicaSet or a pod; of a pod of a Deployment that is the
// Deployment. Empty when it cannot be told.
std::pair<std::string, std::string> KeeperOf(const json& object) {
  for (const json& owner : ListField(object, {"metadata", "ownerReferences"})) {
    if (!FlagField(owner, {"controller"})) continue;
    const std::string kind = TextField(owner, {"kind"});
    const std::string name = TextField(owner, {"name"});
    if (kind != kReplicaSet) return {kind, name};
    const std::string tail = "-" + TextField(object, {"metadata", "labels", "pod-template-hash"});
    if (tail.size() < 2 || !name.ends_with(tail)) return {};
    return {PolicyIndex::kDeployment, name.substr(0, name.size() - tail.size())};
  }
  return {};
}

}  // namespace

void KubePolicyStore::Failed(std::string_view collection, const ports::Error& error) {
  const std::lock_guard lock(telling_);
  failed_(collection, error);
}

void KubePolicyStore::KeepRunning(std::string_view collection, const std::function<void()>& watch) {
  while (!stop_) {
    try {
      if (const auto thrown = http::ExceptionText(watch)) {
        Failed(collection, {ports::ErrorCode::kInternal, *thrown});
      }
    } catch (...) {
      // Nobody can be reported of it now; the watch begins again all the same.
    }
    if (!stop_) WaitFor(kCheckAgain);
  }
}

void KubePolicyStore::TellRivals(const ports::Key& policy, const OnChange& changed,
                                 const std::function<void()>& change) {
  std::set<ports::Key> rivals = index_.Rivals(policy);
  change();
  std::set<ports::Key> now = index_.Rivals(policy);
  if (now == rivals) return;
  rivals.merge(now);
  for (const ports::Key& rival : rivals) changed(rival);
}

KubeClient::Listener KubePolicyStore::ListenerOf(const std::string& kind,
                                                 std::string_view collection) {
  KubeClient::Listener listener;
  // What happened before may have gone unseen.
  listener.on_list = [this, kind](const json&) {
    changes_.AllChanged();
    changes_.Heard(kind);
  };
  listener.on_event = [this, kind](const WatchEvent&) { changes_.Heard(kind); };
  listener.on_failure = [this, kind, collection](const ports::Error& error) {
    changes_.Lost(kind);
    Failed(collection, error);
  };
  return listener;
}

void KubePolicyStore::WatchPolicies(const OnChange& changed) {
  KubeClient::Listener listener = ListenerOf(kPolicies, kPlural);
  listener.on_list = [&, heard = listener.on_list](const json& items) {
    std::set<ports::Key> present;
    for (const json& item : items) {
      Indexed(item);
      present.insert(KeyOf(item));
    }
    const std::vector<ports::Key> gone = index_.KeepOnly(present);
    listed_ = true;
    heard(items);
    for (const ports::Key& key : gone) changed(key);
    for (const ports::Key& key : present) changed(key);
  };
  listener.on_event = [&, heard = listener.on_event](const WatchEvent& event) {
    if (event.type == WatchEvent::Type::kBookmark) return heard(event);
    const ports::Key key = KeyOf(event.object);
    TellRivals(key, changed, [&] {
      if (event.type == WatchEvent::Type::kDeleted) {
        index_.Erase(key);
      } else {
        Indexed(event.object);
      }
    });
    changed(key);
    heard(event);
  };
  client_.ListAndWatch(CollectionPath(kGroupVersion, ns_, kPlural), listener, stop_);
}

void KubePolicyStore::WatchNamed(const std::string& path, const std::string& kind,
                                 std::string_view collection, const OnChange& changed,
                                 const std::atomic<bool>& stop, const std::function<void()>& lost) {
  KubeClient::Listener listener = ListenerOf(kind, collection);
  listener.names_only = true;
  listener.on_list = [&, heard = listener.on_list](const json& items) {
    heard(items);
    // A policy must not be looked at before those that are older are known.
    if (!listed_) return;
    // Whatever happened between two lists may concern any of them.
    for (const ports::Key& key : index_.All()) changed(key);
  };
  listener.on_event = [&, heard = listener.on_event](const WatchEvent& event) {
    if (event.type != WatchEvent::Type::kBookmark && listed_) {
      const ports::Key object = KeyOf(event.object);
      for (const ports::Key& key : index_.Naming(kind, object.ns, object.name)) changed(key);
    }
    heard(event);
  };
  listener.on_failure = [&, failed = listener.on_failure](const ports::Error& error) {
    failed(error);
    if (error.code == ports::ErrorCode::kNotFound) lost();
  };
  client_.ListAndWatch(path, listener, stop);
  changes_.Lost(kind);
}

void KubePolicyStore::WatchOwned(const std::string& path, const std::string& kind,
                                 std::string_view collection) {
  KubeClient::Listener listener = ListenerOf(kind, collection);
  listener.names_only = true;
  listener.on_event = [this, heard = listener.on_event](const WatchEvent& event) {
    if (event.type != WatchEvent::Type::kBookmark) {
      const std::string ns = KeyOf(event.object).ns;
      const auto [keeper, name] = KeeperOf(event.object);
      // One without a keeper, or with an unusual name, may be anybody's.
      for (const ports::Key& key :
           keeper.empty() ? index_.NamingWorkloadsIn(ns) : index_.Naming(keeper, ns, name)) {
        changes_.Changed(key);
      }
    }
    heard(event);
  };
  client_.ListAndWatch(path, listener, stop_);
}

void KubePolicyStore::CheckHold(const OnChange& changed) {
  std::optional<core::HoldBy> before;
  bool is_news = false;
  while (!stop_) {
    // A look may still have relied on what held before.
    if (std::exchange(is_news, false)) changes_.AllChanged();
    const std::vector<ports::Key> policies = index_.All();
    const auto found =
        policies.empty() ? ports::Result<ports::HoldFinding>() : ExplainHold(client_);
    if (!policies.empty() && found && before != found->by) {
      is_news = before.has_value();
      changes_.AllChanged();
      for (const ports::Key& key : is_news ? policies : std::vector<ports::Key>()) changed(key);
      before = found->by;
    }
    if (!WaitFor(policies.empty() ? kCheckForPolicies : kCheckHold)) return;
  }
}

bool KubePolicyStore::CanWait(const ports::Key& key) const { return index_.CanWait(key); }

std::optional<std::uint64_t> KubePolicyStore::LastChange(const ports::Key& key) const {
  std::set<std::string> kinds = index_.KindsOf(key);
  if (kinds.empty()) return std::nullopt;
  kinds.insert({kPolicies, PolicyIndex::kService, PolicyIndex::kDeployment, kReplicaSet, kPod});
  return changes_.LastChange(key, kinds);
}

void KubePolicyStore::WatchOnceNamed(const std::string& kind, std::string_view collection,
                                     const std::function<ports::Result<std::string>()>& path_of,
                                     std::atomic<bool>& stop, const OnChange& changed) {
  if (!WaitUntilNamed(kind)) return;
  while (!stop_) {
    if (const auto path = path_of()) {
      WatchNamed(*path, kind, collection, changed, stop, [&] { stop = true; });
    } else {
      Failed(collection, path.error());
    }
    if (!WaitFor(kCheckAgain)) return;
    stop = false;
    // Stop may have come just before.
    if (stop_) return;
  }
}

void KubePolicyStore::Watch(const OnChange& changed, const OnWatchFailure& failed) {
  failed_ = failed;
  const OnChange guarded = [&](const ports::Key& key) {
    // Whoever is woken must not find what was read before.
    changes_.Changed(key);
    const std::lock_guard lock(telling_);
    changed(key);
  };
  std::vector<std::jthread> threads;
  // A thread that cannot be made is asked for again.
  const auto start = [&](std::string_view collection, const std::function<void()>& watch) {
    const std::size_t others = threads.size();
    while (!stop_ && threads.size() == others) {
      const auto refused = http::ExceptionText([&] {
        threads.emplace_back([this, collection, watch] { KeepRunning(collection, watch); });
      });
      if (!refused) continue;
      Failed(collection, {ports::ErrorCode::kInternal, *refused});
      WaitFor(kCheckAgain);
    }
  };
  start("deployments", [&] {
    WatchNamed(CollectionPath("apps/v1", ns_, "deployments"), PolicyIndex::kDeployment,
               "deployments", guarded, stop_, [] {});
  });
  start("services", [&] {
    WatchNamed(CollectionPath("v1", ns_, "services"), PolicyIndex::kService, "services", guarded,
               stop_, [] {});
  });
  start("replicasets", [&] {
    WatchOwned(CollectionPath("apps/v1", ns_, "replicasets"), kReplicaSet, "replicasets");
  });
  start("pods", [&] { WatchOwned(CollectionPath("v1", ns_, "pods"), kPod, "pods"); });
  start("mutatingadmissionpolicies", [&] { CheckHold(guarded); });
  for (std::size_t i = 0; i < kRouteKinds.size(); ++i) {
    start(kRouteKinds[i]->plural, [&, i] {
      RouteApi api(client_, *kRouteKinds[i]);
      const auto path = [&] {
        api.Forget();
        return api.RoutesPath(ns_);
      };
      WatchOnceNamed(std::string(api.kind().kind), api.kind().plural, path, stop_routes_[i],
                     guarded);
    });
  }
  start("statefulsets", [&] {
    const auto path = [&] { return CollectionPath("apps/v1", ns_, "statefulsets"); };
    WatchOnceNamed(PolicyIndex::kStatefulSet, "statefulsets", path, stop_stateful_, guarded);
  });
  start(kSloPlural, [&] {
    const auto path = [&] { return CollectionPath(kSloGroupVersion, ns_, kSloPlural); };
    WatchOnceNamed(PolicyIndex::kSlo, kSloPlural, path, stop_slos_, guarded);
  });
  KeepRunning(kPlural, [&] { WatchPolicies(guarded); });
}

void KubePolicyStore::Stop() {
  const std::lock_guard lock(mutex_);
  stop_ = true;
  stop_slos_ = true;
  stop_stateful_ = true;
  for (std::atomic<bool>& stop : stop_routes_) stop = true;
  woken_.notify_all();
}

bool KubePolicyStore::WaitUntilNamed(const std::string& kind) {
  std::unique_lock lock(mutex_);
  woken_.wait(lock, [&] { return stop_ || index_.Names(kind); });
  return !stop_;
}

bool KubePolicyStore::WaitFor(core::Duration time) {
  std::unique_lock lock(mutex_);
  return !woken_.wait_for(lock, time, [&] { return stop_.load(); });
}

}  // namespace slogate::adapters::kubernetes

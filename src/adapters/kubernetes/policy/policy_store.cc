#include "adapters/kubernetes/policy/policy_store.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/policy/kube_policy_admin.h"
#include "spec/policy/policy_yaml.h"
#include "spec/slo/slo_file.h"
#include "spec/status/status_json.h"
#include "spec/text/units.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

std::string HowToFixStatus(const ports::Key& key) {
  return "another version of gate or an edit by hand wrote it: run that version, or clear the "
         "status and start over: kubectl patch rolloutpolicy " +
         key.name + " -n " + key.ns + " --subresource=status --type=merge -p '{\"status\":null}'";
}

bool IsGuarded(const json& finalizers) {
  return std::ranges::find(finalizers, json(kFinalizer)) != finalizers.end();
}

constexpr core::Duration kCheckAgain = std::chrono::seconds(30);

// What a policy names besides its ServiceLevelObjective does not depend on its objectives, and is
// to be known before that one is there.
json WithoutPromises(const json& object) {
  json bare = object;
  bare["spec"].erase("slo");
  bare["spec"]["objectives"] = {
      {{"name", "any"},
       {"dimension", "availability"},
       {"target", 99},
       {"indicator", {{"counters", {{"total", "any_total"}, {"bad", "any_bad_total"}}}}}}};
  return bare;
}

}  // namespace

ports::Key KeyOf(const json& object) {
  return {TextField(object, {"metadata", "namespace"}), TextField(object, {"metadata", "name"})};
}

ports::PolicyRecord RecordFromObject(const json& object, const spec::SloLookup& find_slo) {
  ports::PolicyRecord record;
  record.key = KeyOf(object);
  record.uid = TextField(object, {"metadata", "uid"});
  record.resource_version = TextField(object, {"metadata", "resourceVersion"});
  record.generation = NumberField(object, {"metadata", "generation"});
  record.deleting = !Field(object, {"metadata", "deletionTimestamp"}).is_null();
  record.deleted_at = spec::ParseTime(TextField(object, {"metadata", "deletionTimestamp"}))
                          .value_or(core::TimePoint{});
  record.guarded = IsGuarded(ListField(object, {"metadata", "finalizers"}));
  record.requests = RequestsOf(object);
  if (auto policy = spec::PolicyFromJson(object, find_slo)) {
    record.policy = std::move(*policy);
    record.policy->retry += RetryWord(object);
  } else {
    record.problem = std::move(policy.error().message);
  }
  const json& status = Field(object, {"status"});
  if (auto state = spec::StateFromStatusJson(status)) {
    record.state = std::move(*state);
  } else {
    record.status_problem = state.error().message + "; " + HowToFixStatus(record.key);
  }
  record.stored_status = status.dump(-1, ' ', false, json::error_handler_t::replace);
  return record;
}

std::string PolicyPath(const ports::Key& key) {
  return ObjectPath(kGroupVersion, key.ns, kPlural, key.name);
}

ports::Result<ports::PolicyRecord> ReadRecord(KubeClient& client, const std::string& ns,
                                              const ports::Result<json>& object) {
  if (!object) return tl::unexpected(object.error());
  SloFinder slos(client);
  ports::PolicyRecord record = RecordFromObject(*object, slos.In(ns));
  // What a policy promises is not needed for it to leave.
  if (slos.failure() && !record.deleting) return tl::unexpected(*slos.failure());
  return record;
}

KubePolicyStore::KubePolicyStore(KubeClient& client, const ports::Clock& clock, std::string ns)
    : client_(client), clock_(clock), ns_(std::move(ns)) {}

ports::Result<ports::PolicyRecord> KubePolicyStore::Get(const ports::Key& key) {
  auto record = ReadRecord(client_, key.ns, client_.Get(PolicyPath(key)));
  if (record && record->policy && !record->policy->dry_run) {
    record->older_policy = index_.OlderRival(key);
  }
  return record;
}

ports::Result<std::string> KubePolicyStore::WriteStatus(const ports::PolicyRecord& record,
                                                        const core::RolloutState& state) {
  const json previous = json::parse(record.stored_status, nullptr, false);
  json status = spec::StatusToJson(state, record.policy ? &*record.policy : nullptr,
                                   record.generation, previous, clock_.Now());
  if (status == previous) return record.resource_version;
  // The uid keeps the word meant for a policy from a later one of the same name.
  const json object = {{"apiVersion", kGroupVersion},
                       {"kind", "RolloutPolicy"},
                       {"metadata",
                        {{"name", record.key.name},
                         {"namespace", record.key.ns},
                         {"uid", record.uid},
                         {"resourceVersion", record.resource_version}}},
                       {"status", std::move(status)}};
  const auto written = client_.Replace(PolicyPath(record.key) + "/status", object);
  if (!written) return tl::unexpected(written.error());
  return TextField(*written, {"metadata", "resourceVersion"});
}

ports::Result<void> KubePolicyStore::SetGuard(const ports::PolicyRecord& record, bool guarded) {
  const auto policy = client_.Get(PolicyPath(record.key));
  if (!policy) return tl::unexpected(policy.error());
  if (TextField(*policy, {"metadata", "uid"}) != record.uid) {
    return ports::Fail(ports::ErrorCode::kNotFound,
                       "RolloutPolicy " + record.key.ToString() + " is another one by now");
  }
  json finalizers = ListField(*policy, {"metadata", "finalizers"});
  if (IsGuarded(finalizers) == guarded) return {};
  if (guarded) {
    finalizers.push_back(kFinalizer);
  } else {
    finalizers.erase(std::ranges::find(finalizers, json(kFinalizer)));
  }
  return Done(
      client_.MergePatch(PolicyPath(record.key),
                         {{"metadata",
                           {{"resourceVersion", Field(*policy, {"metadata", "resourceVersion"})},
                            {"finalizers", std::move(finalizers)}}}}));
}

void KubePolicyStore::Index(const json& object) {
  const std::string slo = spec::SloNameOf(object);
  if (const auto policy = spec::PolicyFromJson(slo.empty() ? object : WithoutPromises(object))) {
    index_.Set(KeyOf(object), *policy, slo, TextField(object, {"metadata", "creationTimestamp"}));
  } else {
    index_.SetUnsound(KeyOf(object));
  }
  const std::lock_guard lock(mutex_);
  woken_.notify_all();
}

// One policy that cannot be taken must not keep the others from being reported of.
void KubePolicyStore::Indexed(const json& object) {
  const auto thrown = http::ExceptionText([&] { Index(object); });
  if (!thrown) return;
  index_.SetUnsound(KeyOf(object));
  Failed(kPlural, {ports::ErrorCode::kInternal, KeyOf(object).ToString() + ": " + *thrown});
}

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

void KubePolicyStore::WatchPolicies(const OnChange& changed) {
  KubeClient::Listener listener;
  listener.on_list = [&](const json& items) {
    std::set<ports::Key> present;
    for (const json& item : items) {
      Indexed(item);
      present.insert(KeyOf(item));
    }
    const std::vector<ports::Key> gone = index_.KeepOnly(present);
    listed_ = true;
    for (const ports::Key& key : gone) changed(key);
    for (const ports::Key& key : present) changed(key);
  };
  listener.on_event = [&](const WatchEvent& event) {
    if (event.type == WatchEvent::Type::kBookmark) return;
    const ports::Key key = KeyOf(event.object);
    TellRivals(key, changed, [&] {
      if (event.type == WatchEvent::Type::kDeleted) {
        index_.Erase(key);
      } else {
        Indexed(event.object);
      }
    });
    changed(key);
  };
  listener.on_failure = [&](const ports::Error& error) { Failed(kPlural, error); };
  client_.ListAndWatch(CollectionPath(kGroupVersion, ns_, kPlural), listener, stop_);
}

void KubePolicyStore::WatchNamed(const std::string& path, const std::string& kind,
                                 std::string_view collection, const OnChange& changed,
                                 const std::atomic<bool>& stop, const std::function<void()>& lost) {
  KubeClient::Listener listener;
  listener.on_list = [&](const json&) {
    // A policy must not be looked at before those that are older are known.
    if (!listed_) return;
    // Whatever happened between two lists may concern any of them.
    for (const ports::Key& key : index_.All()) changed(key);
  };
  listener.on_event = [&](const WatchEvent& event) {
    if (event.type == WatchEvent::Type::kBookmark || !listed_) return;
    const ports::Key object = KeyOf(event.object);
    for (const ports::Key& key : index_.Naming(kind, object.ns, object.name)) changed(key);
  };
  listener.on_failure = [&](const ports::Error& error) {
    Failed(collection, error);
    if (error.code == ports::ErrorCode::kNotFound) lost();
  };
  client_.ListAndWatch(path, listener, stop);
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

spec::SloLookup SloFinder::In(const std::string& ns) {
  return [this, ns](const std::string& name) { return Find(ns, name); };
}

SloFinder::Found SloFinder::Find(const std::string& ns, const std::string& name) {
  const auto known = found_.find({ns, name});
  if (known != found_.end()) return known->second;
  return found_.emplace(std::pair(ns, name), Read(ns, name)).first->second;
}

SloFinder::Found SloFinder::Read(const std::string& ns, const std::string& name) {
  const auto missing = [](std::string message, std::string fix) {
    return tl::unexpected(spec::SloMissing{std::move(message), std::move(fix)});
  };
  const auto object = client_.Get(ObjectPath(kSloGroupVersion, ns, kSloPlural, name));
  if (object) {
    auto slo = spec::SloFromJson(*object);
    if (slo) return std::move(*slo);
    return missing("'" + name + "' is unsound: " + slo.error().message,
                   "fix the ServiceLevelObjective");
  }
  if (object.error().code == ports::ErrorCode::kNotFound) {
    return missing("'" + name + "' does not exist in the namespace " + ns,
                   "create the ServiceLevelObjective, or correct the name");
  }
  if (object.error().code == ports::ErrorCode::kUnauthorized) {
    return missing("'" + name + "' may not be read",
                   "allow get on servicelevelobjectives in the namespace " + ns);
  }
  failure_ = object.error();
  return missing("'" + name + "' cannot be read: " + object.error().message, "try again");
}

}  // namespace slogate::adapters::kubernetes

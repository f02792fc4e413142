#include "adapters/kubernetes/policy/policy_store.h"

#include <algorithm>

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

// At rest, or not begun, with nothing asked for.
bool IsAtRest(const json& object) {
  const std::string phase = TextField(object, {"status", "phase"});
  const bool idle = phase.empty() || phase == ToString(core::Phase::kPending) ||
                    phase == ToString(core::Phase::kReady) ||
                    phase == ToString(core::Phase::kPromoted) ||
                    phase == ToString(core::Phase::kRolledBack);
  return idle && Field(object, {"metadata", "deletionTimestamp"}).is_null() &&
         RequestsOf(object) == core::Requests{};
}

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
  index_.SetCanWait(KeyOf(object), IsAtRest(object));
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

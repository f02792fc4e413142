#include "adapters/kubernetes/client/lease_store.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "spec/text/units.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;
using ports::ErrorCode;
using ports::Lease;
using ports::Result;

json SpecOf(const Lease& lease) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(lease.duration).count();
  // A lease that was given up has no holder: an empty one is not valid everywhere.
  return json{{"holderIdentity", lease.holder.empty() ? json() : json(lease.holder)},
              // The API server refuses less than a second.
              {"leaseDurationSeconds", std::max<std::int64_t>(1, seconds)},
              {"renewTime", spec::ToMicrosText(lease.renewed)},
              {"leaseTransitions", lease.transitions}};
}

Result<Lease> LeaseOf(const json& object) {
  Lease lease;
  lease.resource_version = TextField(object, {"metadata", "resourceVersion"});
  if (lease.resource_version.empty()) {
    return ports::Fail(ErrorCode::kMalformedResponse, "Lease: it has no resource version");
  }
  lease.holder = TextField(object, {"spec", "holderIdentity"});
  const std::int64_t seconds = NumberField(object, {"spec", "leaseDurationSeconds"});
  // Fields may be absent; what is absent stays at the port's default.
  if (seconds > 0 && seconds <= 86'400) lease.duration = std::chrono::seconds(seconds);
  const std::int64_t transitions = NumberField(object, {"spec", "leaseTransitions"});
  lease.transitions = static_cast<int>(std::clamp<std::int64_t>(transitions, 0, 1'000'000'000));
  lease.renewed = spec::ParseTime(TextField(object, {"spec", "renewTime"}), spec::Zone::kAny)
                      .value_or(lease.renewed);
  return lease;
}

}  // namespace

KubeLeaseStore::KubeLeaseStore(KubeClient& client, std::string ns, std::string name)
    : client_(client),
      ns_(std::move(ns)),
      name_(std::move(name)),
      collection_("/apis/coordination.k8s.io/v1/namespaces/" + ns_ + "/leases") {}

Result<Lease> KubeLeaseStore::Read() {
  auto answer = client_.Get(collection_ + "/" + name_);
  if (!answer && answer.error().code == ErrorCode::kNotFound) return Lease{};
  return Remember(std::move(answer));
}

Result<Lease> KubeLeaseStore::Write(const Lease& lease) {
  return lease.resource_version.empty() ? Create(lease) : Renew(lease);
}

Result<Lease> KubeLeaseStore::Create(const Lease& lease) {
  json object{{"apiVersion", "coordination.k8s.io/v1"},
              {"kind", "Lease"},
              {"metadata", {{"name", name_}, {"namespace", ns_}}},
              {"spec", SpecOf(lease)}};
  object["spec"]["acquireTime"] = spec::ToMicrosText(lease.renewed);
  return Remember(client_.Create(collection_, object));
}

Result<Lease> KubeLeaseStore::Renew(const Lease& lease) {
  // A merge patch that names a resource version is refused with 409 when that is not the newest.
  json patch{{"metadata", {{"resourceVersion", lease.resource_version}}}, {"spec", SpecOf(lease)}};
  if (ChangesHands(lease)) patch["spec"]["acquireTime"] = spec::ToMicrosText(lease.renewed);
  auto answer = client_.MergePatch(collection_ + "/" + name_, patch);
  if (!answer && answer.error().code == ErrorCode::kNotFound) {
    return ports::Fail(ErrorCode::kConflict, answer.error().message);
  }
  return Remember(std::move(answer));
}

Result<Lease> KubeLeaseStore::Remember(Result<json> answer) {
  if (!answer) return tl::unexpected(std::move(answer.error()));
  auto lease = LeaseOf(*answer);
  if (!lease) return lease;
  const std::lock_guard lock(mutex_);
  last_ = *lease;
  return lease;
}

bool KubeLeaseStore::ChangesHands(const Lease& lease) {
  const std::lock_guard lock(mutex_);
  return last_.resource_version == lease.resource_version && last_.holder != lease.holder;
}

}  // namespace slogate::adapters::kubernetes

#include "support/git_sync.h"

#include <utility>
#include <vector>

#include "adapters/http/client.h"

namespace slogate::testing {

using adapters::kubernetes::KubeClient;
using nlohmann::json;

namespace {

constexpr const char* kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

std::string PathIn(const std::string& ns) {
  return "/apis/apps/v1/namespaces/" + ns + "/deployments/" + kDeployment;
}

json Manifest(const PodVersion& version) {
  json manifest = DeploymentObject(kDeployment, 0, version);
  manifest["spec"].erase("replicas");
  return manifest;
}

ports::Result<json> ClientSideApply(KubeClient& client, const std::string& ns, json manifest) {
  const std::string applied = manifest.dump();
  manifest["metadata"]["annotations"][kLastApplied] = applied;
  return client.MergePatch(PathIn(ns) + "?fieldManager=kubectl-client-side-apply", manifest);
}

ports::Result<json> ServerSideApply(KubeClient& client, const std::string& ns,
                                    const json& manifest) {
  adapters::http::Client http(client.config().tls);
  adapters::http::OutgoingRequest request;
  request.method = "PATCH";
  request.url = client.config().server + PathIn(ns) + "?fieldManager=git-sync&force=true";
  request.headers = {{"Authorization", "Bearer " + client.config().token},
                     {"Content-Type", "application/apply-patch+yaml"}};
  request.body = manifest.dump();
  const auto response = http.Send(request);
  if (!response) return ports::Fail(ports::ErrorCode::kUnavailable, response.error().message);
  if (response->status >= 300) return ports::Fail(ports::ErrorCode::kConflict, response->body);
  return json::parse(response->body, nullptr, false);
}

}  // namespace

GitSync::GitSync(KubeClient& client, std::chrono::milliseconds period)
    : client_(client), period_(period) {
  timeline_.After(std::chrono::milliseconds(0), [this] { ApplyAll(); });
}

GitSync::~GitSync() { timeline_.Stop(); }

void GitSync::Commit(const std::string& ns, GitMode mode, const PodVersion& version) {
  const std::lock_guard lock(mutex_);
  Source& source = sources_[ns];
  source.mode = mode;
  source.version = version;
  ++source.commits;
  source.synced = {};
}

GitSync::Synced GitSync::Last(const std::string& ns) const {
  const std::lock_guard lock(mutex_);
  const auto found = sources_.find(ns);
  return found == sources_.end() ? Synced{} : found->second.synced;
}

ports::Result<json> GitSync::Apply(const std::string& ns, const Source& source) {
  const json manifest = Manifest(source.version);
  switch (source.mode) {
    case GitMode::kClientSide:
      return ClientSideApply(client_, ns, manifest);
    case GitMode::kServerSide:
      break;
  }
  return ServerSideApply(client_, ns, manifest);
}

void GitSync::ApplyAll() {
  std::unique_lock lock(mutex_);
  const std::map<std::string, Source> sources = sources_;
  lock.unlock();
  timeline_.After(period_, [this] { ApplyAll(); });
  for (const auto& [ns, source] : sources) {
    auto applied = Apply(ns, source);
    lock.lock();
    Source& present = sources_[ns];
    if (present.commits == source.commits) {
      Synced& synced = present.synced;
      ++synced.times;
      if (applied) {
        synced.object = *std::move(applied);
      } else {
        synced.refusal = applied.error().message;
      }
    }
    lock.unlock();
  }
}

}  // namespace slogate::testing

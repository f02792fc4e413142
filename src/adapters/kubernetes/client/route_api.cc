#include "adapters/kubernetes/client/route_api.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

bool Serves(const json& group, const std::string& group_version) {
  for (const json& version : ListField(group, {"versions"})) {
    if (TextField(version, {"groupVersion"}) == group_version) return true;
  }
  return false;
}

}  // namespace

ports::Result<std::string> RouteApi::GroupVersion() {
  {
    const std::lock_guard lock(mutex_);
    if (!group_version_.empty()) return group_version_;
  }
  const ports::Result<json> group = Lookup(client_, "/apis/" + std::string(kind_.group));
  if (!group) return tl::unexpected(group.error());
  for (const std::string_view version : kind_.versions) {
    const std::string candidate = std::string(kind_.group) + "/" + std::string(version);
    if (version.empty() || !Serves(*group, candidate)) continue;
    const std::lock_guard lock(mutex_);
    group_version_ = candidate;
    return candidate;
  }
  return ports::Fail(
      ports::ErrorCode::kNotFound,
      "the cluster serves no " + std::string(kind_.kind) + "; " + std::string(kind_.fix));
}

void RouteApi::Forget() {
  const std::lock_guard lock(mutex_);
  group_version_.clear();
}

std::string RouteApi::Called(const std::string& ns, const std::string& name) const {
  return std::string(kind_.kind) + " " + ns + "/" + name;
}

ports::Result<std::string> RouteApi::RoutesPath(const std::string& ns) {
  const ports::Result<std::string> version = GroupVersion();
  if (!version) return version;
  return CollectionPath(*version, ns, kind_.plural);
}

ports::Result<RouteApi::Found> RouteApi::Get(const std::string& ns, const std::string& name) {
  std::string tried;
  while (true) {
    const ports::Result<std::string> version = GroupVersion();
    if (!version) return tl::unexpected(version.error());
    const std::string path = ObjectPath(*version, ns, kind_.plural, name);
    ports::Result<json> object = client_.Get(path);
    if (object) return Found{path, std::move(*object)};
    // The cluster may have stopped serving the version it had.
    if (object.error().code != ports::ErrorCode::kNotFound || tried == *version) {
      return tl::unexpected(object.error());
    }
    tried = *version;
    Forget();
  }
}

}  // namespace slogate::adapters::kubernetes

#include "adapters/kubernetes/gateway_api.h"

#include <string_view>

#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/object_path.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

constexpr const char* kGroup = "gateway.networking.k8s.io";
constexpr const char* kPlural = "httproutes";

bool Serves(const json& group, const std::string& group_version) {
  const json& versions = Field(group, {"versions"});
  if (!versions.is_array()) return false;
  for (const json& version : versions) {
    if (TextField(version, {"groupVersion"}) == group_version) return true;
  }
  return false;
}

}  // namespace

ports::Result<std::string> GatewayApi::GroupVersion() {
  {
    const std::lock_guard lock(mutex_);
    if (!group_version_.empty()) return group_version_;
  }
  const ports::Result<json> group = Lookup(client_, std::string("/apis/") + kGroup);
  if (!group) return tl::unexpected(group.error());
  for (const char* version : {"/v1", "/v1beta1"}) {
    const std::string candidate = std::string(kGroup) + version;
    if (!Serves(*group, candidate)) continue;
    const std::lock_guard lock(mutex_);
    group_version_ = candidate;
    return candidate;
  }
  return ports::Fail(ports::ErrorCode::kNotFound,
                     "the cluster serves no HTTPRoute; install the Gateway API");
}

void GatewayApi::Forget() {
  const std::lock_guard lock(mutex_);
  group_version_.clear();
}

ports::Result<std::string> GatewayApi::RoutesPath(const std::string& ns) {
  const ports::Result<std::string> version = GroupVersion();
  if (!version) return version;
  return CollectionPath(*version, ns, kPlural);
}

ports::Result<GatewayApi::Found> GatewayApi::Get(const std::string& ns, const std::string& name) {
  std::string tried;
  while (true) {
    const ports::Result<std::string> version = GroupVersion();
    if (!version) return tl::unexpected(version.error());
    const std::string path = ObjectPath(*version, ns, kPlural, name);
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

#include "adapters/traffic/guarded_patch.h"

#include <utility>

#include "adapters/kubernetes/object_fields.h"

namespace slogate::adapters::traffic {

using kubernetes::TextField;
using nlohmann::json;

json Operation(const char* op, const std::string& path, json value) {
  return {{"op", op}, {"path", path}, {"value", std::move(value)}};
}

json VersionGuard(const json& object) {
  return Operation("replace", "/metadata/resourceVersion",
                   TextField(object, {"metadata", "resourceVersion"}));
}

ports::Result<void> PatchUnlessMoved(kubernetes::KubeClient& client, kubernetes::RouteApi& api,
                                     const kubernetes::RouteApi::Found& found,
                                     const std::string& ns, const std::string& name,
                                     const json& patch) {
  const auto patched = client.JsonPatch(found.path, patch);
  if (patched) return {};
  if (patched.error().code == ports::ErrorCode::kInvalidArgument) {
    // The API server checks `test` before the resource version, and says 422 for both a route that
    // has moved on and a patch that is wrong.
    const auto now = api.Get(ns, name);
    if (now && TextField(now->object, {"metadata", "resourceVersion"}) !=
                   TextField(found.object, {"metadata", "resourceVersion"})) {
      return ports::Fail(ports::ErrorCode::kConflict, api.Called(ns, name) + " has moved on");
    }
  }
  return tl::unexpected(patched.error());
}

}  // namespace slogate::adapters::traffic

#include "adapters/kubernetes/client/secret_store.h"

#include <optional>
#include <utility>

#include "adapters/http/printable.h"

namespace slogate::adapters::kubernetes {

ports::Result<std::string> KubeSecretStore::Read(const std::string& ns,
                                                 const core::SecretKey& secret) {
  const auto object = client_.Get(ObjectPath("v1", ns, "secrets", secret.name));
  if (!object) return tl::unexpected(object.error());
  const std::string called = "Secret " + ns + "/" + secret.name;
  const nlohmann::json& value = Field(*object, {"data", secret.key});
  if (!value.is_string()) {
    return ports::Fail(ports::ErrorCode::kNotFound, called + " has no key " + secret.key);
  }
  std::optional<std::string> bytes = http::DecodeBase64(value.get_ref<const std::string&>());
  if (!bytes) {
    return ports::Fail(ports::ErrorCode::kMalformedResponse,
                       called + " holds something else than base64 at key " + secret.key);
  }
  return std::move(*bytes);
}

}  // namespace slogate::adapters::kubernetes

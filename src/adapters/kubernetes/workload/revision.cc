#include "adapters/kubernetes/workload/revision.h"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/workload/pod_selectors.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

constexpr std::size_t kDigits = 10;
constexpr std::string_view kOwnPrefix = "slogate.dev/";
constexpr std::string_view kRestartedAt = "kubectl.kubernetes.io/restartedAt";

bool SaysNothing(std::string_view name) {
  return name.starts_with(kOwnPrefix) || name == kTemplateHash || name == kRestartedAt;
}

void EraseSilent(json& pod_template, const char* field) {
  if (!Field(pod_template, {"metadata", field}).is_object()) return;
  json kept = json::object();
  for (const auto& [name, value] : pod_template["metadata"][field].items()) {
    if (!SaysNothing(name)) kept[name] = value;
  }
  if (kept.empty()) {
    pod_template["metadata"].erase(field);
  } else {
    pod_template["metadata"][field] = std::move(kept);
  }
}

}  // namespace

std::string Sha256Hex(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  // Fails only without memory or without SHA-256, and then nothing may be called equal.
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &length, EVP_sha256(), nullptr) != 1) {
    std::abort();
  }
  std::string result;
  for (unsigned int i = 0; i < length; ++i) {
    result += kHex[bytes[i] >> 4];
    result += kHex[bytes[i] & 15];
  }
  return result;
}

json ReleasedTemplate(const json& pod_template) {
  json released = pod_template;
  if (Field(released, {"metadata"}).is_object()) released["metadata"].erase("creationTimestamp");
  EraseSilent(released, "labels");
  EraseSilent(released, "annotations");
  return released;
}

std::string RevisionOf(const json& pod_template) {
  const json released = ReleasedTemplate(pod_template);
  return Sha256Hex(released.dump(-1, ' ', false, json::error_handler_t::replace))
      .substr(0, kDigits);
}

std::string RevisionAcross(const json& pod_template, const json& match_labels) {
  json shared = pod_template;
  if (match_labels.is_object()) {
    for (const auto& [key, value] : match_labels.items()) {
      if (!value.is_string()) continue;
      MapPodSelectors(shared, key, value.get<std::string>(), "");
      if (Field(shared, {"metadata", "labels"}).is_object())
        shared["metadata"]["labels"].erase(key);
    }
  }
  return RevisionOf(shared);
}

}  // namespace slogate::adapters::kubernetes

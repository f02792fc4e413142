#include "adapters/kubernetes/object_path.h"

namespace slogate::adapters::kubernetes {

std::string Encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string result;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return result;
}

std::string CollectionPath(std::string_view group_version, std::string_view ns,
                           std::string_view plural) {
  std::string path = group_version.find('/') == std::string_view::npos ? "/api/" : "/apis/";
  path += group_version;
  if (!ns.empty()) path += "/namespaces/" + Encoded(ns);
  path += '/';
  path += plural;
  return path;
}

std::string ObjectPath(std::string_view group_version, std::string_view ns, std::string_view plural,
                       std::string_view name) {
  return CollectionPath(group_version, ns, plural) + '/' + Encoded(name);
}

ports::Result<nlohmann::json> Lookup(KubeClient& client, const std::string& path) {
  ports::Result<nlohmann::json> found = client.Get(path);
  if (!found && found.error().code == ports::ErrorCode::kNotFound) return nlohmann::json();
  return found;
}

}  // namespace slogate::adapters::kubernetes

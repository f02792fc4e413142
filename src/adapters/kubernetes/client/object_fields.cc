#include "adapters/kubernetes/client/object_fields.h"

#include "adapters/http/encoding.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {
const json kNull;
}  // namespace

const json& Field(const json& object, FieldPath path) {
  const json* at = &object;
  for (const std::string_view name : path) {
    if (!at->is_object()) return kNull;
    const auto found = at->find(name);
    if (found == at->end()) return kNull;
    at = &*found;
  }
  return *at;
}

const json& ListField(const json& object, FieldPath path) {
  static const json kNone = json::array();
  const json& value = Field(object, path);
  return value.is_array() ? value : kNone;
}

std::string TextField(const json& object, FieldPath path) {
  const json& value = Field(object, path);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t NumberField(const json& object, FieldPath path, std::int64_t fallback) {
  const json& value = Field(object, path);
  if (!value.is_number_integer()) return fallback;
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
    return fallback;
  }
  return value.get<std::int64_t>();
}

bool FlagField(const json& object, FieldPath path) {
  const json& value = Field(object, path);
  return value.is_boolean() && value.get<bool>();
}

const json& Condition(const json& conditions, std::string_view type) {
  if (!conditions.is_array()) return kNull;
  for (const json& condition : conditions) {
    if (TextField(condition, {"type"}) == type) return condition;
  }
  return kNull;
}

std::string CollectionPath(std::string_view group_version, std::string_view ns,
                           std::string_view plural) {
  std::string path = group_version.find('/') == std::string_view::npos ? "/api/" : "/apis/";
  path += group_version;
  if (!ns.empty()) path += "/namespaces/" + http::PercentEncoded(ns);
  path += '/';
  path += plural;
  return path;
}

std::string ObjectPath(std::string_view group_version, std::string_view ns, std::string_view plural,
                       std::string_view name) {
  return CollectionPath(group_version, ns, plural) + '/' + http::PercentEncoded(name);
}

ports::Result<void> Done(const ports::Result<json>& written) {
  if (!written) return tl::unexpected(written.error());
  return {};
}

ports::Result<nlohmann::json> Lookup(KubeClient& client, const std::string& path) {
  ports::Result<nlohmann::json> found = client.Get(path);
  if (!found && found.error().code == ports::ErrorCode::kNotFound) return nlohmann::json();
  return found;
}

}  // namespace slogate::adapters::kubernetes

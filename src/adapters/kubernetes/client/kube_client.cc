#include "adapters/kubernetes/client/kube_client.h"

#include <utility>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/client/api_transport.h"
#include "adapters/kubernetes/client/collection_watch.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

using Call = ApiTransport::Call;

constexpr const char* kJson = "application/json";
constexpr const char* kJsonPatch = "application/json-patch+json";
constexpr const char* kMergePatch = "application/merge-patch+json";

// Text that is not UTF-8 must not throw here; the server will refuse what it becomes.
std::string Dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

const json kNoField;

}  // namespace

struct KubeClient::Impl {
  Options options;
  ApiTransport transport;
  const std::atomic<bool> never_stopped{false};

  Impl(ClusterConfig config, Options chosen)
      : options(std::move(chosen)), transport(std::move(config), options) {}

  ports::Result<http::Response> Ask(const Call& call) {
    auto response = transport.Send(call, never_stopped);
    if (!response) return response;
    if (response->status < 200 || response->status >= 300) {
      return tl::unexpected(FromResponse(transport.Name(call.method, call.path), *response));
    }
    if (call.method != "GET") AfterWrite(call.method, call.path);
    return response;
  }

  ports::Result<json> AskForObject(const Call& call) {
    const auto response = Ask(call);
    if (!response) return tl::unexpected(response.error());
    json object = json::parse(response->body, nullptr, false);
    if (!object.is_object()) {
      return ports::Fail(
          ports::ErrorCode::kMalformedResponse,
          transport.Name(call.method, call.path) + ": the answer is not a JSON object");
    }
    return object;
  }
};

KubeClient::KubeClient(ClusterConfig config, Options options)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(options))) {}

KubeClient::KubeClient(ClusterConfig config) : KubeClient(std::move(config), Options{}) {}

KubeClient::~KubeClient() = default;

ports::Result<json> KubeClient::Get(const std::string& path) {
  return impl_->AskForObject(Call{"GET", path, "", ""});
}

ports::Result<json> KubeClient::Create(const std::string& path, const json& object) {
  return impl_->AskForObject(Call{"POST", path, kJson, Dump(object)});
}

ports::Result<json> KubeClient::Replace(const std::string& path, const json& object) {
  return impl_->AskForObject(Call{"PUT", path, kJson, Dump(object)});
}

ports::Result<json> KubeClient::JsonPatch(const std::string& path, const json& patch) {
  return impl_->AskForObject(Call{"PATCH", path, kJsonPatch, Dump(patch)});
}

ports::Result<json> KubeClient::MergePatch(const std::string& path, const json& patch) {
  return impl_->AskForObject(Call{"PATCH", path, kMergePatch, Dump(patch)});
}

ports::Result<void> KubeClient::Delete(const std::string& path) {
  const auto response = impl_->Ask(Call{"DELETE", path, "", ""});
  if (!response) return tl::unexpected(response.error());
  return {};
}

void KubeClient::ListAndWatch(const std::string& path, const Listener& listener,
                              const std::atomic<bool>& stop) {
  CollectionWatch(impl_->transport, impl_->options, path, listener, stop).Run();
}

const ClusterConfig& KubeClient::config() const { return impl_->transport.config(); }

const json& Field(const json& object, FieldPath path) {
  const json* at = &object;
  for (const std::string_view name : path) {
    if (!at->is_object()) return kNoField;
    const auto found = at->find(name);
    if (found == at->end()) return kNoField;
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
  if (!conditions.is_array()) return kNoField;
  for (const json& condition : conditions) {
    if (TextField(condition, {"type"}) == type) return condition;
  }
  return kNoField;
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

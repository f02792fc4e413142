// The Kubernetes API over HTTP: objects as JSON, errors as ports::Error.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "adapters/http/client.h"
#include "slogate/core/time.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

class ExecCredentialSource;
class RequestBucket;

// Where the API server is and as whom to speak. Built by token.h, of a kubeconfig or of the pod.
struct ClusterConfig {
  std::string server;  // https://host:port, no trailing slash
  http::Tls tls;
  std::string token;       // static bearer token
  std::string token_file;  // rotating bearer token, read again as it changes
  std::string basic_username;
  std::string basic_password;
  std::shared_ptr<ExecCredentialSource> plugin;  // gives token or certificate; null: none
  std::string proxy_url;                         // empty: as the environment says
  std::string default_namespace = "default";
  std::string user_name;  // what the kubeconfig calls the user; for people, may be empty
};

// One change of a watched collection.
struct WatchEvent {
  enum class Type { kAdded, kModified, kDeleted, kBookmark };
  Type type = Type::kAdded;
  nlohmann::json object;
};

// Thread-safe, also while ListAndWatch runs. Paths begin with /api or /apis and may carry a query.
// 429 and 503 with Retry-After are waited for within the call's time-out; 401 re-reads the token
// file, or runs the credential plugin, once. Error messages hold verb, path, host, status code and
// the API server's own message, never a header or a body. Mapping: 400/422 kInvalidArgument,
// 401/403 kUnauthorized, 404 kNotFound, 409 kConflict, 410/429/5xx kUnavailable, 504 and time-outs
// kTimeout, not JSON kMalformedResponse. A 403 because the namespace is being deleted is kNotFound.
class KubeClient {
 public:
  struct Options {
    core::Duration timeout{15'000};
    std::string user_agent = "slogate";
    int page_size = 500;                     // items a list call asks for
    core::Duration watch_length{120'000};    // after which the server ends a watch; jittered
    core::Duration watch_grace{10'000};      // beyond that, a silent watch counts as lost
    core::Duration first_backoff{200};       // doubled with each failure, jittered
    core::Duration longest_backoff{30'000};  // and of a Retry-After that ListAndWatch obeys
    std::shared_ptr<RequestBucket> bucket = nullptr;  // hears of each request; null: nobody does
  };

  explicit KubeClient(ClusterConfig config, Options options);
  explicit KubeClient(ClusterConfig config);
  ~KubeClient();

  ports::Result<nlohmann::json> Get(const std::string& path);
  ports::Result<nlohmann::json> Create(const std::string& path, const nlohmann::json& object);
  ports::Result<nlohmann::json> Replace(const std::string& path, const nlohmann::json& object);
  ports::Result<nlohmann::json> JsonPatch(const std::string& path, const nlohmann::json& patch);
  ports::Result<nlohmann::json> MergePatch(const std::string& path, const nlohmann::json& patch);
  ports::Result<void> Delete(const std::string& path);

  // Keeps a collection in sight until `stop`: lists it (in pages), calls `on_list` with all items,
  // then watches from there with bookmarks, calling `on_event`. A 410, an ERROR event or a line
  // that is no event lists again; a lost connection resumes from the last version; failures back
  // off with jitter. All callbacks run on the calling thread and must not throw. `on_failure` hears
  // of each failure, for logs and metrics. Returns within a second of `stop`, or once a list call
  // under way has ended (Options::timeout).
  struct Listener {
    std::function<void(const nlohmann::json& items)> on_list;
    std::function<void(const WatchEvent&)> on_event;
    std::function<void(const ports::Error&)> on_failure;
    // Every object is its metadata alone, and `on_list` gets no more than one: for who wants to
    // know that something has changed. A list is one short request then, however many objects there
    // are.
    bool names_only = false;
  };
  void ListAndWatch(const std::string& path, const Listener& listener,
                    const std::atomic<bool>& stop);

  const ClusterConfig& config() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Reads JSON that came over the network: absent and mistyped fields give a neutral value.

using FieldPath = std::initializer_list<std::string_view>;

// The value at the end of `path` through nested objects; a null value when any part is absent.
const nlohmann::json& Field(const nlohmann::json& object, FieldPath path);

// The same as a list; an empty one when absent or not a list.
const nlohmann::json& ListField(const nlohmann::json& object, FieldPath path);

// The same as text; empty when absent or not a string.
std::string TextField(const nlohmann::json& object, FieldPath path);

// The same as a whole number; `fallback` when absent, not a number, or not whole.
std::int64_t NumberField(const nlohmann::json& object, FieldPath path, std::int64_t fallback = 0);

// The same as a flag; false when absent or not a boolean.
bool FlagField(const nlohmann::json& object, FieldPath path);

// The condition `type` of a list of conditions; a null value when absent.
const nlohmann::json& Condition(const nlohmann::json& conditions, std::string_view type);

// Where objects live in the Kubernetes API.

// Path of a collection, such as /apis/apps/v1/namespaces/shop/deployments for ("apps/v1", "shop",
// "deployments"). The core group is "v1". An empty `ns` means all namespaces.
std::string CollectionPath(std::string_view group_version, std::string_view ns,
                           std::string_view plural);

// Path of one object of a collection.
std::string ObjectPath(std::string_view group_version, std::string_view ns, std::string_view plural,
                       std::string_view name);

// Whether it was written.
ports::Result<void> Done(const ports::Result<nlohmann::json>& written);

// The object at `path`, or a null value when there is none; any other failure is an error.
ports::Result<nlohmann::json> Lookup(KubeClient& client, const std::string& path);

}  // namespace slogate::adapters::kubernetes

// The Kubernetes API as a function: a request goes in, an answer comes out.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/api/object_store.h"
#include "sandbox/api/objects.h"
#include "sandbox/api/refusal.h"
#include "sandbox/api/resource_table.h"
#include "sandbox/api/watch_cursor.h"
#include "slogate/core/time.h"

namespace slogate::sandbox {

struct ApiRequest {
  std::string method = "GET";
  std::string path;   // still escaped
  std::string query;  // what follows the question mark
  std::string accept;
  std::string content_type;
  std::string body;
};

struct ApiAnswer {
  int status = 200;
  nlohmann::json body;  // a string: plain text
};

// Thread-safe.
class Api {
 public:
  Api(ObjectStore::Limits limits, std::function<core::TimePoint()> now);

  // Every request but a watch; a refusal becomes a Status.
  ApiAnswer Handle(const ApiRequest& request);

  // Whether the request asks for a watch.
  static bool IsWatch(const ApiRequest& request);
  Answered<WatchCursor> OpenWatch(const ApiRequest& request) const;

  // The collection that an object belongs to by its kind, apiVersion and namespace ("default" when
  // it has none). Nothing when its kind is not served.
  std::optional<std::string> CollectionOf(const nlohmann::json& object) const;

  static ApiAnswer AnswerOf(const Refusal& refusal);

  ObjectStore& store() { return store_; }

 private:
  Answered<ApiAnswer> Answer(const ApiRequest& request);
  Answered<ApiAnswer> Collection(const ApiRequest& request, const Target& target,
                                 const Query& query);
  Answered<ApiAnswer> One(const ApiRequest& request, const Target& target, const Query& query);

  ObjectStore store_;
  ResourceTable table_;
  const std::function<core::TimePoint()> now_;
  Objects objects_;
};

}  // namespace slogate::sandbox

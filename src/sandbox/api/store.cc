#include "sandbox/api/store.h"

#include <chrono>
#include <utility>

#include "adapters/kubernetes/api_error.h"
#include "adapters/kubernetes/object_fields.h"
#include "sandbox/api/api.h"
#include "sandbox/api/follower.h"
#include "sandbox/api/json_text.h"
#include "spec/yaml_text.h"

namespace slogate::sandbox {

using adapters::kubernetes::TextField;
using nlohmann::json;
using ports::ErrorCode;

namespace {

constexpr spec::YamlLimits kYamlLimits{4u << 20, 60, 200'000};

core::TimePoint WallClock() {
  return std::chrono::time_point_cast<core::Duration>(std::chrono::system_clock::now());
}

Store::Options Complete(Store::Options options) {
  if (!options.now) options.now = WallClock;
  return options;
}

ApiRequest RequestFor(const std::string& method, const std::string& path) {
  ApiRequest request;
  request.method = method;
  const std::size_t mark = path.find('?');
  request.path = path.substr(0, mark);
  if (mark != std::string::npos) request.query = path.substr(mark + 1);
  return request;
}

ports::Error ErrorOf(const std::string& call, const ApiAnswer& answer) {
  const std::string words =
      answer.body.is_string() ? std::string("not found") : TextField(answer.body, {"message"});
  return {adapters::kubernetes::CodeOfStatus(answer.status),
          call + ": " + std::to_string(answer.status) + " " + words};
}

}  // namespace

Store::Store() : Store(Options{}) {}

Store::Store(Options options) {
  options = Complete(std::move(options));
  api_ = std::make_unique<Api>(options.limits, options.now);
}

Store::~Store() = default;

ports::Result<json> Store::Call(const std::string& method, const std::string& path,
                                const std::string& content_type, const json* body) {
  ApiRequest request = RequestFor(method, path);
  request.content_type = content_type;
  if (body != nullptr) request.body = JsonText(*body);
  ApiAnswer answer = api_->Handle(request);
  if (answer.status >= 400) return tl::unexpected(ErrorOf(method + " " + request.path, answer));
  return std::move(answer.body);
}

ports::Result<json> Store::Get(const std::string& path) { return Call("GET", path, "", nullptr); }

ports::Result<std::vector<json>> Store::List(const std::string& path) {
  auto list = Call("GET", path, "", nullptr);
  if (!list) return tl::unexpected(list.error());
  if (!list->contains("items")) {
    return ports::Fail(ErrorCode::kInvalidArgument, "GET " + path + ": it is not a collection");
  }
  const std::string list_kind = TextField(*list, {"kind"});
  std::vector<json> objects;
  for (json& item : (*list)["items"]) {
    item["apiVersion"] = (*list)["apiVersion"];
    if (!item.contains("kind")) item["kind"] = list_kind.substr(0, list_kind.rfind("List"));
    objects.push_back(std::move(item));
  }
  return objects;
}

ports::Result<json> Store::Create(const std::string& path, const json& object) {
  return Call("POST", path, "application/json", &object);
}

ports::Result<json> Store::Replace(const std::string& path, const json& object) {
  return Call("PUT", path, "application/json", &object);
}

ports::Result<json> Store::JsonPatch(const std::string& path, const json& patch) {
  return Call("PATCH", path, "application/json-patch+json", &patch);
}

ports::Result<json> Store::MergePatch(const std::string& path, const json& patch) {
  return Call("PATCH", path, "application/merge-patch+json", &patch);
}

ports::Result<void> Store::Delete(const std::string& path) {
  const auto deleted = Call("DELETE", path, "", nullptr);
  if (!deleted) return tl::unexpected(deleted.error());
  return {};
}

ports::Result<void> Store::Install(const std::string& yaml) {
  const spec::YamlText text = spec::ReadYaml(yaml, kYamlLimits);
  if (!text.mistakes.empty()) {
    return ports::Fail(ErrorCode::kInvalidArgument, text.mistakes.front().message);
  }
  for (const spec::YamlDocument& document : text.documents) {
    if (document.value.is_null()) continue;
    const auto path = api_->CollectionOf(document.value);
    if (!path) {
      return ports::Fail(ErrorCode::kInvalidArgument,
                         "no kind " + TextField(document.value, {"kind"}) + " of " +
                             TextField(document.value, {"apiVersion"}) + " is served");
    }
    const auto created = Create(*path, document.value);
    if (!created && created.error().code != ErrorCode::kConflict) {
      return tl::unexpected(created.error());
    }
  }
  return {};
}

ports::Result<std::unique_ptr<Store::Watch>> Store::Follow(const std::string& path,
                                                           Changed changed) {
  ApiRequest request = RequestFor("GET", path);
  auto cursor = api_->OpenWatch(request);
  if (!cursor) {
    return tl::unexpected(ErrorOf("WATCH " + request.path, Api::AnswerOf(cursor.error())));
  }
  return std::make_unique<Follower>(*api_, std::move(request), std::move(*cursor),
                                    std::move(changed));
}

}  // namespace slogate::sandbox

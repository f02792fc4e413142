#include "sandbox/api/api.h"

#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "sandbox/api/discovery.h"
#include "sandbox/api/form.h"
#include "sandbox/api/json_text.h"

namespace slogate::sandbox {

using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

bool IsHealthPage(const std::vector<std::string>& parts) {
  return parts.size() == 1 &&
         (parts[0] == "healthz" || parts[0] == "readyz" || parts[0] == "livez");
}

// The object that a request sends.
Answered<json> Sent(const ApiRequest& request) {
  const std::string media = request.content_type.substr(0, request.content_type.find(';'));
  if (!media.empty() && media != "application/json") {
    return Refuse(415, "UnsupportedMediaType",
                  "the body of the request was in an unknown format - accepted media types "
                  "include: application/json");
  }
  json object = ParseJson(request.body);
  if (!object.is_object()) return BadRequest("the body of the request is not a JSON object");
  return object;
}

Answered<json> DeleteOptions(const ApiRequest& request) {
  return request.body.empty() ? Answered<json>(nullptr) : Sent(request);
}

Answered<ApiAnswer> With(int status, Answered<json> body) {
  if (!body) return tl::unexpected(std::move(body.error()));
  return ApiAnswer{status, std::move(*body)};
}

}  // namespace

Api::Api(ObjectStore::Limits limits, std::function<core::TimePoint()> now)
    : store_(limits), now_(std::move(now)), objects_(store_, table_, now_) {
  for (const char* name : {"default", "kube-system"}) {
    (void)Handle(
        {"POST", "/api/v1/namespaces", "", "", "", JsonText({{"metadata", {{"name", name}}}})});
  }
}

ApiAnswer Api::AnswerOf(const Refusal& refusal) {
  return {refusal.code, refusal.plain ? json(refusal.message) : StatusOf(refusal)};
}

ApiAnswer Api::Handle(const ApiRequest& request) {
  try {
    auto answer = Answer(request);
    return answer ? std::move(*answer) : AnswerOf(answer.error());
  } catch (const json::exception&) {
    // A built-in kind has no schema here: a text may stand where its code expects an object.
    return AnswerOf(BadRequest("a field of the object is of the wrong type").value());
  }
}

bool Api::IsWatch(const ApiRequest& request) {
  if (request.method != "GET") return false;
  const Query query = ParseQuery(request.query);
  const auto watch = query.find("watch");
  return watch != query.end() && (watch->second == "true" || watch->second == "1");
}

Answered<WatchCursor> Api::OpenWatch(const ApiRequest& request) const {
  const auto parts = PathParts(request.path);
  if (!parts) return BadRequest("the path has a broken escape");
  auto target = ParseTarget(table_, *parts);
  if (!target) return tl::unexpected(target.error());
  if (!target->subresource.empty()) return MethodNotAllowed();
  const Query query = ParseQuery(request.query);
  return WatchCursor::Open(store_, std::move(*target), query, FormOf(request.accept, query), now_);
}

std::optional<std::string> Api::CollectionOf(const json& object) const {
  const std::string group_version = TextField(object, {"apiVersion"});
  const std::size_t slash = group_version.find('/');
  const std::string group = slash == std::string::npos ? "" : group_version.substr(0, slash);
  const std::string version =
      slash == std::string::npos ? group_version : group_version.substr(slash + 1);
  for (const Type& type : table_.All()) {
    if (type->group != group || type->kind != TextField(object, {"kind"})) continue;
    if (type->Version(version) == nullptr) return std::nullopt;
    const std::string given = TextField(object, {"metadata", "namespace"});
    const std::string place =
        type->namespaced ? "namespaces/" + (given.empty() ? "default" : given) + "/" : "";
    return (group.empty() ? "/api/" : "/apis/") + group_version + "/" + place + type->plural;
  }
  return std::nullopt;
}

Answered<ApiAnswer> Api::Answer(const ApiRequest& request) {
  const auto parts = PathParts(request.path);
  if (!parts) return BadRequest("the path has a broken escape");
  if (request.method == "GET") {
    if (IsHealthPage(*parts)) return ApiAnswer{200, "ok"};
    if (auto page = DiscoveryPage(table_, *parts)) return ApiAnswer{200, std::move(*page)};
  }
  if (parts->empty() || (parts->front() != "api" && parts->front() != "apis")) return NoSuchPage();
  const auto target = ParseTarget(table_, *parts);
  if (!target) return tl::unexpected(target.error());
  const Query query = ParseQuery(request.query);
  if (query.contains("dryRun")) return BadRequest("dryRun is not served here");
  auto answer =
      target->name.empty() ? Collection(request, *target, query) : One(request, *target, query);
  if (!answer) return answer;
  answer->body = InForm(FormOf(request.accept, query), *target, std::move(answer->body), now_());
  return answer;
}

Answered<ApiAnswer> Api::Collection(const ApiRequest& request, const Target& target,
                                    const Query& query) {
  if (request.method == "GET") return With(200, objects_.List(target, query));
  if (target.type->namespaced && target.ns.empty()) return MethodNotAllowed();
  if (request.method == "POST") {
    auto object = Sent(request);
    if (!object) return tl::unexpected(std::move(object.error()));
    return With(201, objects_.Create(target, std::move(*object)));
  }
  if (request.method == "DELETE") {
    const auto options = DeleteOptions(request);
    if (!options) return tl::unexpected(options.error());
    return With(200, objects_.DeleteCollection(target, query, *options));
  }
  return MethodNotAllowed();
}

Answered<ApiAnswer> Api::One(const ApiRequest& request, const Target& target, const Query& query) {
  if (request.method == "GET") return With(200, objects_.Get(target));
  if (request.method == "PATCH") {
    const auto kind = PatchKindOf(request.content_type, *target.type);
    if (!kind) return tl::unexpected(kind.error());
    return With(200, objects_.Patch(target, *kind, request.body));
  }
  if (request.method == "DELETE" && target.subresource.empty()) {
    const auto options = DeleteOptions(request);
    if (!options) return tl::unexpected(options.error());
    return With(200, objects_.Delete(target, query, *options));
  }
  const bool binds = request.method == "POST" && target.subresource == "binding";
  if (request.method != "PUT" && !binds) return MethodNotAllowed();
  const auto object = Sent(request);
  if (!object) return tl::unexpected(object.error());
  if (binds) return With(201, objects_.Bind(target, *object));
  bool created = false;
  auto updated = objects_.Update(target, *object, created);
  return With(created ? 201 : 200, std::move(updated));
}

}  // namespace slogate::sandbox

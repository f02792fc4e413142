#include "sandbox/api/patch.h"

#include <utility>

#include "sandbox/api/json_text.h"

namespace slogate::sandbox {

using nlohmann::json;

namespace {

constexpr int kMostOperations = 10'000;

tl::unexpected<Refusal> CannotApply() {
  return tl::unexpected(Refusal{422, "Invalid",
                                "the server rejected our request due to an error in our request",
                                json::object(), false});
}

Answered<json> JsonPatched(const json& object, const json& patch) {
  if (!patch.is_array()) return BadRequest("a JSON patch is a list of operations");
  if (patch.size() > kMostOperations) {
    return Refuse(413, "RequestEntityTooLarge", "too many operations in a JSON patch");
  }
  try {
    return object.patch(patch);
  } catch (const json::exception&) {
    return CannotApply();
  }
}

}  // namespace

Answered<PatchKind> PatchKindOf(const std::string& content_type, const ResourceType& type) {
  const std::string media = content_type.substr(0, content_type.find(';'));
  if (media == "application/json-patch+json") return PatchKind::kJson;
  if (media == "application/merge-patch+json") return PatchKind::kMerge;
  if (media == "application/strategic-merge-patch+json" && !type.custom) {
    return PatchKind::kStrategic;
  }
  return Refuse(415, "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                "application/json-patch+json, application/merge-patch+json, "
                "application/apply-patch+yaml");
}

Answered<json> Patched(const json& object, PatchKind kind, const std::string& body) {
  const json patch = ParseJson(body);
  if (patch.is_discarded()) {
    // The real server lets the parser's error through, which it has no code for.
    if (kind != PatchKind::kJson) return Refuse(500, "", "the patch is not JSON");
    return BadRequest("the patch is not JSON");
  }
  if (kind == PatchKind::kJson) return JsonPatched(object, patch);
  if (!patch.is_object()) return CannotApply();
  if (kind == PatchKind::kStrategic) return StrategicallyMerged(object, patch);
  json merged = object;
  merged.merge_patch(patch);
  return merged;
}

}  // namespace slogate::sandbox

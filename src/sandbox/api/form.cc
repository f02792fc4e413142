#include "sandbox/api/form.h"

#include <algorithm>
#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "sandbox/api/objects.h"

namespace slogate::sandbox {

using adapters::kubernetes::Field;
using nlohmann::json;

Form FormOf(const std::string& accept, const Query& query) {
  Form form;
  const auto given = query.find("includeObject");
  if (given != query.end() && given->second == "None") form.row_object = RowObject::kNone;
  if (given != query.end() && given->second == "Object") form.row_object = RowObject::kWhole;
  std::size_t begin = 0;
  while (begin < accept.size()) {
    const std::size_t end = std::min(accept.find(',', begin), accept.size());
    const std::string media = accept.substr(begin, end - begin);
    begin = end + 1;
    if (media.find("json") == std::string::npos) continue;
    if (media.find("as=Table") != std::string::npos) form.kind = Form::Kind::kTable;
    if (media.find("as=PartialObjectMetadata") != std::string::npos) {
      form.kind = Form::Kind::kMetadata;
    }
    return form;
  }
  return form;
}

json InForm(const Form& form, const Target& target, json whole, core::TimePoint now) {
  if (form.kind == Form::Kind::kWhole || Field(whole, {"kind"}) == "Status") return whole;
  const bool is_list = Field(whole, {"kind"}) == target.type->list_kind;
  json objects = is_list ? std::move(whole["items"]) : json::array({whole});
  for (json& object : objects) object = Shown(target, object);
  const json metadata = {{"resourceVersion", Field(whole, {"metadata", "resourceVersion"})}};
  if (form.kind == Form::Kind::kTable) {
    return TableOf(*target.version, objects, metadata, form.row_object, now);
  }
  if (!is_list) return MetadataOnly(objects.front());
  json items = json::array();
  for (const json& object : objects) items.push_back(MetadataOnly(object));
  return {{"kind", "PartialObjectMetadataList"},
          {"apiVersion", "meta.k8s.io/v1"},
          {"metadata", metadata},
          {"items", std::move(items)}};
}

}  // namespace slogate::sandbox

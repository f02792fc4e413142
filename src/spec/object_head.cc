#include "spec/object_head.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "spec/names.h"

namespace slogate::spec {

ObjectHead ReadHead(ObjectReader& object, std::string_view kind, const char* whose) {
  constexpr std::string_view kApiVersion = "slogate.dev/v1alpha1";
  ObjectHead head;
  for (const auto& [field, expected] :
       {std::pair{"apiVersion", kApiVersion}, std::pair{"kind", kind}}) {
    const std::string mend = "write " + std::string(field) + ": " + std::string(expected);
    if (!object.Require(field, mend)) continue;
    const auto value = object.Text(field, 512);
    if (value && *value != expected) object.Report(field, "'" + *value + "' is unknown", mend);
  }
  if (!object.Require("metadata", "give metadata.name")) return head;
  ObjectReader metadata = object.Child("metadata");
  if (!metadata.IsObject()) return head;
  head.name = ReadName(metadata, "name", NameRule::kDnsSubdomain, whose);
  if (metadata.Has("namespace")) {
    head.ns = ReadName(metadata, "namespace", NameRule::kDnsLabel, "the namespace");
  }
  return head;
}

std::vector<std::string> FieldsOf(const std::function<void(ObjectReader&)>& read) {
  const nlohmann::json nothing = nlohmann::json::object();
  std::vector<Mistake> unheard;
  ObjectReader reader(nothing, "", unheard);
  read(reader);
  return reader.Known();
}

void ReferToSpec(ObjectReader& object, const std::vector<std::string>& fields_of_spec) {
  for (const std::string& field : fields_of_spec) object.WhenRefused(field, "put it under spec");
}

}  // namespace slogate::spec

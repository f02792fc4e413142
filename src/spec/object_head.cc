#include "spec/object_head.h"

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

}  // namespace slogate::spec

#include "sandbox/api/definitions.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "spec/time_text.h"

namespace slogate::sandbox {

using adapters::kubernetes::Field;
using adapters::kubernetes::FlagField;
using adapters::kubernetes::NumberField;
using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

std::vector<std::string> Texts(const json& list) {
  std::vector<std::string> texts;
  if (!list.is_array()) return texts;
  for (const json& text : list) {
    if (text.is_string()) texts.push_back(text.get<std::string>());
  }
  return texts;
}

std::vector<Column> ColumnsOf(const json& version) {
  std::vector<Column> columns;
  const json& given = Field(version, {"additionalPrinterColumns"});
  if (!given.is_array() || given.empty()) {
    return {{"Age", "date", "", "", ".metadata.creationTimestamp", 0, ""}};
  }
  for (const json& column : given) {
    columns.push_back(
        {TextField(column, {"name"}), TextField(column, {"type"}), TextField(column, {"format"}),
         TextField(column, {"description"}), TextField(column, {"jsonPath"}),
         static_cast<int>(std::clamp<std::int64_t>(NumberField(column, {"priority"}), 0, 1'000)),
         ""});
  }
  return columns;
}

std::vector<ServedVersion> VersionsOf(const json& definition) {
  std::vector<ServedVersion> versions;
  const json& given = Field(definition, {"spec", "versions"});
  if (!given.is_array()) return versions;
  for (const json& version : given) {
    if (!FlagField(version, {"served"})) continue;
    versions.push_back({TextField(version, {"name"}), Field(version, {"schema", "openAPIV3Schema"}),
                        ColumnsOf(version),
                        Field(version, {"subresources", "status"}).is_object()});
  }
  return versions;
}

std::vector<FieldMistake> MistakesOf(const json& definition, const ResourceType& type) {
  std::vector<FieldMistake> mistakes;
  const auto require = [&](const std::string& value, const char* field) {
    if (value.empty()) mistakes.push_back({"FieldValueRequired", "Required value", field});
  };
  require(type.group, "spec.group");
  require(type.plural, "spec.names.plural");
  require(type.kind, "spec.names.kind");
  const std::string name = TextField(definition, {"metadata", "name"});
  const std::string wanted = type.plural + "." + type.group;
  if (mistakes.empty() && name != wanted) {
    mistakes.push_back(
        {"FieldValueInvalid",
         "Invalid value: \"" + name + "\": must be spec.names.plural+\".\"+spec.group",
         "metadata.name"});
  }
  const std::string scope = TextField(definition, {"spec", "scope"});
  if (scope != "Namespaced" && scope != "Cluster") {
    mistakes.push_back(
        {"FieldValueNotSupported",
         "Unsupported value: \"" + scope + "\": supported values: \"Cluster\", \"Namespaced\"",
         "spec.scope"});
  }
  if (type.versions.empty()) require("", "spec.versions");
  for (const ServedVersion& version : type.versions) {
    require(version.name, "spec.versions[].name");
    if (!version.schema.is_object()) require("", "spec.versions[].schema.openAPIV3Schema");
  }
  return mistakes;
}

json Condition(const char* type, const char* reason, const char* message, const std::string& time) {
  return {{"type", type},
          {"status", "True"},
          {"reason", reason},
          {"message", message},
          {"lastTransitionTime", time}};
}

}  // namespace

Answered<ResourceType> TypeOfDefinition(const ResourceType& definitions, const json& definition) {
  const json& names = Field(definition, {"spec", "names"});
  ResourceType type;
  type.custom = true;
  type.needs_version_to_update = true;
  type.generation = Generation::kAllButMetadataAndStatus;
  type.group = TextField(definition, {"spec", "group"});
  type.namespaced = TextField(definition, {"spec", "scope"}) != "Cluster";
  type.kind = TextField(names, {"kind"});
  type.list_kind = TextField(names, {"listKind"});
  type.plural = TextField(names, {"plural"});
  type.singular = TextField(names, {"singular"});
  type.short_names = Texts(Field(names, {"shortNames"}));
  type.categories = Texts(Field(names, {"categories"}));
  type.versions = VersionsOf(definition);
  const auto mistakes = MistakesOf(definition, type);
  if (!mistakes.empty()) {
    return Invalid(definitions, TextField(definition, {"metadata", "name"}), mistakes);
  }
  return type;
}

void CompleteDefinition(json& definition) {
  json& spec = definition["spec"];
  if (!spec.is_object() || !Field(spec, {"names"}).is_object()) return;
  if (!spec.contains("conversion")) spec["conversion"] = {{"strategy", "None"}};
  json& names = spec["names"];
  const std::string kind = TextField(names, {"kind"});
  if (!names.contains("listKind")) names["listKind"] = kind + "List";
  if (names.contains("singular")) return;
  std::string singular = kind;
  std::transform(singular.begin(), singular.end(), singular.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  names["singular"] = singular;
}

json EstablishedStatus(const json& definition, core::TimePoint now) {
  const std::string time = spec::ToSecondsText(now);
  json stored = json::array();
  const json& versions = Field(definition, {"spec", "versions"});
  if (versions.is_array()) {
    for (const json& version : versions) {
      if (FlagField(version, {"storage"})) stored.push_back(TextField(version, {"name"}));
    }
  }
  return {{"acceptedNames", Field(definition, {"spec", "names"})},
          {"storedVersions", std::move(stored)},
          {"conditions",
           {Condition("NamesAccepted", "NoConflicts", "no conflicts found", time),
            Condition("Established", "InitialNamesAccepted", "the initial names have been accepted",
                      time)}}};
}

}  // namespace slogate::sandbox

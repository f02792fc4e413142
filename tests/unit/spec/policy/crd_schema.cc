#include "unit/spec/policy/crd_schema.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include "places.h"
#include "spec/text/yaml_text.h"

namespace slogate::spec {
namespace {

using nlohmann::json;
using Problems = std::vector<std::string>;

bool HasType(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") {
    return value.is_number() && value.get<double>() == std::trunc(value.get<double>());
  }
  return type == "number" && value.is_number();
}

void CheckNumber(const json& schema, const json& value, const std::string& path, Problems& found) {
  const double number = value.get<double>();
  if (schema.contains("minimum")) {
    const double least = schema["minimum"].get<double>();
    const bool open = schema.value("exclusiveMinimum", false);
    if (open ? number <= least : number < least) found.push_back(path + " is below its minimum");
  }
  if (schema.contains("maximum")) {
    const double most = schema["maximum"].get<double>();
    const bool open = schema.value("exclusiveMaximum", false);
    if (open ? number >= most : number > most) found.push_back(path + " is above its maximum");
  }
}

void CheckText(const json& schema, const json& value, const std::string& path, Problems& found) {
  const auto size = value.get_ref<const std::string&>().size();
  if (size > schema.value("maxLength", size)) found.push_back(path + " is too long");
  if (size < schema.value("minLength", std::size_t{0})) found.push_back(path + " is too short");
}

void CheckObject(const json& schema, const json& value, const std::string& path, Problems& found) {
  for (const json& name : schema.value("required", json::array())) {
    if (!value.contains(name)) found.push_back(path + " lacks " + name.get<std::string>());
  }
  if (value.size() > schema.value("maxProperties", value.size())) {
    found.push_back(path + " has too many fields");
  }
  if (schema.contains("additionalProperties")) {
    for (const auto& [name, child] : value.items()) {
      const auto below = SchemaProblems(schema["additionalProperties"], child, path + "." + name);
      found.insert(found.end(), below.begin(), below.end());
    }
  }
  if (!schema.contains("properties")) return;
  for (const auto& [name, child] : value.items()) {
    if (!schema["properties"].contains(name)) {
      found.push_back(path + "." + name + " is unknown");
      continue;
    }
    const auto below = SchemaProblems(schema["properties"][name], child, path + "." + name);
    found.insert(found.end(), below.begin(), below.end());
  }
}

void CheckList(const json& schema, const json& value, const std::string& path, Problems& found) {
  if (value.size() > schema.value("maxItems", value.size())) {
    found.push_back(path + " has too many items");
  }
  std::set<std::string> keys;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto below =
        SchemaProblems(schema["items"], value[i], path + "[" + std::to_string(i) + "]");
    found.insert(found.end(), below.begin(), below.end());
    std::string key;
    for (const json& part : schema.value("x-kubernetes-list-map-keys", json::array())) {
      key += value[i].value(part.get<std::string>(), "") + "/";
    }
    if (!key.empty() && !keys.insert(key).second) found.push_back(path + " repeats " + key);
  }
}

}  // namespace

json ReadCrd(const std::string& plural) {
  std::ostringstream text;
  text << std::ifstream(SLOGATE_SOURCE_DIR "/crds/" + plural + ".slogate.dev.yaml").rdbuf();
  YamlText read = ReadYaml(text.str(), {1 << 20, 64, 100'000});
  return read.documents.empty() ? json() : std::move(read.documents[0].value);
}

json PolicySchema() { return ReadCrd()["spec"]["versions"][0]["schema"]["openAPIV3Schema"]; }

json SloSchema() {
  return ReadCrd("servicelevelobjectives")["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
}

void WalkSchema(const json& schema, const std::string& pointer, const std::string& path,
                const Visit& visit) {
  if (schema.contains("properties")) {
    for (const auto& [name, child] : schema["properties"].items()) {
      const std::string below = path.empty() ? name : path + "." + name;
      visit(child, pointer + "/" + name, below);
      WalkSchema(child, pointer + "/" + name, below, visit);
    }
  }
  if (schema.contains("items")) WalkSchema(schema["items"], pointer + "/0", path + "[0]", visit);
}

Problems SchemaProblems(const json& schema, const json& value, const std::string& path) {
  Problems found;
  if (value.is_null() && schema.value("nullable", false)) return found;
  if (!HasType(value, schema["type"])) return {path + " is not of type " + schema["type"].dump()};
  if (schema.contains("enum")) {
    const json& words = schema["enum"];
    if (std::find(words.begin(), words.end(), value) == words.end()) {
      found.push_back(path + " is not one of " + words.dump());
    }
  }
  if (value.is_number()) CheckNumber(schema, value, path, found);
  if (value.is_string()) CheckText(schema, value, path, found);
  if (value.is_object()) CheckObject(schema, value, path, found);
  if (value.is_array()) CheckList(schema, value, path, found);
  return found;
}

void ApplyDefaults(const json& schema, json& value) {
  if (value.is_object() && schema.contains("properties")) {
    for (const auto& [name, child] : schema["properties"].items()) {
      if (!value.contains(name) && child.contains("default")) value[name] = child["default"];
      if (value.contains(name)) ApplyDefaults(child, value[name]);
    }
  }
  if (value.is_array() && schema.contains("items")) {
    for (json& item : value) ApplyDefaults(schema["items"], item);
  }
}

}  // namespace slogate::spec

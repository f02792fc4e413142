#include "sandbox/api/schema.h"

#include <utility>

namespace slogate::sandbox {

using nlohmann::json;

namespace {

constexpr int kMostDepth = 64;

const json& Part(const json& schema, const char* name) {
  static const json nothing;
  const auto found = schema.is_object() ? schema.find(name) : schema.end();
  return schema.is_object() && found != schema.end() ? *found : nothing;
}

bool Flag(const json& schema, const char* name) {
  const json& flag = Part(schema, name);
  return flag.is_boolean() && flag.get<bool>();
}

// The schema of a field; null when the schema does not know it.
const json& SchemaOf(const json& schema, const std::string& field) {
  static const json nothing;
  const json& properties = Part(schema, "properties");
  const auto found = properties.is_object() ? properties.find(field) : properties.end();
  if (properties.is_object() && found != properties.end()) return *found;
  const json& additional = Part(schema, "additionalProperties");
  return additional.is_object() ? additional : nothing;
}

bool IsFree(const json& schema) {
  const json& additional = Part(schema, "additionalProperties");
  return Flag(schema, "x-kubernetes-preserve-unknown-fields") ||
         (additional.is_boolean() && additional.get<bool>());
}

void PruneInside(const json& schema, json& value, int depth) {
  if (depth > kMostDepth || !schema.is_object()) return;
  if (value.is_array()) {
    for (json& item : value) PruneInside(Part(schema, "items"), item, depth + 1);
    return;
  }
  if (!value.is_object()) return;
  for (auto field = value.begin(); field != value.end();) {
    const json& inner = SchemaOf(schema, field.key());
    if (inner.is_null() && !IsFree(schema)) {
      field = value.erase(field);
      continue;
    }
    PruneInside(inner, field.value(), depth + 1);
    ++field;
  }
}

void DefaultInside(const json& schema, json& value, int depth) {
  if (depth > kMostDepth || !schema.is_object()) return;
  if (value.is_array()) {
    for (json& item : value) DefaultInside(Part(schema, "items"), item, depth + 1);
    return;
  }
  if (!value.is_object()) return;
  const json& properties = Part(schema, "properties");
  if (properties.is_object()) {
    for (const auto& [name, inner] : properties.items()) {
      const json& given = Part(inner, "default");
      const auto present = value.find(name);
      // A null that may not be null counts as absent.
      const bool absent =
          present == value.end() || (present->is_null() && !Flag(inner, "nullable"));
      if (absent && !given.is_null()) value[name] = given;
    }
  }
  for (auto& [name, field] : value.items()) {
    DefaultInside(SchemaOf(schema, name), field, depth + 1);
  }
}

}  // namespace

void Prune(const json& schema, json& object) {
  if (!object.is_object()) return;
  json own;
  for (const char* name : {"apiVersion", "kind", "metadata"}) {
    if (object.contains(name)) own[name] = std::move(object[name]);
  }
  PruneInside(schema, object, 0);
  for (auto& [name, value] : own.items()) object[name] = std::move(value);
}

void ApplyDefaults(const json& schema, json& object) { DefaultInside(schema, object, 0); }

}  // namespace slogate::sandbox

#include <algorithm>
#include <cstdint>
#include <exception>
#include <regex>
#include <string>
#include <utility>

#include "sandbox/api/schema.h"

namespace slogate::sandbox {

using nlohmann::json;

namespace {

constexpr int kMaxValueDepth = 64;
// The matcher recurses once per character; longer text is let through unmatched.
constexpr std::size_t kLongestMatched = 4'096;

std::string TypeOf(const json& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "boolean";
  if (value.is_number_integer()) return "integer";
  if (value.is_number()) return "number";
  return "null";
}

std::string Text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::size_t Letters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

class Validator {
 public:
  std::vector<FieldMistake> mistakes;

  void Check(const json& schema, const json& value, const std::string& path, int depth) {
    if (depth > kMaxValueDepth || !schema.is_object()) return;
    if (!CheckType(schema, value, path)) return;
    CheckEnum(schema, value, path);
    if (value.is_string()) CheckText(schema, value.get_ref<const std::string&>(), path);
    if (value.is_number()) CheckNumber(schema, value, path);
    if (value.is_array()) CheckItems(schema, value, path, depth);
    if (value.is_object()) CheckFields(schema, value, path, depth);
    CheckAlternatives(schema, value, path, depth);
  }

 private:
  void Wrong(const std::string& path, const std::string& value, const std::string& words) {
    mistakes.push_back(
        {"FieldValueInvalid", "Invalid value: " + value + ": " + path + " in body " + words, path});
  }

  bool CheckType(const json& schema, const json& value, const std::string& path) {
    const bool nullable = schema.value("nullable", false);
    if (value.is_null() && nullable) return true;
    const std::string actual = TypeOf(value);
    if (schema.value("x-kubernetes-int-or-string", false)) {
      if (actual == "integer" || actual == "string") return true;
      Wrong(path, '"' + actual + '"', "must be of type integer,string: \"" + actual + '"');
      return false;
    }
    const auto wanted = schema.find("type");
    if (wanted == schema.end() || !wanted->is_string() || *wanted == actual) return true;
    if (*wanted == "number" && actual == "integer") return true;
    Wrong(path, '"' + actual + '"',
          "must be of type " + wanted->get<std::string>() + ": \"" + actual + '"');
    return false;
  }

  void CheckEnum(const json& schema, const json& value, const std::string& path) {
    const auto allowed = schema.find("enum");
    if (allowed == schema.end() || !allowed->is_array()) return;
    std::string words;
    for (const json& one : *allowed) {
      if (one == value) return;
      words += (words.empty() ? "" : ", ") + Text(one);
    }
    mistakes.push_back({"FieldValueNotSupported",
                        "Unsupported value: " + Text(value) + ": supported values: " + words,
                        path});
  }

  // Whether `limit` is given and `actual` is on the wrong side of it.
  static bool Above(const json& schema, const char* limit, double actual) {
    const auto found = schema.find(limit);
    return found != schema.end() && found->is_number() && actual > found->get<double>();
  }
  static bool Below(const json& schema, const char* limit, double actual) {
    const auto found = schema.find(limit);
    return found != schema.end() && found->is_number() && actual < found->get<double>();
  }

  void CheckText(const json& schema, const std::string& text, const std::string& path) {
    const auto letters = static_cast<double>(Letters(text));
    const std::string quoted = Text(text);
    if (Above(schema, "maxLength", letters)) {
      Wrong(path, quoted, "should be at most " + Text(schema["maxLength"]) + " chars long");
    }
    if (Below(schema, "minLength", letters)) {
      Wrong(path, quoted, "should be at least " + Text(schema["minLength"]) + " chars long");
    }
    const auto pattern = schema.find("pattern");
    if (pattern == schema.end() || !pattern->is_string() || text.size() > kLongestMatched) return;
    const auto& expression = pattern->get_ref<const std::string&>();
    try {
      if (std::regex_search(text, std::regex(expression, std::regex::ECMAScript))) return;
    } catch (const std::exception&) {
      // An expression of the other dialect says nothing here.
      return;
    }
    Wrong(path, quoted, "should match '" + expression + "'");
  }

  void CheckNumber(const json& schema, const json& value, const std::string& path) {
    const auto number = value.get<double>();
    if (Below(schema, "minimum", number)) {
      Wrong(path, Text(value), "should be greater than or equal to " + Text(schema["minimum"]));
    }
    if (Above(schema, "maximum", number)) {
      Wrong(path, Text(value), "should be less than or equal to " + Text(schema["maximum"]));
    }
  }

  void CheckItems(const json& schema, const json& value, const std::string& path, int depth) {
    const std::size_t size = value.size();
    const auto count = static_cast<double>(size);
    if (Above(schema, "maxItems", count)) {
      Wrong(path, std::to_string(size),
            "should have at most " + Text(schema["maxItems"]) + " items");
    }
    if (Below(schema, "minItems", count)) {
      Wrong(path, std::to_string(size),
            "should have at least " + Text(schema["minItems"]) + " items");
    }
    const auto items = schema.find("items");
    if (items == schema.end()) return;
    for (const json& item : value) Check(*items, item, path, depth + 1);
  }

  void CheckFields(const json& schema, const json& value, const std::string& path, int depth) {
    const auto inside = [&path](const std::string& name) {
      return path.empty() ? name : path + "." + name;
    };
    const std::size_t size = value.size();
    if (Below(schema, "minProperties", static_cast<double>(size))) {
      Wrong(path, Text(schema["minProperties"]),
            "should have at least " + Text(schema["minProperties"]) + " properties");
    }
    if (Above(schema, "maxProperties", static_cast<double>(size))) {
      Wrong(path, Text(schema["maxProperties"]),
            "should have at most " + Text(schema["maxProperties"]) + " properties");
    }
    for (const json& name : schema.value("required", json::array())) {
      if (!name.is_string() || value.contains(name.get_ref<const std::string&>())) continue;
      mistakes.push_back({"FieldValueRequired", "Required value", inside(name)});
    }
    const json properties = schema.value("properties", json::object());
    const json additional = schema.value("additionalProperties", json());
    for (const auto& [name, field] : value.items()) {
      const bool known = properties.is_object() && properties.contains(name);
      Check(known ? properties[name] : additional, field, inside(name), depth + 1);
    }
  }

  static bool Fits(const json& schema, const json& value, const std::string& path, int depth) {
    Validator alone;
    alone.Check(schema, value, path, depth + 1);
    return alone.mistakes.empty();
  }

  void CheckAlternatives(const json& schema, const json& value, const std::string& path,
                         int depth) {
    const auto count = [&](const char* name) {
      const json& all = schema.at(name);
      return std::count_if(all.begin(), all.end(),
                           [&](const json& one) { return Fits(one, value, path, depth); });
    };
    const auto wrong = [&](const std::string& words) {
      mistakes.push_back(
          {"FieldValueInvalid", "Invalid value: \"\": \"" + path + "\" must " + words, "<nil>"});
    };
    if (schema.contains("oneOf")) {
      const auto fitting = count("oneOf");
      const std::string found =
          fitting == 0 ? "none valid" : std::to_string(fitting) + " valid alternatives";
      if (fitting != 1) {
        wrong("validate one and only one schema (oneOf). Found " + found);
      }
    }
    if (schema.contains("anyOf") && count("anyOf") == 0) {
      wrong("validate at least one schema (anyOf)");
    }
    for (const json& one : schema.value("allOf", json::array())) Check(one, value, path, depth + 1);
    if (schema.contains("not") && Fits(schema["not"], value, path, depth)) {
      wrong("not validate the schema (not)");
    }
  }
};

}  // namespace

std::vector<FieldMistake> Mistakes(const json& schema, const json& object) {
  Validator validator;
  try {
    validator.Check(schema, object, "", 0);
  } catch (const json::exception&) {
    // A schema that is not of the expected form, which the definition's own check let through.
    validator.mistakes.push_back({"FieldValueInvalid", "the definition's schema is malformed", ""});
  }
  return std::move(validator.mistakes);
}

}  // namespace slogate::sandbox

#include "spec/text/yaml_writer.h"

#include <algorithm>
#include <string_view>

#include "spec/text/yaml_text.h"

namespace slogate::spec {
namespace {

using Json = nlohmann::ordered_json;

// Characters that begin something else than a plain text in YAML.
constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`";

bool IsPrintableAscii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool IsPlain(const std::string& text) {
  if (text.empty() || text == "null" || text == "~" || text == "Null" || text == "NULL") {
    return false;
  }
  if (kIndicators.find(text[0]) != std::string_view::npos) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (text.find(": ") != std::string::npos || text.find(" #") != std::string::npos) return false;
  return PlainScalar(text).is_string();
}

std::string Scalar(const std::string& text) {
  // The escapes of JSON are those of YAML's double quotes.
  if (!IsPrintableAscii(text)) {
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  if (IsPlain(text)) return text;
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

std::string Scalar(const Json& value) {
  if (value.is_string()) return Scalar(value.get_ref<const std::string&>());
  return value.dump();  // numbers, booleans and what is empty
}

void Write(const Json& value, const std::string& indent, std::string& text);

// What comes after "name:" or "-".
void WriteValue(const Json& value, const std::string& indent, std::string& text) {
  if (value.is_structured() && !value.empty()) {
    text += '\n';
    Write(value, indent, text);
  } else {
    text += " " + Scalar(value) + "\n";
  }
}

void WriteItem(const Json& item, const std::string& indent, std::string& text) {
  if (!item.is_structured() || item.empty()) {
    text += indent + "- " + Scalar(item) + "\n";
    return;
  }
  // The first field stands on the line of the dash.
  std::string block;
  Write(item, indent + "  ", block);
  text += indent + "- " + block.substr(indent.size() + 2);
}

void Write(const Json& value, const std::string& indent, std::string& text) {
  if (value.is_array()) {
    for (const Json& item : value) WriteItem(item, indent, text);
    return;
  }
  for (const auto& [name, field] : value.items()) {
    text += indent + Scalar(name) + ":";
    WriteValue(field, indent + "  ", text);
  }
}

}  // namespace

std::string ToYamlText(const Json& value) {
  std::string text;
  if (value.is_structured() && !value.empty()) {
    Write(value, "", text);
  } else {
    text = Scalar(value) + "\n";
  }
  return text;
}

}  // namespace slogate::spec

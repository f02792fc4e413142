#include "app/controller/json_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "spec/utf8.h"

namespace slogate::app {

std::string JsonString(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : spec::BoundedUtf8(text, std::max<std::size_t>(3, text.size()))) {
    switch (c) {
      case '"':
        quoted += "\\\"";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\t':
        quoted += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          char escape[8];
          std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned>(c));
          quoted += escape;
        } else {
          quoted += c;
        }
    }
  }
  return quoted + "\"";
}

std::string JsonNumber(double number) {
  if (!std::isfinite(number)) return "null";
  char text[40];
  const auto [end, error] = std::to_chars(text, text + sizeof(text), number);
  return error == std::errc() ? std::string(text, end) : "null";
}

void JsonWriter::Item(std::string_view name, std::string_view value) {
  if (depth_ > 0) text_ += first_ ? "\n" : ",\n";
  text_.append(2 * depth_, ' ');
  if (!name.empty()) text_ += JsonString(name) + ": ";
  text_ += value;
  first_ = false;
}

void JsonWriter::Begin(std::string_view name, char bracket) {
  Item(name, std::string_view(&bracket, 1));
  ++depth_;
  first_ = true;
}

void JsonWriter::End(char bracket) {
  --depth_;
  if (!first_) {
    text_ += "\n";
    text_.append(2 * depth_, ' ');
  }
  text_ += bracket;
  first_ = false;
}

void JsonWriter::BeginObject(std::string_view name) { Begin(name, '{'); }
void JsonWriter::BeginArray(std::string_view name) { Begin(name, '['); }

void JsonWriter::Text(std::string_view name, std::string_view value) {
  Item(name, JsonString(value));
}
void JsonWriter::Number(std::string_view name, double value) { Item(name, JsonNumber(value)); }
void JsonWriter::Integer(std::string_view name, std::int64_t value) {
  Item(name, std::to_string(value));
}
void JsonWriter::Flag(std::string_view name, bool value) { Item(name, value ? "true" : "false"); }
void JsonWriter::Null(std::string_view name) { Item(name, "null"); }

}  // namespace slogate::app

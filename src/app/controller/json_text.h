// JSON, written field by field.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace slogate::app {

// A JSON string: quoted, with control characters escaped and broken UTF-8 replaced. Pure.
std::string JsonString(std::string_view text);

// A JSON number, exact to the last bit; null for NaN and infinities. Pure.
std::string JsonNumber(double number);

// Builds one document, fields in the order given, indented by two spaces. Who calls keeps objects
// and arrays balanced.
class JsonWriter {
 public:
  void BeginObject(std::string_view name = {});
  void EndObject() { End('}'); }
  void BeginArray(std::string_view name = {});
  void EndArray() { End(']'); }

  // Within an object with a name, within an array without.
  void Text(std::string_view name, std::string_view value);
  void Number(std::string_view name, double value);
  void Integer(std::string_view name, std::int64_t value);
  void Flag(std::string_view name, bool value);
  void Null(std::string_view name);

  const std::string& text() const { return text_; }

 private:
  void Begin(std::string_view name, char bracket);
  void End(char bracket);
  void Item(std::string_view name, std::string_view value);

  std::string text_;
  std::size_t depth_ = 0;
  bool first_ = true;  // in the innermost object or array
};

}  // namespace slogate::app

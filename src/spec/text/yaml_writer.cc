#include <algorithm>
#include <string_view>
#include <utility>

#include "spec/text/yaml_text.h"

namespace slogate::spec {
namespace {

using Json = nlohmann::ordered_json;

// Characters that begin something else than a plain text in YAML.
constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`";

bool IsPrintableAscii(char c) { return c >= ' ' && c <= '~'; }

void Escape(const std::string& character, std::string& quoted) {
  const std::string escaped = Json(character).dump(-1, ' ', true);  // in quotes of its own
  for (std::size_t at = 0; (at = quoted.find(character)) != std::string::npos;) {
    quoted.replace(at, character.size(), escaped, 1, escaped.size() - 2);
  }
}

// The escapes of JSON are those of YAML's double quotes, but some characters that JSON lets stand
// end a line of YAML, or may not stand in it.
std::string DoubleQuoted(const std::string& text) {
  std::string quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  for (const char* const character :
       {"\x7f", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbb\xbf", "\xef\xbf\xbe", "\xef\xbf\xbf"}) {
    Escape(character, quoted);
  }
  for (int control = 0x80; control < 0xa0; ++control) {
    Escape({'\xc2', static_cast<char>(control)}, quoted);
  }
  return quoted;
}

std::string Scalar(const Json& value) {
  if (!value.is_string()) return value.dump();  // numbers, booleans and what is empty
  const std::string& text = value.get_ref<const std::string&>();
  return IsPlainYaml(text) ? text : QuotedYaml(text);
}

class Writer {
 public:
  Writer(std::function<std::string(const Json&)> scalar, bool lists_indented)
      : scalar_(std::move(scalar)), lists_indented_(lists_indented) {}

  std::string Text(const Json& value) const {
    return IsBlock(value) ? Block(value, "") : scalar_(value) + "\n";
  }

 private:
  static bool IsBlock(const Json& value) { return value.is_structured() && !value.empty(); }

  std::string Block(const Json& value, const std::string& indent) const {
    const std::string inner = indent + "  ";
    std::string text;
    if (value.is_array()) {
      for (const Json& item : value) {
        if (!IsBlock(item)) {
          text += indent + "- " + scalar_(item) + "\n";
        } else if (item.is_array() && !lists_indented_) {
          text += indent + "-\n" + Block(item, inner);
        } else {  // the first field stands on the line of the dash
          text += indent + "- " + Block(item, inner).substr(inner.size());
        }
      }
      return text;
    }
    for (const auto& [name, field] : value.items()) {
      const bool indented = lists_indented_ || !field.is_array();
      text += indent + scalar_(name) + ":" +
              (IsBlock(field) ? "\n" + Block(field, indented ? inner : indent)
                              : " " + scalar_(field) + "\n");
    }
    return text;
  }

  const std::function<std::string(const Json&)> scalar_;
  const bool lists_indented_;
};

}  // namespace

bool IsPlainYaml(const std::string& text) {
  if (text.empty() || text == "null" || text == "~" || text == "Null" || text == "NULL") {
    return false;
  }
  if (!std::ranges::all_of(text, IsPrintableAscii)) return false;
  if (kIndicators.find(text[0]) != std::string_view::npos) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (text.find(": ") != std::string::npos || text.find(" #") != std::string::npos) return false;
  return IsPlainText(text);
}

std::string QuotedYaml(const std::string& text) {
  if (!std::ranges::all_of(text, IsPrintableAscii)) return DoubleQuoted(text);
  std::string quoted;
  quoted.reserve(text.size() + 2);
  std::size_t begin = 0;
  do {  // up to a quote and with it, so that it stands twice
    const std::size_t end = std::min(text.find('\'', begin), text.size());
    quoted.append("'").append(text, begin, end + 1 - begin);
    begin = end + 1;
  } while (begin <= text.size());
  return quoted += '\'';
}

std::string ToYamlText(const Json& value) { return Writer(Scalar, true).Text(value); }

std::string ToYamlText(const Json& value, const std::function<std::string(const Json&)>& scalar) {
  return Writer(scalar, false).Text(value);
}

}  // namespace slogate::spec

#include "sandbox/api/json_path.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace slogate::sandbox {

using nlohmann::json;

namespace {

// A field name up to the next . or [, with \. for a dot.
std::string TakeName(const std::string& path, std::size_t& at) {
  std::string name;
  for (; at < path.size() && path[at] != '.' && path[at] != '['; ++at) {
    if (path[at] == '\\' && at + 1 < path.size()) ++at;
    name += path[at];
  }
  return name;
}

// What stands between [ and its ].
std::optional<std::string> TakeBracket(const std::string& path, std::size_t& at) {
  const std::size_t close = path.find(']', at);
  if (close == std::string::npos) return std::nullopt;
  std::string inside = path.substr(at + 1, close - at - 1);
  at = close + 1;
  return inside;
}

void Elements(const json& list, const std::string& inside, std::vector<json>& found) {
  if (!list.is_array()) return;
  const bool is_number =
      !inside.empty() && inside.size() < 6 &&
      std::all_of(inside.begin(), inside.end(), [](unsigned char c) { return std::isdigit(c); });
  if (inside == "*") {
    found.insert(found.end(), list.begin(), list.end());
  } else if (is_number) {
    const std::size_t index = std::stoul(inside);
    if (index < list.size()) found.push_back(list[index]);
  }
  // ?(@.field=="value")
  const std::size_t equals = inside.find("==");
  if (!inside.starts_with("?(@.") || !inside.ends_with(")") || equals == std::string::npos) return;
  const std::string field = inside.substr(4, equals - 4);
  const std::string quoted = inside.substr(equals + 2, inside.size() - equals - 3);
  if (quoted.size() < 2) return;
  const std::string value = quoted.substr(1, quoted.size() - 2);
  for (const json& element : list) {
    if (element.is_object() && element.contains(field) && element[field] == value) {
      found.push_back(element);
    }
  }
}

}  // namespace

std::vector<json> ValuesAt(const json& object, const std::string& path) {
  std::vector<json> values = {object};
  std::size_t at = 0;
  while (at < path.size() && !values.empty()) {
    std::vector<json> found;
    if (path[at] == '[') {
      const auto inside = TakeBracket(path, at);
      if (!inside) return {};
      for (const json& value : values) Elements(value, *inside, found);
    } else {
      if (path[at] == '.') ++at;
      const std::string name = TakeName(path, at);
      for (const json& value : values) {
        if (value.is_object() && value.contains(name)) found.push_back(value[name]);
      }
    }
    values = std::move(found);
  }
  return values;
}

}  // namespace slogate::sandbox

#include "sandbox/api/json_text.h"

#include <algorithm>

namespace slogate::sandbox {

using nlohmann::json;

namespace {

constexpr int kMostDepth = 60;

bool Within(const json& value, int depth) {
  if (!value.is_structured()) return true;
  return depth > 0 && std::all_of(value.begin(), value.end(),
                                  [depth](const json& part) { return Within(part, depth - 1); });
}

}  // namespace

bool IsShallow(const json& value) { return Within(value, kMostDepth); }

json ParseJson(const std::string& text) {
  json value = json::parse(text, nullptr, false);
  return IsShallow(value) ? value : json(json::value_t::discarded);
}

std::string JsonText(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace slogate::sandbox

#include "sandbox/api/target.h"

#include <string_view>
#include <utility>

namespace slogate::sandbox {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> Decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

bool IsSubresource(const ResourceType& type, const ServedVersion& version,
                   const std::string& name) {
  if (name == "status") return version.has_status;
  if (name == "scale") return type.has_scale;
  return name == "binding" && type.plural == "pods" && type.group.empty();
}

// The parts after namespaces/<ns>, which name an object of a namespace unless they are about the
// namespace itself.
bool IsInNamespace(const std::vector<std::string>& rest) {
  return rest.size() >= 3 && rest[0] == "namespaces" && rest[2] != "status" &&
         rest[2] != "finalize";
}

}  // namespace

std::optional<std::vector<std::string>> PathParts(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin < path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) {
      auto part = Decoded(std::string_view(path).substr(begin, end - begin), false);
      if (!part) return std::nullopt;
      parts.push_back(std::move(*part));
    }
    begin = end + 1;
  }
  return parts;
}

Query ParseQuery(const std::string& text) {
  Query query;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('&', begin), text.size());
    const std::string_view field = std::string_view(text).substr(begin, end - begin);
    const std::size_t equals = std::min(field.find('='), field.size());
    const auto name = Decoded(field.substr(0, equals), true);
    const auto value = Decoded(field.substr(std::min(equals + 1, field.size())), true);
    if (name && value && !name->empty()) query.emplace(*name, *value);
    begin = end + 1;
  }
  return query;
}

Answered<Target> ParseTarget(const ResourceTable& table, const std::vector<std::string>& parts) {
  const std::size_t group_parts = !parts.empty() && parts[0] == "apis" ? 1 : 0;
  if (parts.size() < 3 + group_parts) return NoSuchPage();
  const std::string group = group_parts == 0 ? "" : parts[1];
  const auto nothing = [&] { return table.IsBuiltIn(group) ? NoSuchResource() : NoSuchPage(); };
  const std::string& version = parts[1 + group_parts];
  std::vector<std::string> rest(parts.begin() + static_cast<std::ptrdiff_t>(2 + group_parts),
                                parts.end());
  Target target;
  if (IsInNamespace(rest)) {
    target.ns = rest[1];
    rest.erase(rest.begin(), rest.begin() + 2);
  }
  target.type = table.Find(group, rest[0]);
  if (target.type == nullptr || rest.size() > 3) return nothing();
  target.version = target.type->Version(version);
  if (target.version == nullptr) return nothing();
  if (rest.size() > 1) target.name = rest[1];
  if (rest.size() > 2) target.subresource = rest[2];
  const bool of_namespace = !target.ns.empty();
  // Only a collection may span namespaces.
  if (of_namespace != target.type->namespaced && (of_namespace || !target.name.empty())) {
    return nothing();
  }
  if (rest.size() > 2 && !IsSubresource(*target.type, *target.version, rest[2])) {
    return target.type->custom ? NotFound(*target.type, target.name) : NoSuchResource();
  }
  return target;
}

}  // namespace slogate::sandbox

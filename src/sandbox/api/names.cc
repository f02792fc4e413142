#include "sandbox/api/names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <random>
#include <string_view>

namespace slogate::sandbox {
namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestPrefix = 58;

std::uint64_t Random() {
  static std::mutex mutex;
  static std::mt19937_64 engine(std::random_device{}());
  const std::lock_guard lock(mutex);
  return engine();
}

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsLabel(std::string_view text) {
  return !text.empty() && text.size() <= kLongestLabel && IsLowerOrDigit(text.front()) &&
         IsLowerOrDigit(text.back()) && std::all_of(text.begin(), text.end(), [](char c) {
           return IsLowerOrDigit(c) || c == '-';
         });
}

bool IsSubdomain(std::string_view text) {
  if (text.empty() || text.size() > kLongestName) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    const bool fine =
        !part.empty() && IsLowerOrDigit(part.front()) && IsLowerOrDigit(part.back()) &&
        std::all_of(part.begin(), part.end(), [](char c) { return IsLowerOrDigit(c) || c == '-'; });
    if (!fine || dot == std::string_view::npos) return fine;
    text.remove_prefix(dot + 1);
  }
}

constexpr const char* kSubdomainWords =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr const char* kLabelWords =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr const char* kServiceWords =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

}  // namespace

std::string NewUid() {
  const std::uint64_t high = Random();
  const std::uint64_t low = Random();
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx",
                static_cast<unsigned>(high >> 32), static_cast<unsigned>((high >> 16) & 0xffff),
                static_cast<unsigned>(high & 0xfff),
                static_cast<unsigned>(0x8000 | ((low >> 48) & 0x3fff)),
                static_cast<unsigned long long>(low & 0xffffffffffff));
  return text.data();
}

std::string GeneratedName(const std::string& prefix) {
  // Without vowels, so that no word comes of it.
  constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  std::string name = prefix.substr(0, kLongestPrefix);
  for (int i = 0; i < 5; ++i) name += kLetters[Random() % kLetters.size()];
  return name;
}

std::optional<FieldMistake> NameMistake(const ResourceType& type, const std::string& name) {
  if (name.empty()) {
    return FieldMistake{"FieldValueRequired", "Required value: name or generateName is required",
                        "metadata.name"};
  }
  const char* words = nullptr;
  if (type.group.empty() && type.plural == "namespaces") {
    if (!IsLabel(name)) words = kLabelWords;
  } else if (type.group.empty() && type.plural == "services") {
    if (!IsLabel(name) || (name[0] >= '0' && name[0] <= '9')) words = kServiceWords;
  } else if (!IsSubdomain(name)) {
    words = kSubdomainWords;
  }
  if (words == nullptr) return std::nullopt;
  return FieldMistake{"FieldValueInvalid", "Invalid value: \"" + name + "\": " + words,
                      "metadata.name"};
}

}  // namespace slogate::sandbox

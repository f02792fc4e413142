// The words shown to users and stored, such as "RolledBack" and "CanaryWorse".
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace slogate::core {

// The word at an enumerator's place; none past `kLast`, the last enumerator.
template <auto kLast, std::size_t kCount>
constexpr std::string_view WordOf(decltype(kLast) value, const std::string_view (&words)[kCount]) {
  static_assert(kCount == static_cast<std::size_t>(kLast) + 1, "one word for each enumerator");
  const auto place = static_cast<std::size_t>(value);
  return place < kCount ? words[place] : std::string_view();
}

// The reverse of an enumeration's ToString; std::nullopt for an unknown word. Enumerators count
// from 0 without gaps, so the first nameless value is past the last one.
template <typename Enum>
std::optional<Enum> FromString(std::string_view word) {
  for (int i = 0;; ++i) {
    const auto value = static_cast<Enum>(i);
    const std::string_view name = ToString(value);
    if (name.empty()) return std::nullopt;
    if (name == word) return value;
  }
}

}  // namespace slogate::core

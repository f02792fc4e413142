// The words shown to users and stored, such as "RolledBack" and "CanaryWorse".
#pragma once

#include <optional>
#include <string_view>

namespace slogate::core {

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

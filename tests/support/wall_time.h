// Instants as Kubernetes writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace slogate::testing {

// Such as 2026-01-31T12:00:00Z, in whole seconds.
std::string FormatTime(std::chrono::system_clock::time_point instant);

// The reverse, with any number of decimals. std::nullopt for anything else.
std::optional<std::chrono::system_clock::time_point> ParseTime(std::string_view text);

}  // namespace slogate::testing

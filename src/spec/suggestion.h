// "Did you mean?"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slogate::spec {

// The candidate that `word` most likely stands for: equal but for case, or a few typing mistakes
// away. std::nullopt when none is near.
std::optional<std::string> Suggest(std::string_view word,
                                   const std::vector<std::string>& candidates);

}  // namespace slogate::spec

// String literals of PromQL.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace slogate::spec {

struct PromqlString {
  std::string value;
  std::size_t length = 0;  // of the literal with its quotes
};

// The literal the text begins with: in double or single quotes with backslash escapes, or raw in
// backquotes. std::nullopt when it does not end, has an unknown escape or is not UTF-8.
std::optional<PromqlString> TakePromqlString(std::string_view text);

// The literal, in double quotes, that stands for the value.
std::string QuotePromqlString(std::string_view value);

}  // namespace slogate::spec

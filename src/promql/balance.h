// Parentheses, brackets, braces and quotes of PromQL. Pure; the text is untrusted.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "spec/text/object_reader.h"

namespace slogate::promql {

struct Unbalanced {
  int line = 1;  // within the text
  int column = 1;
  std::string message;  // as in "has a ( that is never closed"
  std::string fix;

  friend bool operator==(const Unbalanced&, const Unbalanced&) = default;
};

// The first sign that has no partner; nothing when all have one. What is in strings and comments
// does not count.
std::optional<Unbalanced> FindUnbalanced(std::string_view promql);

// Reports it of `owner`.`field`, which has this text.
void RefuseUnbalanced(spec::ObjectReader& owner, std::string_view field, std::string_view promql);

}  // namespace slogate::promql

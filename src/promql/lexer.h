// The words of PromQL, as every reader of it sees them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/text/object_reader.h"

namespace slogate::promql {

struct Token {
  enum class Kind {
    kName,         // of a metric, a label or a function, or a keyword; colons included
    kNumber,       // a duration as well: 5m
    kString,       // with its quotes
    kPlaceholder,  // {{.window}}
    kSign,         // an operator, a bracket, or a byte that means nothing
  };
  Kind kind = Kind::kSign;
  std::string_view text;  // within the text that was read
  bool closed = true;     // false: a string without its second quote, up to the end of the text
  bool spaced = false;    // white space or a comment comes before it
};

// Never fails: what is not PromQL becomes signs of one byte. The tokens refer to the text.
std::vector<Token> Lex(std::string_view text);

// What a whole string literal stands for: in double or single quotes with backslash escapes, or
// raw in backquotes. std::nullopt when it is not one, has an unknown escape or is not UTF-8.
std::optional<std::string> StringValue(std::string_view literal);

// The placeholder that the text begins with: {{.window}}, with blanks around its name or without.
struct Placeholder {
  std::string_view name;  // .window
  std::size_t length = 0;
};
std::optional<Placeholder> TakePlaceholder(std::string_view text);

// Parentheses, brackets, braces and quotes of PromQL. Pure; the text is untrusted.

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

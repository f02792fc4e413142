// The words of PromQL, as every reader of it sees them: what Prometheus 3.16 takes, tried against
// its parser (tests/integration/promql).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace slogate::promql {

// Why a query was refused, where, and what to write instead.
struct Problem {
  std::size_t offset = 0;  // in bytes from the beginning of the query
  int line = 1;
  int column = 1;  // in bytes from the beginning of the line, from 1
  std::string message;
  std::string fix;

  friend bool operator==(const Problem&, const Problem&) = default;
};

struct Token {
  enum class Kind {
    kName,      // of a metric, a label or a function, or a keyword; colons included
    kNumber,    // 5, 0x1F, 1e3
    kDuration,  // 5m
    kString,    // with its quotes
    kSign,      // an operator or a bracket
    kBroken,    // a string without an end, a byte that means nothing: `message` and `fix` say what
    kEnd,       // behind the last one
  };
  Kind kind = Kind::kEnd;
  std::string_view text;     // within the text that was read
  std::size_t offset = 0;    // where that begins
  bool spaced = false;       // white space or a comment comes before it
  bool unclosed = false;     // of kBroken: a string without its second quote
  std::string message = {};  // of kBroken
  std::string fix = {};

  bool Is(std::string_view sign) const { return kind == Kind::kSign && text == sign; }
};

// Never fails; the last token is the end. The tokens refer to the text. A text in which a token is
// broken goes on behind it.
std::vector<Token> Lex(std::string_view text);

// Both spellings of a keyword or a unit mean the same: SUM and sum.
std::string LowerWord(std::string_view word);

}  // namespace slogate::promql

// Regular expressions of matchers, tried on many values: what series an answer holds for whom.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "promql/regex.h"

namespace slogate::promql {

// Whether a label's value can stand in a regular expression, by EscapeRegex, and mean the same
// everywhere: UTF-8 without control characters.
bool IsPlainValue(std::string_view value);

// Whether the pattern is sound, every engine agrees what it matches among values without line
// breaks, and `pattern|other` matches what one of both does. Patterns with flags are not plain.
bool IsPlainPattern(std::string_view pattern);

// Whether whole values match a plain pattern; `.` matches line breaks as well. Compiles where words
// and a prefix do not say it, and not before. Not thread-safe.
class ValuePattern {
 public:
  explicit ValuePattern(std::string pattern);

  bool Matches(std::string_view value);

 private:
  enum class Rest { kWords, kAnything, kPattern };

  std::string pattern_;
  std::vector<std::string> words_;  // sorted
  std::string prefix_;              // of every value that matches
  Rest rest_ = Rest::kPattern;
  std::unique_ptr<CompiledPattern> compiled_;
};

}  // namespace slogate::promql

// Regular expressions of matchers: the syntax of RE2, as Prometheus reads it. Pure; patterns and
// values are untrusted, and cost time in proportion to their length.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace slogate::promql {

// Why Prometheus would refuse the pattern; std::nullopt: it is sound.
std::optional<std::string> PatternProblem(std::string_view pattern);

// Whether the whole value matches; std::nullopt: the pattern is not sound.
std::optional<bool> MatchesPattern(std::string_view pattern, std::string_view value);

// A pattern that many values are tried on. Thread-safe.
class CompiledPattern {
 public:
  explicit CompiledPattern(std::string_view pattern);
  ~CompiledPattern();
  CompiledPattern(const CompiledPattern&) = delete;
  CompiledPattern& operator=(const CompiledPattern&) = delete;

  // As MatchesPattern; false for a pattern that is not sound.
  bool Matches(std::string_view value) const;

 private:
  struct Program;
  std::unique_ptr<Program> program_;
};

}  // namespace slogate::promql

#include "promql/regex.h"

#include <re2/re2.h>

#include <memory>

#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

RE2::Options Quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  return options;
}

// Go names groups (?<name>...) too, Debian's RE2 only (?P<name>...).
std::string WithOldGroupNames(std::string_view pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    text += pattern[i];
    const bool opens = pattern.substr(i).starts_with("(?<") && i + 3 < pattern.size();
    if (!opens || pattern[i + 3] == '=' || pattern[i + 3] == '!') continue;
    text += "?P";
    ++i;
  }
  return text;
}

// A single byte (\C) is what RE2 knows and Go does not.
bool AsksForBytes(std::string_view pattern) {
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '\\') continue;
    if (pattern[++i] == 'C') return true;
  }
  return false;
}

std::unique_ptr<RE2> Compiled(std::string_view pattern) {
  auto compiled = std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), Quiet());
  if (compiled->ok() || pattern.find("(?<") == std::string_view::npos) return compiled;
  auto renamed = std::make_unique<RE2>(WithOldGroupNames(pattern), Quiet());
  return renamed->ok() ? std::move(renamed) : std::move(compiled);
}

}  // namespace

std::optional<std::string> PatternProblem(std::string_view pattern) {
  // Prometheus compares plain words itself, whatever bytes they have.
  if (pattern.find_first_of("\\.+*?()[]{}^$") == std::string_view::npos) return std::nullopt;
  if (!spec::IsUtf8(pattern)) return "invalid UTF-8";
  if (AsksForBytes(pattern)) return "invalid escape sequence: \\C";
  const auto compiled = Compiled(pattern);
  if (compiled->ok()) return std::nullopt;
  return spec::BoundedUtf8(compiled->error(), 200);
}

struct CompiledPattern::Program {
  std::unique_ptr<RE2> regex;
};

CompiledPattern::CompiledPattern(std::string_view pattern)
    : program_(std::make_unique<Program>(Program{Compiled(pattern)})) {}

CompiledPattern::~CompiledPattern() = default;

bool CompiledPattern::Matches(std::string_view value) const {
  return program_->regex->ok() &&
         RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *program_->regex);
}

std::optional<bool> MatchesPattern(std::string_view pattern, std::string_view value) {
  const auto compiled = Compiled(pattern);
  if (!compiled->ok()) return std::nullopt;
  return RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *compiled);
}

}  // namespace slogate::promql

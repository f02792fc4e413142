// PromQL selectors <-> core values.
//
// Only plain instant-vector selectors: a metric name and label matchers. Functions, ranges,
// offsets and operators are refused with a fix. Pure; callable from any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promql/lexer.h"
#include "slogate/core/policy.h"
#include "slogate/ports/result.h"

namespace slogate::promql {

// Why a text was refused, and what to write instead.
struct SelectorProblem {
  std::string message;
  std::string fix;
};

// metric{label="value",other=~"re"}; braces are optional, a metric name is not.
tl::expected<core::Selector, SelectorProblem> ParseSelector(std::string_view text);

// label="value",other=~"re", with or without braces; at least one matcher.
tl::expected<std::vector<core::LabelMatcher>, SelectorProblem> ParseMatchers(std::string_view text);

// [a-zA-Z_][a-zA-Z0-9_]*
bool IsLabelName(std::string_view text);

// Whether a label's value satisfies a matcher, as Prometheus means it: patterns match whole values.
// std::nullopt: a pattern that cannot be tried here.
std::optional<bool> Matches(const core::LabelMatcher& matcher, const std::string& value);

// A walk through the tokens of a text. Behind the last one comes an empty sign, for ever.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text), tokens_(Lex(text)) {
    tokens_.push_back({Token::Kind::kSign, text.substr(text.size())});
  }

  bool AtEnd() const { return at_ + 1 == tokens_.size(); }
  const Token& Next() const { return tokens_[at_]; }
  void Skip() { at_ += AtEnd() ? 0 : 1; }
  // Passes over the next token when it reads so.
  bool Take(std::string_view text);
  // The text from the next token on.
  std::string_view Rest() const { return text_.substr(Offset()); }
  // Where the next token begins.
  std::size_t Offset() const { return static_cast<std::size_t>(Next().text.data() - text_.data()); }

 private:
  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

// Matchers up to and with the closing brace or, where `braced` is false, up to the end.
// Placeholders among them are passed over where they may stand.
enum class Placeholders { kRefuse, kPassOver };
tl::expected<std::vector<core::LabelMatcher>, SelectorProblem> TakeMatchers(
    Cursor& cursor, bool braced, Placeholders placeholders);

}  // namespace slogate::promql

#include "promql/selector.h"

#include <algorithm>
#include <utility>

#include "promql/grammar/parser.h"
#include "promql/regex.h"
#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

using core::LabelMatcher;

constexpr std::size_t kMaxMatchers = 32;
constexpr std::string_view kExampleSelector = "http_requests_total{job=\"shop\"}";

tl::unexpected<Problem> Refused(std::string message, std::string fix) {
  return tl::unexpected<Problem>({0, 1, 1, std::move(message), std::move(fix)});
}

std::optional<Problem> CheckMatchers(const std::vector<LabelMatcher>& matchers) {
  if (matchers.size() > kMaxMatchers) {
    return Problem{0, 1, 1, "has more than " + std::to_string(kMaxMatchers) + " matchers",
                   "use fewer"};
  }
  for (const LabelMatcher& matcher : matchers) {
    if (matcher.name == "__name__") {
      return Problem{0, 1, 1, "matches __name__ beside a metric, or by a pattern",
                     "name one metric, such as " + std::string(kExampleSelector)};
    }
    if (!IsQuotedLabelName(matcher.name)) {
      return Problem{0, 1, 1, "has a label name that is empty or not UTF-8",
                     "write matchers such as service=\"shop\""};
    }
    if (!spec::IsUtf8(matcher.value)) {
      return Problem{0, 1, 1, "has a value of label " + matcher.name + " that is not UTF-8",
                     "write the value as text"};
    }
  }
  return std::nullopt;
}

tl::unexpected<Problem> RefuseFunction() {
  return Refused("has a function, and functions cannot be used here",
                 "give the plain counter, slogate counts its increase itself; or use "
                 "indicator.promql");
}

// Whether something is called, in what need not be a sound query.
bool Calls(std::string_view text) {
  const std::vector<Token> tokens = Lex(text);
  return std::ranges::adjacent_find(tokens, [](const Token& name, const Token& next) {
           return name.kind == Token::Kind::kName && next.Is("(");
         }) != tokens.end();
}

}  // namespace

tl::expected<core::Selector, Problem> ParseSelector(std::string_view text, Patterns patterns) {
  auto tree = Parse(text, Placeholders::kRefuse, patterns);
  if (!tree || tree->root().kind != Node::Kind::kSelector) {
    if (Calls(text)) return RefuseFunction();
    if (!tree) return tl::unexpected(std::move(tree.error()));
  }
  if (tree->root().type == Type::kRange) {
    return Refused("has a range, and a range cannot be given here",
                   "drop it, slogate counts block by block itself");
  }
  return SelectorOf(tree->root());
}

tl::expected<core::Selector, Problem> SelectorOf(const Node& node) {
  const bool changed = node.has_offset || node.has_time || node.anchored || node.smoothed;
  if (node.kind != Node::Kind::kSelector || changed) {
    return Refused("is not a metric with label matchers",
                   "write one such as " + std::string(kExampleSelector));
  }
  if (auto problem = CheckMatchers(node.selector.matchers)) {
    return tl::unexpected(std::move(*problem));
  }
  if (node.selector.metric.empty() || !spec::IsUtf8(node.selector.metric)) {
    return Refused("has no metric name",
                   "write the metric's name before the brace, or quoted within it: "
                   "{\"http.requests\"}");
  }
  return node.selector;
}

tl::expected<std::vector<LabelMatcher>, Problem> ParseMatchers(std::string_view text,
                                                               Patterns patterns) {
  auto matchers = ParseMatcherList(text, patterns);
  if (!matchers) return matchers;
  if (matchers->empty()) {
    return Refused("has no label matcher", "write matchers such as service=\"shop\"");
  }
  if (auto problem = CheckMatchers(*matchers)) return tl::unexpected(std::move(*problem));
  return matchers;
}

bool IsLabelName(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool IsQuotedLabelName(std::string_view text) { return !text.empty() && spec::IsUtf8(text); }

std::optional<bool> Matches(const LabelMatcher& matcher, const std::string& value) {
  switch (matcher.op) {
    case LabelMatcher::Op::kEqual:
      return matcher.value == value;
    case LabelMatcher::Op::kNotEqual:
      return matcher.value != value;
    case LabelMatcher::Op::kMatch:
      return MatchesPattern(matcher.value, value);
    case LabelMatcher::Op::kNotMatch: {
      const std::optional<bool> matched = MatchesPattern(matcher.value, value);
      return matched ? std::optional(!*matched) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace slogate::promql

#include "promql/selector.h"

#include <algorithm>
#include <regex>
#include <utility>

#include "promql/writer.h"
#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

using core::LabelMatcher;

constexpr std::size_t kMaxMatchers = 32;
constexpr std::size_t kLongestTried =
    200;  // std::regex recurses with the length of what it matches
constexpr std::string_view kExample = "such as http_requests_total{job=\"shop\"}";

std::string Quoted(std::string_view text) { return "'" + spec::BoundedUtf8(text, 40) + "'"; }

tl::unexpected<SelectorProblem> Refuse(std::string message, std::string fix) {
  return tl::unexpected<SelectorProblem>({std::move(message), std::move(fix)});
}

std::string TakeName(Cursor& cursor) {
  if (cursor.Next().kind != Token::Kind::kName) return "";
  std::string name(cursor.Next().text);
  cursor.Skip();
  return name;
}

std::optional<LabelMatcher::Op> TakeOperator(Cursor& cursor) {
  using Op = LabelMatcher::Op;
  for (const Op op : {Op::kEqual, Op::kNotEqual, Op::kMatch, Op::kNotMatch}) {
    if (cursor.Take(OperatorText(op))) return op;
  }
  return std::nullopt;
}

tl::expected<LabelMatcher, SelectorProblem> TakeMatcher(Cursor& cursor) {
  LabelMatcher matcher;
  const std::string at = Quoted(cursor.Rest());
  matcher.name = TakeName(cursor);
  if (!IsLabelName(matcher.name)) {
    return Refuse("expected a label name at " + at, "write matchers such as service=\"shop\"");
  }
  if (matcher.name == "__name__") {
    return Refuse("__name__ cannot be matched", "write the metric's name before the brace");
  }
  const auto op = TakeOperator(cursor);
  if (!op) {
    return Refuse("label " + matcher.name + " has no operator", "use one of = != =~ !~");
  }
  matcher.op = *op;
  auto value = StringValue(cursor.Next().text);
  if (!value) {
    return Refuse("the value of label " + matcher.name + " is not a quoted string",
                  "write " + matcher.name + std::string(OperatorText(*op)) + "\"...\"");
  }
  cursor.Skip();
  matcher.value = std::move(*value);
  return matcher;
}

tl::unexpected<SelectorProblem> RefuseRest(const Cursor& cursor) {
  if (cursor.Next().text == "(") {
    return Refuse("functions cannot be used here",
                  "give the plain counter, slogate counts its increase itself; or use "
                  "indicator.promql");
  }
  if (cursor.Next().text == "[") {
    return Refuse("a range cannot be given here", "drop it, slogate counts block by block itself");
  }
  return Refuse("cannot read " + Quoted(cursor.Rest()),
                "write a metric name with label matchers, " + std::string(kExample));
}

std::optional<bool> MatchesPattern(const std::string& pattern, const std::string& value) {
  if (pattern.size() > kLongestTried || value.size() > kLongestTried) return std::nullopt;
  // Plain words need no engine, and are most of what people write.
  if (pattern.find_first_of("\\^$.[]()*+?{}|") == std::string::npos) return pattern == value;
  // Nested repetition is where backtracking explodes.
  if (pattern.find_first_of("({") != std::string::npos &&
      pattern.find_first_of("*+{") != std::string::npos) {
    return std::nullopt;
  }
  try {
    return std::regex_match(value, std::regex(pattern, std::regex::ECMAScript));
  } catch (const std::regex_error&) {
    return std::nullopt;
  }
}

}  // namespace

bool Cursor::Take(std::string_view text) {
  if (AtEnd() || Next().text != text) return false;
  Skip();
  return true;
}

tl::expected<std::vector<LabelMatcher>, SelectorProblem> TakeMatchers(Cursor& cursor, bool braced,
                                                                      Placeholders placeholders) {
  std::vector<LabelMatcher> matchers;
  const auto at_close = [&] { return braced ? cursor.Next().text == "}" : cursor.AtEnd(); };
  while (!at_close()) {
    if (placeholders == Placeholders::kPassOver &&
        cursor.Next().kind == Token::Kind::kPlaceholder) {
      cursor.Skip();
    } else {
      auto matcher = TakeMatcher(cursor);
      if (!matcher) return tl::unexpected(matcher.error());
      matchers.push_back(std::move(*matcher));
    }
    if (matchers.size() > kMaxMatchers) {
      return Refuse("more than " + std::to_string(kMaxMatchers) + " matchers", "use fewer");
    }
    if (!cursor.Take(",") && !at_close()) {
      return cursor.AtEnd() ? Refuse("the brace is never closed", "add }")
                            : Refuse("expected a comma at " + Quoted(cursor.Rest()),
                                     "separate matchers by commas");
    }
  }
  if (braced) cursor.Take("}");
  return matchers;
}

tl::expected<core::Selector, SelectorProblem> ParseSelector(std::string_view text) {
  Cursor cursor(text);
  core::Selector selector;
  selector.metric = TakeName(cursor);
  if (selector.metric.empty()) {
    if (cursor.Next().text != "{") return RefuseRest(cursor);
    return Refuse("has no metric name", "write the metric's name before the brace");
  }
  if (cursor.Take("{")) {
    auto matchers = TakeMatchers(cursor, true, Placeholders::kRefuse);
    if (!matchers) return tl::unexpected(matchers.error());
    selector.matchers = std::move(*matchers);
  }
  if (!cursor.AtEnd()) return RefuseRest(cursor);
  return selector;
}

tl::expected<std::vector<LabelMatcher>, SelectorProblem> ParseMatchers(std::string_view text) {
  Cursor cursor(text);
  const bool braced = cursor.Take("{");
  auto matchers = TakeMatchers(cursor, braced, Placeholders::kRefuse);
  if (!matchers) return matchers;
  if (matchers->empty()) {
    return Refuse("has no label matcher", "write matchers such as service=\"shop\"");
  }
  if (!cursor.AtEnd()) {
    return Refuse("cannot read " + Quoted(cursor.Rest()),
                  "write nothing but label matchers, such as service=\"shop\"");
  }
  return matchers;
}

bool IsLabelName(std::string_view text) {
  const std::vector<Token> tokens = Lex(text);
  return tokens.size() == 1 && tokens[0].kind == Token::Kind::kName && tokens[0].text == text &&
         text.find(':') == std::string_view::npos;
}

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

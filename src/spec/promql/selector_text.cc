#include "spec/promql/selector_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "spec/promql/string_literal.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

using core::LabelMatcher;

constexpr std::size_t kMaxMatchers = 32;
constexpr std::string_view kExample = "such as http_requests_total{job=\"shop\"}";

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string Quoted(std::string_view text) { return "'" + BoundedUtf8(text, 40) + "'"; }

tl::unexpected<SelectorProblem> Refuse(std::string message, std::string fix) {
  return tl::unexpected<SelectorProblem>({std::move(message), std::move(fix)});
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) { SkipSpace(); }

  bool AtEnd() const { return rest_.empty(); }
  char Next() const { return rest_.empty() ? '\0' : rest_[0]; }
  std::string_view Rest() const { return rest_; }

  bool Take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    Drop(token.size());
    return true;
  }

  std::string TakeName(bool colons) {
    std::size_t length = 0;
    while (length < rest_.size() && (IsLetter(rest_[length]) || (colons && rest_[length] == ':') ||
                                     (length > 0 && IsDigit(rest_[length])))) {
      ++length;
    }
    std::string name(rest_.substr(0, length));
    Drop(length);
    return name;
  }

  std::optional<std::string> TakeString() {
    auto literal = TakePromqlString(rest_);
    if (!literal) return std::nullopt;
    Drop(literal->length);
    return std::move(literal->value);
  }

 private:
  void Drop(std::size_t count) {
    rest_.remove_prefix(count);
    SkipSpace();
  }
  void SkipSpace() {
    const std::size_t first = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(std::min(first, rest_.size()));
  }

  std::string_view rest_;
};

std::optional<LabelMatcher::Op> TakeOperator(Scanner& scanner) {
  if (scanner.Take("=~")) return LabelMatcher::Op::kMatch;
  if (scanner.Take("!~")) return LabelMatcher::Op::kNotMatch;
  if (scanner.Take("!=")) return LabelMatcher::Op::kNotEqual;
  if (scanner.Take("=")) return LabelMatcher::Op::kEqual;
  return std::nullopt;
}

std::string_view OperatorText(LabelMatcher::Op op) {
  switch (op) {
    case LabelMatcher::Op::kEqual:
      return "=";
    case LabelMatcher::Op::kNotEqual:
      return "!=";
    case LabelMatcher::Op::kMatch:
      return "=~";
    case LabelMatcher::Op::kNotMatch:
      return "!~";
  }
  return "=";
}

tl::expected<LabelMatcher, SelectorProblem> TakeMatcher(Scanner& scanner) {
  LabelMatcher matcher;
  const std::string at = Quoted(scanner.Rest());
  matcher.name = scanner.TakeName(false);
  if (matcher.name.empty()) {
    return Refuse("expected a label name at " + at, "write matchers such as service=\"shop\"");
  }
  if (matcher.name == "__name__") {
    return Refuse("__name__ cannot be matched", "write the metric's name before the brace");
  }
  const auto op = TakeOperator(scanner);
  if (!op) {
    return Refuse("label " + matcher.name + " has no operator", "use one of = != =~ !~");
  }
  matcher.op = *op;
  auto value = scanner.TakeString();
  if (!value) {
    return Refuse("the value of label " + matcher.name + " is not a quoted string",
                  "write " + matcher.name + std::string(OperatorText(*op)) + "\"...\"");
  }
  matcher.value = std::move(*value);
  return matcher;
}

// Up to and with the closing brace when there is one to come, otherwise up to the end.
tl::expected<std::vector<LabelMatcher>, SelectorProblem> TakeMatchers(Scanner& scanner,
                                                                      bool braced) {
  std::vector<LabelMatcher> matchers;
  const auto at_close = [&] { return braced ? scanner.Next() == '}' : scanner.AtEnd(); };
  while (!at_close()) {
    auto matcher = TakeMatcher(scanner);
    if (!matcher) return tl::unexpected(matcher.error());
    matchers.push_back(std::move(*matcher));
    if (matchers.size() > kMaxMatchers) {
      return Refuse("more than " + std::to_string(kMaxMatchers) + " matchers", "use fewer");
    }
    if (!scanner.Take(",") && !at_close()) {
      return scanner.AtEnd() ? Refuse("the brace is never closed", "add }")
                             : Refuse("expected a comma at " + Quoted(scanner.Rest()),
                                      "separate matchers by commas");
    }
  }
  if (braced) scanner.Take("}");
  return matchers;
}

tl::unexpected<SelectorProblem> RefuseRest(const Scanner& scanner) {
  switch (scanner.Next()) {
    case '(':
      return Refuse("functions cannot be used here",
                    "give the plain counter, slogate counts its increase itself; or use "
                    "indicator.promql");
    case '[':
      return Refuse("a range cannot be given here",
                    "drop it, slogate counts block by block itself");
    default:
      return Refuse("cannot read " + Quoted(scanner.Rest()),
                    "write a metric name with label matchers, " + std::string(kExample));
  }
}

}  // namespace

tl::expected<core::Selector, SelectorProblem> ParseSelector(std::string_view text) {
  Scanner scanner(text);
  core::Selector selector;
  selector.metric = scanner.TakeName(true);
  if (selector.metric.empty()) {
    if (scanner.Next() != '{') return RefuseRest(scanner);
    return Refuse("has no metric name", "write the metric's name before the brace");
  }
  if (scanner.Take("{")) {
    auto matchers = TakeMatchers(scanner, true);
    if (!matchers) return tl::unexpected(matchers.error());
    selector.matchers = std::move(*matchers);
  }
  if (!scanner.AtEnd()) return RefuseRest(scanner);
  return selector;
}

tl::expected<std::vector<LabelMatcher>, SelectorProblem> ParseMatchers(std::string_view text) {
  Scanner scanner(text);
  const bool braced = scanner.Take("{");
  auto matchers = TakeMatchers(scanner, braced);
  if (!matchers) return matchers;
  if (matchers->empty()) {
    return Refuse("has no label matcher", "write matchers such as service=\"shop\"");
  }
  if (!scanner.AtEnd()) {
    return Refuse("cannot read " + Quoted(scanner.Rest()),
                  "write nothing but label matchers, such as service=\"shop\"");
  }
  return matchers;
}

std::string ToText(const std::vector<LabelMatcher>& matchers) {
  std::string text;
  for (const LabelMatcher& matcher : matchers) {
    if (!text.empty()) text += ',';
    text += matcher.name;
    text += OperatorText(matcher.op);
    text += QuotePromqlString(matcher.value);
  }
  return text;
}

std::string ToText(const core::Selector& selector) {
  if (selector.matchers.empty()) return selector.metric;
  return selector.metric + '{' + ToText(selector.matchers) + '}';
}

}  // namespace slogate::spec

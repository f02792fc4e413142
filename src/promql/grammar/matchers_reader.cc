#include "promql/grammar/matchers_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "promql/grammar/literals.h"
#include "promql/regex.h"
#include "promql/writer.h"
#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

using core::LabelMatcher;

constexpr std::string_view kNameLabel = "__name__";

std::optional<LabelMatcher::Op> TakeOperator(TokenWalk& walk) {
  using Op = LabelMatcher::Op;
  for (const Op op : {Op::kEqual, Op::kNotEqual, Op::kMatch, Op::kNotMatch}) {
    if (walk.Take(OperatorText(op))) return op;
  }
  return std::nullopt;
}

bool CheckPattern(TokenWalk& walk, std::size_t place, const LabelMatcher& matcher) {
  if (!matcher.IsPattern()) return true;
  const auto problem = PatternProblem(matcher.value);
  if (!problem) return true;
  return walk.FailAt(place,
                     "has a regular expression of label " + spec::BoundedUtf8(matcher.name, 60) +
                         " that Prometheus cannot read: " + *problem,
                     "correct it; Prometheus reads the syntax of RE2, which has no lookaround and "
                     "no back-references");
}

bool ReadMatcher(TokenWalk& walk, Patterns patterns, std::vector<LabelMatcher>& matchers) {
  const Token name = walk.Next();
  LabelMatcher matcher;
  if (name.kind == Token::Kind::kString) {
    matcher.name = StringValue(name.text).value_or("");
  } else if (name.kind == Token::Kind::kName && name.text.find(':') == std::string_view::npos) {
    matcher.name = name.text;
  } else {
    return walk.FailExpected("a label name", "write matchers such as service=\"shop\"");
  }
  walk.Skip();
  const auto op = TakeOperator(walk);
  if (!op && name.kind == Token::Kind::kString && (walk.Next().Is(",") || walk.Next().Is("}"))) {
    matchers.push_back({std::string(kNameLabel), LabelMatcher::Op::kEqual, matcher.name});
    return true;
  }
  const std::string shown = spec::BoundedUtf8(matcher.name, 60);
  if (!op) {
    return walk.FailExpected("an operator of label " + shown, "use one of = != =~ !~");
  }
  matcher.op = *op;
  if (walk.Next().kind != Token::Kind::kString) {
    return walk.FailExpected("the quoted value of label " + shown,
                             "write " + shown + std::string(OperatorText(*op)) + "\"...\"");
  }
  const std::size_t place = walk.Place();
  matcher.value = StringValue(walk.Next().text).value_or("");
  walk.Skip();
  if (patterns == Patterns::kCheck && !CheckPattern(walk, place, matcher)) return false;
  matchers.push_back(std::move(matcher));
  return true;
}

}  // namespace

bool ReadMatchers(TokenWalk& walk, bool braced, Patterns patterns,
                  std::vector<LabelMatcher>& matchers) {
  const auto closes = [&] { return braced ? walk.Take("}") : walk.AtEnd(); };
  while (!closes()) {
    if (!ReadMatcher(walk, patterns, matchers)) return false;
    if (walk.Take(",")) continue;
    if (closes()) return true;
    return walk.FailExpected(braced ? "a comma or }" : "a comma", "separate matchers by commas");
  }
  return true;
}

void MoveName(core::Selector& selector) {
  if (!selector.metric.empty()) return;
  const auto of_name = [](const LabelMatcher& one) { return one.name == kNameLabel; };
  const auto name = std::ranges::find_if(selector.matchers, of_name);
  if (name == selector.matchers.end() || name->op != LabelMatcher::Op::kEqual) return;
  if (std::ranges::count_if(selector.matchers, of_name) != 1) return;
  selector.metric = std::move(name->value);
  selector.matchers.erase(name);
}

bool AcceptsNothing(const std::vector<LabelMatcher>& matchers) {
  return std::ranges::all_of(matchers, [](const LabelMatcher& matcher) {
    switch (matcher.op) {
      case LabelMatcher::Op::kEqual:
        return matcher.value.empty();
      case LabelMatcher::Op::kNotEqual:
        return !matcher.value.empty();
      case LabelMatcher::Op::kMatch:
        return MatchesPattern(matcher.value, "").value_or(true);
      case LabelMatcher::Op::kNotMatch:
        return !MatchesPattern(matcher.value, "").value_or(false);
    }
    return true;
  });
}

bool ReadLabels(TokenWalk& walk, std::vector<std::string>& labels) {
  constexpr std::string_view kHow = "write labels in parentheses, as in (region, code)";
  if (!walk.Take("(")) return walk.FailExpected("( of a list of labels", std::string(kHow));
  while (!walk.Take(")")) {
    const Token token = walk.Next();
    std::string label;
    if (token.kind == Token::Kind::kString) {
      label = StringValue(token.text).value_or("");
    } else if (token.kind == Token::Kind::kName) {
      label = token.text;
      const std::string lower = LowerWord(token.text);
      // The grammar of Prometheus takes these words for something else.
      if (lower == "without" || lower == "inf" || lower == "nan") label.clear();
    }
    if (label.empty() || !spec::IsUtf8(label)) {
      return walk.FailExpected("a label name", std::string(kHow));
    }
    walk.Skip();
    labels.push_back(std::move(label));
    if (walk.Take(",") || walk.Next().Is(")")) continue;
    return walk.FailExpected("a comma or )", std::string(kHow));
  }
  return true;
}

}  // namespace slogate::promql

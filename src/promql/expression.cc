#include "promql/expression.h"

#include <algorithm>
#include <array>
#include <utility>

#include "promql/selector.h"

namespace slogate::promql {
namespace {

constexpr std::array<std::string_view, 12> kAggregations = {
    "sum",    "avg",    "min",      "max",  "count",   "count_values",
    "stddev", "stdvar", "quantile", "topk", "bottomk", "group"};
constexpr std::array<std::string_view, 6> kGroupings = {"by",       "without",    "on",
                                                        "ignoring", "group_left", "group_right"};
constexpr std::array<std::string_view, 4> kWordOperators = {"and", "or", "unless", "atan2"};
constexpr std::array<std::string_view, 12> kSignOperators = {"==", "!=", ">=", "<=", "+", "-",
                                                             "*",  "/",  "%",  "^",  ">", "<"};
constexpr std::array<std::string_view, 4> kOtherWords = {"offset", "bool", "inf", "nan"};

template <std::size_t N>
bool Among(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

class ExpressionReader {
 public:
  explicit ExpressionReader(std::string_view text) : text_(text), cursor_(text) {}

  Expression Read() {
    while (!cursor_.AtEnd()) Step();
    return std::move(read_);
  }

 private:
  void Step() {
    const Token token = cursor_.Next();
    if (token.kind == Token::Kind::kSign && token.text == "{") return TakeSelector("");
    cursor_.Skip();
    if (token.kind == Token::Kind::kName) return TakeWord(token.text);
    if (token.kind != Token::Kind::kSign) return;
    if (token.text == "(") {
      calls_.push_back(std::exchange(pending_, ""));
    } else if (token.text == ")" && !calls_.empty()) {
      calls_.pop_back();
    } else if (Among(token.text, kSignOperators)) {
      read_.operators.push_back({std::string(token.text), read_.uses.size()});
    }
  }

  void TakeWord(std::string_view word) {
    const bool called = cursor_.Next().text == "(";
    if (Among(word, kGroupings)) {
      TakeGrouping(word);
    } else if (Among(word, kAggregations)) {
      read_.aggregates = true;
      pending_ = word;
    } else if (Among(word, kWordOperators)) {
      read_.operators.push_back({std::string(word), read_.uses.size()});
    } else if (called) {
      pending_ = word;
    } else if (!Among(word, kOtherWords)) {
      TakeSelector(std::string(word));
    }
  }

  void TakeGrouping(std::string_view word) {
    if (word == "on" || word == "ignoring") read_.matches_on = true;
    if (!cursor_.Take("(")) return;
    std::vector<std::string> labels;
    for (; !cursor_.AtEnd() && !cursor_.Take(")"); cursor_.Skip()) {
      if (cursor_.Next().kind == Token::Kind::kName) labels.emplace_back(cursor_.Next().text);
    }
    std::ranges::sort(labels);
    if (word == "by") read_.by.push_back(std::move(labels));
  }

  void TakeSelector(std::string metric) {
    SelectorUse use;
    use.selector.metric = std::move(metric);
    if (cursor_.Take("{")) {
      // Without a metric, a quoted name or matchers choose it; else these braces are no selector.
      const Token::Kind next = cursor_.Next().kind;
      if (use.selector.metric.empty() && next != Token::Kind::kName &&
          next != Token::Kind::kString) {
        if (cursor_.Next().text == "{") SkipPast("}");
        return;
      }
      auto matchers = TakeMatchers(cursor_, true, Placeholders::kPassOver);
      if (matchers) use.selector.matchers = std::move(*matchers);
      if (!matchers) SkipPast("}");
    }
    if (cursor_.Take("[")) {
      const std::size_t begin = cursor_.Offset();
      use.range = std::string(text_.substr(begin, SkipPast("]") - begin));
    }
    for (auto call = calls_.rbegin(); call != calls_.rend() && use.function.empty(); ++call) {
      use.function = *call;
    }
    read_.uses.push_back(std::move(use));
  }

  // Where the sign that closes begins.
  std::size_t SkipPast(std::string_view sign) {
    while (!cursor_.AtEnd() && cursor_.Next().text != sign) cursor_.Skip();
    const std::size_t end = cursor_.Offset();
    cursor_.Skip();
    return end;
  }

  const std::string_view text_;
  Cursor cursor_;
  std::string pending_;             // the call whose parenthesis comes next
  std::vector<std::string> calls_;  // around this place; empty text: a mere parenthesis
  Expression read_;
};

}  // namespace

Expression ReadExpression(std::string_view text) { return ExpressionReader(text).Read(); }

bool HasWindow(std::string_view text) {
  for (std::size_t at = text.find("{{"); at != std::string_view::npos;
       at = text.find("{{", at + 1)) {
    const auto placeholder = TakePlaceholder(text.substr(at));
    if (placeholder && placeholder->name == ".window") return true;
  }
  return false;
}

}  // namespace slogate::promql

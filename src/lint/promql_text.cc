#include "lint/promql_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "spec/promql/selector_text.h"
#include "spec/promql/string_literal.h"

namespace slogate::lint {
namespace {

constexpr std::array<std::string_view, 12> kAggregations = {
    "sum",    "avg",    "min",      "max",  "count",   "count_values",
    "stddev", "stdvar", "quantile", "topk", "bottomk", "group"};
constexpr std::array<std::string_view, 6> kGroupings = {"by",       "without",    "on",
                                                        "ignoring", "group_left", "group_right"};
constexpr std::array<std::string_view, 4> kWordOperators = {"and", "or", "unless", "atan2"};
constexpr std::array<std::string_view, 4> kOtherWords = {"offset", "bool", "inf", "nan"};

template <std::size_t N>
bool Among(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool BeginsName(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':';
}
bool InName(char c) { return BeginsName(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  PromqlText Read() {
    while (at_ < text_.size()) Step();
    return std::move(read_);
  }

 private:
  void Step() {
    const char c = text_[at_];
    if (text_.substr(at_).starts_with("{{")) {
      SkipTemplate();
    } else if (BeginsName(c)) {
      TakeWord();
    } else if (c == '{') {
      TakeSelector("");
    } else if (c == '"' || c == '\'' || c == '`') {
      SkipString();
    } else if (c == '(') {
      calls_.push_back(pending_);
      pending_.clear();
      ++at_;
    } else if (c == ')') {
      if (!calls_.empty()) calls_.pop_back();
      ++at_;
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      while (at_ < text_.size() && (InName(text_[at_]) || text_[at_] == '.')) ++at_;
    } else if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      TakeSign();
    }
  }

  void SkipTemplate() { at_ = std::min(text_.find("}}", at_), text_.size() - 2) + 2; }

  void SkipBlanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  void SkipString() {
    const std::optional<spec::PromqlString> literal = spec::TakePromqlString(text_.substr(at_));
    at_ = literal ? at_ + literal->length : text_.size();
  }

  void TakeSign() {
    for (const std::string_view sign :
         {"==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "^", ">", "<"}) {
      if (!text_.substr(at_).starts_with(sign)) continue;
      read_.operators.push_back({std::string(sign), read_.uses.size()});
      at_ += sign.size();
      return;
    }
    ++at_;
  }

  void TakeWord() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && InName(text_[at_])) ++at_;
    const std::string word(text_.substr(begin, at_ - begin));
    SkipBlanks();
    const bool called = at_ < text_.size() && text_[at_] == '(';
    if (Among(word, kGroupings)) {
      TakeGrouping(word);
    } else if (Among(word, kAggregations)) {
      read_.aggregates = true;
      pending_ = word;
    } else if (Among(word, kWordOperators)) {
      read_.operators.push_back({word, read_.uses.size()});
    } else if (called) {
      pending_ = word;
    } else if (!Among(word, kOtherWords)) {
      TakeSelector(word);
    }
  }

  void TakeGrouping(std::string_view word) {
    if (word == "on" || word == "ignoring") read_.matches_on = true;
    if (at_ >= text_.size() || text_[at_] != '(') return;
    const std::size_t end = std::min(text_.find(')', at_), text_.size());
    std::vector<std::string> labels;
    for (std::size_t i = at_ + 1; i < end;) {
      const std::size_t begin = i;
      while (i < end && InName(text_[i])) ++i;
      if (i > begin) labels.emplace_back(text_.substr(begin, i - begin));
      if (i < end) ++i;
    }
    std::sort(labels.begin(), labels.end());
    if (word == "by") read_.by.push_back(std::move(labels));
    at_ = std::min(end + 1, text_.size());
  }

  // The end of the braces that begin here, strings respected.
  std::size_t EndOfBraces() const {
    for (std::size_t i = at_ + 1; i < text_.size();) {
      const char c = text_[i];
      if (c == '}') return i + 1;
      if (text_.substr(i).starts_with("{{")) {
        i = std::min(text_.find("}}", i), text_.size() - 2) + 2;
      } else if (c == '"' || c == '\'' || c == '`') {
        const std::optional<spec::PromqlString> literal = spec::TakePromqlString(text_.substr(i));
        i = literal ? i + literal->length : text_.size();
      } else {
        ++i;
      }
    }
    return text_.size();
  }

  // Templates between the matchers stand for others of them.
  static std::vector<core::LabelMatcher> Matchers(std::string text) {
    for (std::size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{")) {
      const std::size_t end = text.find("}}", at);
      if (end == std::string::npos) return {};
      text.replace(at, end + 2 - at, "__template=\"\"");
    }
    auto matchers = spec::ParseMatchers(text);
    if (!matchers) return {};
    std::erase_if(*matchers,
                  [](const core::LabelMatcher& one) { return one.name == "__template"; });
    return std::move(*matchers);
  }

  void TakeSelector(std::string metric) {
    SeriesUse use;
    use.selector.metric = std::move(metric);
    if (at_ < text_.size() && text_[at_] == '{' && !text_.substr(at_).starts_with("{{.window")) {
      const std::size_t end = EndOfBraces();
      const std::string_view inside = text_.substr(at_ + 1, end > at_ + 1 ? end - at_ - 2 : 0);
      use.selector.matchers = Matchers(std::string(inside));
      at_ = end;
    }
    SkipBlanks();
    if (at_ < text_.size() && text_[at_] == '[') {
      const std::size_t end = std::min(text_.find(']', at_), text_.size());
      use.range = std::string(text_.substr(at_ + 1, end - at_ - 1));
      at_ = std::min(end + 1, text_.size());
    }
    for (auto call = calls_.rbegin(); call != calls_.rend() && use.function.empty(); ++call) {
      use.function = *call;
    }
    read_.uses.push_back(std::move(use));
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::string pending_;             // the call whose parenthesis comes next
  std::vector<std::string> calls_;  // around this place; empty text: a mere parenthesis
  PromqlText read_;
};

}  // namespace

PromqlText ReadPromql(std::string_view text) { return Scanner(text).Read(); }

bool HasWindow(std::string_view text) {
  for (std::size_t at = text.find("{{"); at != std::string_view::npos;
       at = text.find("{{", at + 2)) {
    const std::size_t name = text.find_first_not_of(' ', at + 2);
    if (name != std::string_view::npos && text.substr(name).starts_with(".window")) return true;
  }
  return false;
}

}  // namespace slogate::lint

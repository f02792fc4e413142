#include "spec/foreign/ratio_shape.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include "spec/promql/bucket_bound.h"
#include "spec/promql/selector_text.h"
#include "spec/promql/string_literal.h"

namespace slogate::spec {
namespace {

using core::LabelMatcher;
using core::Selector;

constexpr std::string_view kWindow = "{{.window}}";

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Length of the string literal that the text begins with; of one that never ends all of it.
std::size_t LiteralLength(std::string_view text) {
  const char quote = text[0];
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '\\' && quote != '`') {
      ++at;
    } else if (text[at] == quote) {
      return at + 1;
    }
  }
  return text.size();
}

bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }

// Length of a placeholder that means the window, in whatever way templates spell it; or 0.
std::size_t WindowLength(std::string_view text) {
  if (!text.starts_with("{{")) return 0;
  const std::size_t close = text.find("}}");
  if (close == std::string_view::npos) return 0;
  std::string name;
  for (const char c : text.substr(2, close - 2)) {
    if (!IsSpace(c)) name += c;
  }
  return name == ".window" || name == ".Window" ? close + 2 : 0;
}

// The first place of `wanted` outside of strings and brackets of any kind, or npos.
std::size_t FindOutside(std::string_view text, char wanted) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (IsQuote(c)) {
      at += LiteralLength(text.substr(at)) - 1;
      continue;
    }
    if (depth == 0 && c == wanted) return at;
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
  }
  return std::string_view::npos;
}

// Where the bracket that the text begins with is closed, or npos.
std::size_t ClosingBracket(std::string_view text) {
  const std::size_t close = FindOutside(text.substr(1), ')');
  return close == std::string_view::npos ? close : close + 1;
}

std::string_view WithoutBrackets(std::string_view text) {
  while (text.starts_with('(') && ClosingBracket(text) == text.size() - 1) {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool TakeSuffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

struct Sum {
  std::string_view function;
  Selector selector;

  friend bool operator==(const Sum&, const Sum&) = default;
};

std::optional<Sum> SumOf(std::string_view squeezed) {
  std::string_view text = WithoutBrackets(squeezed);
  if (!TakePrefix(text, "sum(") || !TakeSuffix(text, ")")) return std::nullopt;
  std::string_view function;
  if (TakePrefix(text, "rate(")) {
    function = "rate";
  } else if (TakePrefix(text, "increase(")) {
    function = "increase";
  } else {
    return std::nullopt;
  }
  if (!TakeSuffix(text, "[{{.window}}])")) return std::nullopt;
  auto selector = ParseSelector(text);
  if (!selector) return std::nullopt;
  return Sum{function, std::move(*selector)};
}

struct Difference {
  Sum whole;
  Sum part;
};

std::optional<Difference> DifferenceOf(std::string_view squeezed) {
  const std::string_view text = WithoutBrackets(squeezed);
  const std::size_t minus = FindOutside(text, '-');
  if (minus == std::string_view::npos) return std::nullopt;
  auto whole = SumOf(text.substr(0, minus));
  auto part = SumOf(text.substr(minus + 1));
  if (!whole || !part) return std::nullopt;
  return Difference{std::move(*whole), std::move(*part)};
}

std::vector<LabelMatcher> Sorted(std::vector<LabelMatcher> matchers) {
  std::sort(matchers.begin(), matchers.end(), [](const LabelMatcher& a, const LabelMatcher& b) {
    return std::tie(a.name, a.op, a.value) < std::tie(b.name, b.op, b.value);
  });
  return matchers;
}

bool SameSeries(const Selector& a, const Selector& b) {
  return a.metric == b.metric && Sorted(a.matchers) == Sorted(b.matchers);
}

// A histogram's bucket of one bound beside the count of the same series.
std::optional<core::HistogramIndicator> HistogramOf(const Selector& total, const Selector& good) {
  Selector base = good;
  if (!base.metric.ends_with("_bucket")) return std::nullopt;
  base.metric.resize(base.metric.size() - std::string_view("_bucket").size());
  const auto le = std::find_if(base.matchers.begin(), base.matchers.end(),
                               [](const LabelMatcher& matcher) { return matcher.name == "le"; });
  if (le == base.matchers.end() || le->op != LabelMatcher::Op::kEqual) return std::nullopt;
  const auto bound = BoundOf(le->value);
  if (!bound || !std::isfinite(*bound) || *bound <= 0) return std::nullopt;
  base.matchers.erase(le);
  Selector count = base;
  count.metric += "_count";
  if (base.metric.empty() || !SameSeries(count, total)) return std::nullopt;
  return core::HistogramIndicator{std::move(base), *bound};
}

core::Indicator Counted(Selector total, Selector part, bool part_is_good) {
  if (part_is_good) {
    if (auto histogram = HistogramOf(total, part)) return std::move(*histogram);
  }
  return core::CounterIndicator{std::move(total), std::move(part), part_is_good};
}

// Counters count a part without series as none anyway.
std::string_view WithoutZero(std::string_view squeezed) {
  for (const std::string_view zero : {"orvector(0)", "oron()vector(0)"}) {
    std::string lower(squeezed);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (lower.ends_with(zero)) return squeezed.substr(0, squeezed.size() - zero.size());
  }
  return squeezed;
}

std::optional<core::Indicator> Recognised(const std::string& total, const std::string& part,
                                          bool part_is_good) {
  const std::string squeezed_total = Squeezed(total);
  const std::string squeezed_part = Squeezed(part);
  const std::string_view bare_part = WithoutZero(WithoutBrackets(squeezed_part));
  auto whole = SumOf(squeezed_total);
  if (!whole) return std::nullopt;
  if (auto sum = SumOf(bare_part)) {
    if (sum->function != whole->function || SameSeries(sum->selector, whole->selector)) {
      return std::nullopt;
    }
    return Counted(std::move(whole->selector), std::move(sum->selector), part_is_good);
  }
  auto difference = DifferenceOf(bare_part);
  if (!difference || difference->whole.function != whole->function ||
      difference->part.function != whole->function ||
      !SameSeries(difference->whole.selector, whole->selector) ||
      SameSeries(difference->part.selector, whole->selector)) {
    return std::nullopt;
  }
  return Counted(std::move(whole->selector), std::move(difference->part.selector), !part_is_good);
}

}  // namespace

std::string Squeezed(std::string_view query) {
  std::string text;
  while (!query.empty()) {
    const std::size_t length = IsQuote(query[0]) ? LiteralLength(query) : 1;
    if (length > 1 || !IsSpace(query[0])) text += query.substr(0, length);
    query.remove_prefix(length);
  }
  return text;
}

std::string OneLine(std::string_view query) {
  std::string text;
  bool space = false;
  while (!query.empty()) {
    std::size_t length = 1;
    if (IsSpace(query[0])) {
      space = true;
    } else if (query[0] == '#') {
      length = std::min(query.find('\n'), query.size());
      space = true;
    } else {
      if (space && !text.empty()) text += ' ';
      space = false;
      const std::size_t window = WindowLength(query);
      length = window > 0 ? window : IsQuote(query[0]) ? LiteralLength(query) : 1;
      text += window > 0 ? kWindow : query.substr(0, length);
    }
    query.remove_prefix(length);
  }
  return text;
}

std::optional<Selector> SummedCounter(std::string_view query) {
  auto sum = SumOf(Squeezed(query));
  if (!sum) return std::nullopt;
  return std::move(sum->selector);
}

core::Indicator IndicatorOf(const std::string& total, const std::string& part, bool part_is_good) {
  if (auto known = Recognised(total, part, part_is_good)) return std::move(*known);
  core::PromqlIndicator promql;
  promql.total = total;
  promql.part = part;
  promql.part_is_good = part_is_good;
  promql.per_second = Squeezed(total).find("rate(") != std::string::npos;
  return promql;
}

}  // namespace slogate::spec

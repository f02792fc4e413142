#include "spec/foreign/foreign_form.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "promql/counted_series.h"
#include "promql/lexer.h"
#include "promql/selector.h"
#include "spec/policy/policy_parts.h"
#include "spec/text/names.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kLongestForeignField = 1000;
constexpr std::array<std::string_view, 10> kQualityWords = {
    "quality", "relevan",   "ground", "accura", "correct",
    "score",   "freshness", "recall", "halluc", "faithful"};
constexpr std::array<std::string_view, 5> kLatencyWords = {"latency", "duration", "slow", "p95",
                                                           "p99"};

template <typename Words>
bool HasOneOf(const std::string& text, const Words& words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

bool CountsBuckets(const core::Sli& sli) {
  const auto* indicator = std::get_if<core::Indicator>(&sli);
  if (indicator == nullptr) return false;
  if (std::holds_alternative<core::HistogramIndicator>(*indicator)) return true;
  const auto* counters = std::get_if<core::CounterIndicator>(indicator);
  return counters != nullptr && counters->part.metric.ends_with("_bucket");
}

using core::LabelMatcher;
using core::Selector;
using promql::Token;
using Words = std::span<const Token>;

// Capitals and small letters are taken as equal.
bool Reads(const Token& token, std::string_view text) {
  return std::equal(token.text.begin(), token.text.end(), text.begin(), text.end(),
                    [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a + 32 == b); });
}

bool Read(Words words, std::initializer_list<std::string_view> texts) {
  return std::equal(words.begin(), words.end(), texts.begin(), texts.end(), Reads);
}

bool EndsIn(Words words, std::initializer_list<std::string_view> texts) {
  return words.size() >= texts.size() && Read(words.last(texts.size()), texts);
}

// The first place of `wanted` outside of brackets of any kind; else the number of words.
std::size_t FindOutside(Words words, std::string_view wanted) {
  int depth = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view sign = words[i].text;
    if (depth == 0 && sign == wanted) return i;
    if (sign == "(" || sign == "[" || sign == "{") ++depth;
    if (sign == ")" || sign == "]" || sign == "}") --depth;
  }
  return words.size();
}

Words WithoutBrackets(Words words) {
  while (words.size() > 1 && words[0].text == "(" &&
         FindOutside(words.subspan(1), ")") == words.size() - 2) {
    words = words.subspan(1, words.size() - 2);
  }
  return words;
}

struct Sum {
  std::string_view function;
  Selector selector;
};

// sum(rate(SELECTOR[{{.window}}])), or with increase, in any number of brackets.
std::optional<Sum> SumOf(Words words) {
  constexpr std::size_t kBefore = 4;
  constexpr std::size_t kAfter = 5;
  words = WithoutBrackets(words);
  if (words.size() <= kBefore + kAfter || !EndsIn(words, {"[", "{{.window}}", "]", ")", ")"})) {
    return std::nullopt;
  }
  const std::string_view function = words[2].text;
  if (words[0].text != "sum" || words[1].text != "(" || words[3].text != "(" ||
      (function != "rate" && function != "increase")) {
    return std::nullopt;
  }
  const char* const begin = words[kBefore].text.data();
  const char* const end = words[words.size() - kAfter].text.data();
  auto selector = promql::ParseSelector({begin, static_cast<std::size_t>(end - begin)});
  if (!selector) return std::nullopt;
  return Sum{function, std::move(*selector)};
}

struct Difference {
  Sum whole;
  Sum part;
};

std::optional<Difference> DifferenceOf(Words words) {
  words = WithoutBrackets(words);
  const std::size_t minus = FindOutside(words, "-");
  if (minus == words.size()) return std::nullopt;
  auto whole = SumOf(words.first(minus));
  auto part = SumOf(words.subspan(minus + 1));
  if (!whole || !part) return std::nullopt;
  return Difference{std::move(*whole), std::move(*part)};
}

std::vector<LabelMatcher> Sorted(std::vector<LabelMatcher> matchers) {
  std::ranges::sort(matchers, [](const LabelMatcher& a, const LabelMatcher& b) {
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
  const auto le = std::ranges::find_if(
      base.matchers, [](const LabelMatcher& matcher) { return matcher.name == "le"; });
  if (le == base.matchers.end() || le->op != LabelMatcher::Op::kEqual) return std::nullopt;
  const auto bound = promql::BoundOf(le->value);
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
Words WithoutZero(Words words) {
  if (EndsIn(words, {"or", "vector", "(", "0", ")"})) return words.first(words.size() - 5);
  if (EndsIn(words, {"or", "on", "(", ")", "vector", "(", "0", ")"})) {
    return words.first(words.size() - 8);
  }
  return words;
}

std::optional<core::Indicator> Recognised(Words total, Words part, bool part_is_good) {
  const Words bare_part = WithoutZero(WithoutBrackets(part));
  auto whole = SumOf(total);
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

void Remarks::Add(const std::string& field, std::string message, std::string fix) {
  remarks_.push_back(
      {"", 0, 0, BoundedUtf8(field, kLongestForeignField), std::move(message), std::move(fix)});
}

void Remarks::Move(const YamlDocument& document, const std::string& file,
                   std::vector<Mistake>& to) && {
  for (Mistake& remark : remarks_) {
    const Position position = Locate(document, remark.field);
    remark.file = file;
    remark.line = position.line;
    remark.column = position.column;
    to.push_back(std::move(remark));
  }
}

std::string DnsNameOf(std::string_view name) {
  std::string dns;
  for (const char c : Lower(name)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) {
      dns += c;
    } else if (!dns.empty() && dns.back() != '-') {
      dns += '-';
    }
  }
  dns.resize(std::min<std::size_t>(dns.size(), 63));
  while (dns.ends_with('-')) dns.pop_back();
  return dns;
}

std::string ReadQuery(ObjectReader& owner, std::string_view field) {
  return ReadPromql(owner, field, IndicatorUse::kOfService);
}

void GuessDimension(core::SloObjective& objective, const std::string& field,
                    const std::string& form, Remarks& remarks) {
  const std::string lower = Lower(objective.name);
  objective.dimension = core::Dimension::kAvailability;
  if (HasOneOf(lower, kQualityWords)) {
    objective.dimension = core::Dimension::kQuality;
  } else if (CountsBuckets(objective.indicator) || HasOneOf(lower, kLatencyWords)) {
    objective.dimension = core::Dimension::kLatency;
  }
  remarks.Add(field,
              "is taken as an objective of " + std::string(core::ToString(objective.dimension)) +
                  ", which " + form + " does not say",
              "convert the file and correct dimension if it is another");
}

void AddPlace(const YamlDocument& document, std::string_view field, std::string path,
              ParsedSlo& parsed) {
  const auto found = document.fields.find(std::string(field));
  if (found != document.fields.end()) parsed.places.emplace_back(std::move(path), found->second);
}

bool ReadAlike(std::string_view one, std::string_view other) {
  const std::vector<Token> a = promql::Lex(one);
  const std::vector<Token> b = promql::Lex(other);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Token& x, const Token& y) { return x.text == y.text; });
}

core::Indicator IndicatorOf(const std::string& total, const std::string& part, bool part_is_good) {
  const std::vector<Token> of_total = promql::Lex(total);
  if (auto known = Recognised(of_total, promql::Lex(part), part_is_good)) return std::move(*known);
  core::PromqlIndicator promql;
  promql.total = total;
  promql.part = part;
  promql.part_is_good = part_is_good;
  promql.per_second = std::adjacent_find(of_total.begin(), of_total.end(),
                                         [](const Token& word, const Token& next) {
                                           return word.text.ends_with("rate") && next.text == "(";
                                         }) != of_total.end();
  return promql;
}

}  // namespace slogate::spec

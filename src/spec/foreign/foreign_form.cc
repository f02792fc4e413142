#include "spec/foreign/foreign_form.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include "promql/counted_series.h"
#include "promql/grammar/parser.h"
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
using promql::Node;
using promql::SyntaxTree;

// sum(rate(SELECTOR[{{.window}}])), or with increase, in any number of parentheses.
struct Sum {
  std::string function;
  Selector selector;
  std::vector<std::string> by;  // labels of its groups, sorted
};

std::optional<Sum> SumOf(const SyntaxTree& tree, const Node& node) {
  const Node& sum = tree.Bare(node);
  if (sum.kind != Node::Kind::kAggregation || sum.word != "sum") return std::nullopt;
  if (sum.grouping == Node::Grouping::kOthers) return std::nullopt;
  const Node& call = tree.Bare(tree.Child(sum, 0));
  const bool counts = call.word == "rate" || call.word == "increase";
  if (call.kind != Node::Kind::kCall || !counts) return std::nullopt;
  const Node& range = tree.Bare(tree.Child(call, 0));
  if (range.kind != Node::Kind::kRange || range.range != "{{.window}}") return std::nullopt;
  auto selector = promql::SelectorOf(tree.Child(range, 0));
  if (!selector) return std::nullopt;
  std::vector<std::string> by = sum.labels;
  std::ranges::sort(by);
  return Sum{call.word, std::move(*selector), std::move(by)};
}

struct Difference {
  Sum whole;
  Sum part;
};

std::optional<Difference> DifferenceOf(const SyntaxTree& tree, const Node& node) {
  const Node& minus = tree.Bare(node);
  if (minus.kind != Node::Kind::kBinary || minus.word != "-") return std::nullopt;
  auto whole = SumOf(tree, tree.Child(minus, 0));
  auto part = SumOf(tree, tree.Child(minus, 1));
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

// Counters count a part without series as none anyway: `or vector(0)` says nothing more.
const Node& WithoutZero(const SyntaxTree& tree, const Node& node) {
  const Node& bare = tree.Bare(node);
  if (bare.kind != Node::Kind::kBinary || bare.word != "or" || !bare.labels.empty()) return bare;
  const Node& zero = tree.Bare(tree.Child(bare, 1));
  if (zero.kind != Node::Kind::kCall || zero.word != "vector") return bare;
  const Node& number = tree.Child(zero, 0);
  const bool is_zero = number.kind == Node::Kind::kNumber && number.number == 0;
  return is_zero ? tree.Child(bare, 0) : bare;
}

// Whether two sums stand side by side.
bool Match(const Sum& one, const Sum& other) {
  return one.function == other.function && one.by == other.by;
}

struct Shape {
  core::Indicator indicator;
  std::vector<std::string> by;  // labels of its groups
};

std::optional<Shape> Recognised(const SyntaxTree& total, const SyntaxTree& part,
                                bool part_is_good) {
  const Node& bare_part = WithoutZero(part, part.root());
  auto whole = SumOf(total, total.root());
  if (!whole) return std::nullopt;
  if (auto sum = SumOf(part, bare_part)) {
    if (!Match(*sum, *whole) || SameSeries(sum->selector, whole->selector)) return std::nullopt;
    return Shape{CountersOf(std::move(whole->selector), std::move(sum->selector), part_is_good),
                 std::move(whole->by)};
  }
  auto difference = DifferenceOf(part, bare_part);
  if (!difference || !Match(difference->whole, *whole) || !Match(difference->part, *whole) ||
      !SameSeries(difference->whole.selector, whole->selector) ||
      SameSeries(difference->part.selector, whole->selector)) {
    return std::nullopt;
  }
  return Shape{
      CountersOf(std::move(whole->selector), std::move(difference->part.selector), !part_is_good),
      std::move(whole->by)};
}

std::optional<Shape> ShapeOf(const ForeignQuery& total, const ForeignQuery& part,
                             bool part_is_good) {
  if (!total.tree || !part.tree) return std::nullopt;
  return Recognised(*total.tree, *part.tree, part_is_good);
}

core::PromqlIndicator PromqlOf(const ForeignQuery& total, const ForeignQuery& part,
                               bool part_is_good) {
  core::PromqlIndicator promql;
  promql.total = total.text;
  promql.part = part.text;
  promql.part_is_good = part_is_good;
  promql.per_second = total.tree && std::ranges::any_of(total.tree->nodes, [](const Node& node) {
                        return node.kind == Node::Kind::kCall && node.word.ends_with("rate");
                      });
  return promql;
}

}  // namespace

void Remarks::Add(const std::string& field, std::string message, std::string fix) {
  remarks_.push_back(
      {"", 0, 0, BoundedUtf8(field, kLongestForeignField), std::move(message), std::move(fix)});
}

void Remarks::Guess(const std::string& field, std::string message, std::string fix) {
  guesses_.push_back(
      {"", 0, 0, BoundedUtf8(field, kLongestForeignField), std::move(message), std::move(fix)});
}

void Remarks::Move(const YamlDocument& document, const std::string& file,
                   std::vector<Mistake>& remarks, std::vector<Mistake>& guesses) && {
  const auto move = [&](std::vector<Mistake>& from, std::vector<Mistake>& to) {
    for (Mistake& remark : from) {
      const Position position = Locate(document, remark.field);
      remark.file = file;
      remark.line = position.line;
      remark.column = position.column;
      to.push_back(std::move(remark));
    }
  };
  move(remarks_, remarks);
  move(guesses_, guesses);
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
  remarks.Guess(field,
                "is taken as an objective of " + std::string(core::ToString(objective.dimension)) +
                    ", which " + form + " does not say",
                "convert the file and correct dimension if it is another");
}

void AddPlace(const YamlDocument& document, std::string_view field, std::string path,
              ParsedSlo& parsed) {
  const auto found = document.fields.find(std::string(field));
  if (found != document.fields.end()) parsed.places.emplace_back(std::move(path), found->second);
}

ForeignQuery::ForeignQuery(std::string of_field, std::string of_text)
    : field(std::move(of_field)), text(std::move(of_text)) {
  auto read = promql::Parse(text, promql::Placeholders::kFill, promql::Patterns::kTrust);
  if (read) tree = std::move(*read);
}

bool ReadAlike(std::string_view one, std::string_view other) {
  const auto a = promql::Lex(one);
  const auto b = promql::Lex(other);
  return std::ranges::equal(a, b, {}, &promql::Token::text, &promql::Token::text);
}

core::Indicator CountersOf(Selector total, Selector part, bool part_is_good) {
  if (part_is_good) {
    if (auto histogram = HistogramOf(total, part)) return std::move(*histogram);
  }
  return core::CounterIndicator{std::move(total), std::move(part), part_is_good};
}

core::Indicator IndicatorOf(const ForeignQuery& total, const ForeignQuery& part,
                            bool part_is_good) {
  if (auto shape = ShapeOf(total, part, part_is_good); shape && shape->by.empty()) {
    return std::move(shape->indicator);
  }
  return PromqlOf(total, part, part_is_good);
}

std::optional<core::Indicator> GroupedIndicator(const ForeignQuery& total, const ForeignQuery& part,
                                                bool part_is_good) {
  auto shape = ShapeOf(total, part, part_is_good);
  if (!shape) return std::nullopt;
  return std::move(shape->indicator);
}

}  // namespace slogate::spec

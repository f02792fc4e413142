#include "promql/counted_series.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <variant>

#include "spec/text/units.h"

namespace slogate::promql {
namespace {

// The shortest decimal digits of a positive number, and its exponent: 0.3 is {"3", -1}.
struct Digits {
  std::string digits;
  int exponent = 0;
};

Digits DigitsOf(double value) {
  std::array<char, 64> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  const std::string_view all(text.data(), static_cast<std::size_t>(end.ptr - text.data()));
  Digits result;
  const std::size_t e = all.find('e');
  for (const char c : all.substr(0, e)) {
    if (c != '.') result.digits += c;
  }
  result.exponent = std::atoi(std::string(all.substr(e + 1)).c_str());
  return result;
}

std::string PlainForm(const Digits& number) {
  const auto count = static_cast<int>(number.digits.size());
  if (number.exponent < 0) {
    const auto zeros = static_cast<std::size_t>(-number.exponent - 1);
    return "0*\\." + std::string(zeros, '0') + number.digits + "0*";
  }
  const int whole = number.exponent + 1;
  if (count <= whole) {
    return "0*" + number.digits + std::string(static_cast<std::size_t>(whole - count), '0') +
           "(\\.0*)?";
  }
  const auto split = static_cast<std::size_t>(whole);
  return "0*" + number.digits.substr(0, split) + "\\." + number.digits.substr(split) + "0*";
}

std::string ExponentForm(const Digits& number) {
  std::string text = number.digits.substr(0, 1);
  text += number.digits.size() > 1 ? "\\." + number.digits.substr(1) + "0*" : "(\\.0*)?";
  text += number.exponent < 0 ? "[eE]-0*" : "[eE]\\+?0*";
  return text + std::to_string(std::abs(number.exponent));
}

// Whether every server and client library writes a number like this.
bool IsUsualFraction(std::string_view text, double number) {
  std::array<char, 64> shortest{};
  const auto end = std::to_chars(shortest.data(), shortest.data() + shortest.size(), number);
  return text == std::string_view(shortest.data(), end.ptr) &&
         text.find('.') != std::string_view::npos && text.find('e') == std::string_view::npos;
}

core::Selector WithEnding(core::Selector selector, std::string_view ending) {
  selector.metric += ending;
  return selector;
}

struct CountedSeriesVisitor {
  using Series = std::optional<CountedSeries>;

  Series operator()(const core::CounterIndicator& counters) const {
    return {{AnySpelling(counters.total), AnySpelling(counters.part),
             counters.part_is_good ? PartMeaning::kGood : PartMeaning::kBad}};
  }
  Series operator()(const core::HistogramIndicator& indicator) const {
    core::Selector good = WithEnding(indicator.histogram, "_bucket");
    good.matchers.push_back(
        {"le", core::LabelMatcher::Op::kMatch, RegexOfBound(indicator.threshold)});
    return {{WithEnding(indicator.histogram, "_count"), std::move(good), PartMeaning::kGoodKnown}};
  }
  Series operator()(const core::PromqlIndicator&) const { return std::nullopt; }
  Series operator()(const core::ScoreIndicator& score) const {
    return {{score.total, score.sum, PartMeaning::kGoodKnown}};
  }
  Series operator()(const core::ScoreHistogramIndicator& score) const {
    return {{WithEnding(score.histogram, "_count"), WithEnding(score.histogram, "_sum"),
             PartMeaning::kGoodKnown}};
  }
};

}  // namespace

std::string RegexOfBound(double bound) {
  if (!(bound > 0) || !std::isfinite(bound)) {
    return bound == 0 ? "-?0*(\\.0*)?([eE][+-]?0*)?" : "[+]?[iI]nf";
  }
  const Digits number = DigitsOf(bound);
  return "(" + PlainForm(number) + "|" + ExponentForm(number) + ")";
}

core::Selector AnySpelling(core::Selector selector) {
  using Op = core::LabelMatcher::Op;
  for (core::LabelMatcher& matcher : selector.matchers) {
    if (matcher.name != "le" || (matcher.op != Op::kEqual && matcher.op != Op::kNotEqual)) continue;
    const std::optional<double> bound = BoundOf(matcher.value);
    if (!bound || *bound < 0 || !std::isfinite(*bound)) continue;
    if (IsUsualFraction(matcher.value, *bound)) continue;
    matcher.op = matcher.op == Op::kEqual ? Op::kMatch : Op::kNotMatch;
    matcher.value = RegexOfBound(*bound);
  }
  return selector;
}

std::optional<double> BoundOf(std::string_view label) {
  if (!label.empty() && label.front() == '+') label.remove_prefix(1);
  const auto value = spec::ParseNumber<double>(label);
  return value && std::isnan(*value) ? std::nullopt : value;
}

bool IsBound(std::string_view label, double bound) { return BoundOf(label) == bound; }

std::optional<CountedSeries> CountedSeriesOf(const core::Indicator& indicator) {
  return std::visit(CountedSeriesVisitor(), indicator);
}

}  // namespace slogate::promql

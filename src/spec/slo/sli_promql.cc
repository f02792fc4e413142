#include "spec/slo/sli_promql.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "promql/counted_series.h"
#include "promql/selector.h"
#include "promql/writer.h"
#include "spec/text/units.h"

namespace slogate::spec {
namespace {

using core::Selector;

// Writes the parts of one query, with one function over the range: increase for events, rate for
// ratios.
class Writer {
 public:
  Writer(std::string_view function, std::string_view window, const std::vector<std::string>& by)
      : function_(function), window_(window) {
    if (by.empty()) return;
    by_ = " by (";
    for (const std::string& label : by) {
      if (&label != &by.front()) by_ += ", ";
      by_ += promql::LabelText(label);
    }
    by_ += ") ";
  }

  // No increase is below 0, and NaN is not 0 or more: the filter leaves out what is not a number.
  std::string Sum(const Selector& selector) const {
    return Sum(function_ + "(" + promql::ToText(selector) + "[" + window_ + "])");
  }
  std::string Sum(const std::string& vector) const { return Shown(vector + " >= 0"); }

  // The sum with what is not a number.
  std::string Shown(const Selector& selector) const {
    return Shown(function_ + "(" + promql::ToText(selector) + "[" + window_ + "])");
  }
  std::string Shown(const std::string& vector) const { return "sum" + by_ + "(" + vector + ")"; }

  // `part`, and 0 where it has no series but `total` has; nothing where its only series is not a
  // number (`shown` has what is not): as 0 it would make every event a good one, or a bad one.
  static std::string OrNone(const std::string& part, const std::string& shown,
                            const std::string& total) {
    return "(" + part + " or (" + total + " * 0 unless " + shown + "))";
  }

  // Extrapolation at a window's ends can give the part a trifle more than the whole.
  static std::string Rest(const std::string& total, const std::string& part) {
    return "clamp_min(" + total + " - " + part + ", 0)";
  }

 private:
  std::string function_;
  std::string window_;
  std::string by_;
};

struct Sums {
  std::string total;
  std::string bad;
};

std::string Seconds(std::string_view window) {
  const auto length = ParseDuration(window).value_or(core::Duration{0});
  const std::int64_t rest = length.count() % 1000;
  std::string in_seconds = std::to_string(length.count() / 1000);
  if (rest != 0) in_seconds += "." + std::to_string(1000 + rest).substr(1);
  return in_seconds;
}

// `shown`: the part with what is not a number.
Sums Parts(const std::string& total, const std::string& part, const std::string& shown,
           bool part_is_good) {
  const std::string known = Writer::OrNone(part, shown, total);
  return {total, part_is_good ? Writer::Rest(total, known) : known};
}

Sums SumsOf(const core::Indicator& indicator, std::string_view function, std::string_view window,
            const std::vector<std::string>& by) {
  const Writer writer(function, window, by);
  if (const auto series = promql::CountedSeriesOf(indicator)) {
    const std::string total = writer.Sum(series->total);
    const std::string part = writer.Sum(series->part);
    // Without a bucket of that bound nothing is known of the good events: then there is no number.
    if (series->meaning == promql::PartMeaning::kGoodKnown)
      return {total, Writer::Rest(total, part)};
    return Parts(total, part, writer.Shown(series->part),
                 series->meaning == promql::PartMeaning::kGood);
  }
  const auto& query = std::get<core::PromqlIndicator>(indicator);
  const auto filled = [&](const std::string& text) {
    return "(" + promql::FillWindow(text, window) + ")";
  };
  return Parts(writer.Sum(filled(query.total)), writer.Sum(filled(query.part)),
               writer.Shown(filled(query.part)), query.part_is_good);
}

// The bad share of a selector's events. Long ranges are dear: all events are read once, where the
// sums would read them up to three times. By labels there is no other 0 for a part without series.
std::string RatioOf(const promql::CountedSeries& series, std::string_view window,
                    const std::vector<std::string>& by) {
  const Writer writer("rate", window, by);
  const std::string total = writer.Sum(series.total);
  const bool known = series.meaning == promql::PartMeaning::kGoodKnown;
  std::string part = writer.Sum(series.part);
  if (!known) {
    const std::string shown = writer.Shown(series.part);
    part = by.empty() ? "(" + part + " or (vector(0) unless " + shown + "))"
                      : Writer::OrNone(part, shown, total);
  }
  const std::string share = part + " / (" + total + " > 0)";
  return series.meaning == promql::PartMeaning::kBad ? share : "clamp_min(1 - " + share + ", 0)";
}

SliPromql Counted(const core::Indicator& indicator, std::string_view window,
                  const std::vector<std::string>& by) {
  Sums events = SumsOf(indicator, "increase", window, by);
  if (const auto series = promql::CountedSeriesOf(indicator)) {
    return {std::move(events.total), std::move(events.bad), RatioOf(*series, window, by)};
  }
  const Sums rates = SumsOf(indicator, "rate", window, by);
  const auto* promql = std::get_if<core::PromqlIndicator>(&indicator);
  if (promql != nullptr && promql->per_second) {
    const std::string in_seconds = Seconds(window);
    events = {"(" + events.total + ") * " + in_seconds, "(" + events.bad + ") * " + in_seconds};
  }
  return {std::move(events.total), std::move(events.bad),
          rates.bad + " / (" + rates.total + " > 0)"};
}

}  // namespace

SliPromql PromqlOf(const std::variant<core::Indicator, core::RatioIndicator>& indicator,
                   std::string_view window, const std::vector<std::string>& by) {
  if (const auto* ratio = std::get_if<core::RatioIndicator>(&indicator)) {
    return {"", "", "(" + promql::FillWindow(ratio->bad_ratio, window) + ") >= 0"};
  }
  return Counted(std::get<core::Indicator>(indicator), window, by);
}

bool IsFreeLabel(std::string_view name) {
  constexpr std::array<std::string_view, 5> kTaken = {kSlothId, kSlothService, kSlothSlo,
                                                      kSlothWindow, kCohortLabel};
  return promql::IsLabelName(name) && !name.starts_with("__") &&
         std::ranges::find(kTaken, name) == kTaken.end();
}

std::string PromqlDuration(core::Duration duration) {
  struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
  };
  constexpr std::array<Unit, 5> kUnits = {
      {{"w", 604'800'000}, {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}}};
  const std::int64_t length = duration.count();
  for (const Unit& unit : kUnits) {
    if (length > 0 && length % unit.milliseconds == 0) {
      return std::to_string(length / unit.milliseconds) + std::string(unit.name);
    }
  }
  return std::to_string(length) + "ms";
}

}  // namespace slogate::spec

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

// increase for events, rate for ratios; buckets are increases without gaps between them.
enum class Counting { kIncrease, kRate, kBucket };

// Writes the parts of one query, counted in one way over the range.
class Writer {
 public:
  Writer(Counting counting, std::string_view window, const std::vector<std::string>& by)
      : counting_(counting), window_(window) {
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
    const std::string text = promql::ToText(selector);
    return counting_ == Counting::kBucket
               ? Shown(SinceLastBucket(text) + " or " + Over(text) + " >= 0")
               : Sum(Over(text));
  }
  std::string Sum(const std::string& vector) const { return Shown(vector + " >= 0"); }

  // The sum with what is not a number.
  std::string Shown(const Selector& selector) const {
    return Shown(Over(promql::ToText(selector)));
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
  std::string Over(const std::string& selector) const {
    return (counting_ == Counting::kRate ? "rate(" : "increase(") + selector + "[" + window_ + "])";
  }

  // What is between the last sample and that of the bucket before, so that no event falls between
  // two buckets and none is extrapolated; of a series without that one, what is between its own
  // samples. Nothing of a series that began again, or whose sample before is not a number.
  static std::string SinceLastBucket(const std::string& selector) {
    constexpr core::Duration kEnd{1};  // ranges are closed on the left before Prometheus 3
    const std::string range = selector + "[" + ToText(kBucket - kEnd) + "]";
    const std::string last = "last_over_time(" + range;
    return "(" + last + ") - (" + last + " offset " + ToText(kBucket) + ") or min_over_time(" +
           range + ")) >= 0 unless resets(" + selector + "[" + ToText(2 * kBucket - kEnd) +
           "]) > 0)";
  }

  Counting counting_;
  std::string window_;
  std::string by_;
};

std::string Seconds(std::string_view window) {
  const auto length = ParseDuration(window).value_or(core::Duration{0});
  const std::int64_t rest = length.count() % 1000;
  std::string in_seconds = std::to_string(length.count() / 1000);
  if (rest != 0) in_seconds += "." + std::to_string(1000 + rest).substr(1);
  return in_seconds;
}

// What an indicator is counted from: all events, and those that are bad or good.
struct Queries {
  std::string total;
  std::string part;
  std::string shown;  // the part with what is not a number
  promql::PartMeaning meaning = promql::PartMeaning::kBad;
};

Queries QueriesOf(const core::Indicator& indicator, const Writer& writer, std::string_view window) {
  if (const auto series = promql::CountedSeriesOf(indicator)) {
    return {writer.Sum(series->total), writer.Sum(series->part), writer.Shown(series->part),
            series->meaning};
  }
  const auto& query = std::get<core::PromqlIndicator>(indicator);
  const auto filled = [&](const std::string& text) {
    return "(" + promql::FillWindow(text, window) + ")";
  };
  return {writer.Sum(filled(query.total)), writer.Sum(filled(query.part)),
          writer.Shown(filled(query.part)),
          query.part_is_good ? promql::PartMeaning::kGood : promql::PartMeaning::kBad};
}

std::string BadOf(const Queries& queries) {
  // Without a bucket of that bound nothing is known of the good events: then there is no number.
  if (queries.meaning == promql::PartMeaning::kGoodKnown) {
    return Writer::Rest(queries.total, queries.part);
  }
  const std::string known = Writer::OrNone(queries.part, queries.shown, queries.total);
  return queries.meaning == promql::PartMeaning::kBad ? known : Writer::Rest(queries.total, known);
}

// The bad share. Long ranges are dear: all events are read once, where the sums read them up to
// three times. By labels there is no other 0 for a part without series.
std::string RatioOf(const Queries& queries, bool by_labels) {
  std::string part = queries.part;
  if (queries.meaning != promql::PartMeaning::kGoodKnown) {
    part = by_labels ? Writer::OrNone(part, queries.shown, queries.total)
                     : "(" + part + " or (vector(0) unless " + queries.shown + "))";
  }
  const std::string share = part + " / (" + queries.total + " > 0)";
  return queries.meaning == promql::PartMeaning::kBad ? share : "clamp_min(1 - " + share + ", 0)";
}

SliEvents EventsOf(const core::Indicator& indicator, Counting counting, std::string_view window,
                   const std::vector<std::string>& by) {
  const Queries queries = QueriesOf(indicator, Writer(counting, window, by), window);
  SliEvents events{queries.total, BadOf(queries)};
  const auto* promql = std::get_if<core::PromqlIndicator>(&indicator);
  if (promql != nullptr && promql->per_second) {
    const std::string in_seconds = Seconds(window);
    events = {"(" + events.total + ") * " + in_seconds, "(" + events.bad + ") * " + in_seconds};
  }
  return events;
}

}  // namespace

SliPromql PromqlOf(const std::variant<core::Indicator, core::RatioIndicator>& indicator,
                   std::string_view window, const std::vector<std::string>& by) {
  SliPromql promql{"", "", RatioPromqlOf(indicator, window, by)};
  if (const auto* counted = std::get_if<core::Indicator>(&indicator)) {
    SliEvents events = EventsOf(*counted, Counting::kIncrease, window, by);
    promql.total = std::move(events.total);
    promql.bad = std::move(events.bad);
  }
  return promql;
}

std::string RatioPromqlOf(const std::variant<core::Indicator, core::RatioIndicator>& indicator,
                          std::string_view window, const std::vector<std::string>& by) {
  if (const auto* ratio = std::get_if<core::RatioIndicator>(&indicator)) {
    return "(" + promql::FillWindow(ratio->bad_ratio, window) + ") >= 0";
  }
  const Writer writer(Counting::kRate, window, by);
  return RatioOf(QueriesOf(std::get<core::Indicator>(indicator), writer, window), !by.empty());
}

SliEvents BucketOf(const core::Indicator& indicator, const std::vector<std::string>& by) {
  return EventsOf(indicator, Counting::kBucket, PromqlDuration(kBucket), by);
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

#include "adapters/prometheus/budget/budget_doubles.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "adapters/prometheus/evidence/chunk_reader.h"
#include "adapters/prometheus/evidence/same_target.h"
#include "adapters/prometheus/evidence/series_counter.h"
#include "promql/writer.h"

namespace slogate::adapters::prometheus {
namespace {

// Targets of one chunk are looked for a few times.
constexpr int kLooks = 4;

// What all spans lie in.
Span Around(const DoubleSpans& spans) {
  core::TimePoint begin = core::TimePoint::max();
  core::TimePoint end = core::TimePoint::min();
  for (const auto& [key, span] : spans) {
    begin = std::min(begin, span.end - span.length);
    end = std::max(end, span.end);
  }
  return {end, end - begin};
}

core::Duration Shortest(const DoubleSpans& spans) {
  core::Duration shortest = core::Duration::max();
  for (const auto& [key, span] : spans) shortest = std::min(shortest, span.length);
  return shortest;
}

// `up` of every target that series of `selector` came from.
Answered<SeriesMap> ReadUps(BudgetQuestions& questions, const std::string& selector,
                            const DoubleSpans& spans) {
  const Span all = Around(spans);
  const core::Duration step = std::max<core::Duration>(Shortest(spans) / kLooks, core::Duration(1));
  const std::string range =
      "[" + promql::DurationText(all.length) + ":" + promql::DurationText(step) + "]";
  const std::string counted = "last_over_time(" + selector + range + ")";
  const auto jobs = questions.Instant("count by (job) (" + counted + ")", all.end);
  if (!jobs) return tl::unexpected(jobs.error());
  std::vector<std::string> names;
  for (const auto& [labels, samples] : jobs->series) names.push_back(ValueOf(labels, "job"));
  const std::string up = promql::NamedSelector(
      {"up"}, {{"job", core::LabelMatcher::Op::kMatch, promql::RegexOfAny(names)}});
  auto ups = questions.Instant(
      "last_over_time(" + up + range + ") and on (job, instance) " + counted, all.end);
  if (!ups) return tl::unexpected(ups.error());
  SeriesMap series;
  Merge(series, std::move(*ups), core::TimePoint::min(), core::TimePoint::max());
  return series;
}

// Sums of single targets, made into those of processes.
class SumsOnce {
 public:
  SumsOnce(const SeriesMap& ups, const std::string& cohort_label)
      : index_(ups), same_(ups), cohort_label_(cohort_label) {}

  bool none() const { return same_.none(); }

  void Add(const Reply& reply, const DoubleSpans& spans) {
    for (const auto& [labels, samples] : reply.series) {
      const auto tag = PartTag::Of(labels);
      if (!tag) continue;
      const std::string cohort = cohort_label_.empty() ? "" : ValueOf(labels, cohort_label_);
      const auto* const up =
          index_.For(labels, core::TimePoint::min(), core::TimePoint::max()).target;
      const SameTargets::Group* const process = same_.GroupOf(up);
      for (const Sample& sample : samples) {
        const BudgetKey key{tag->window, sample.at};
        if (!spans.contains(key)) continue;
        sums_[{cohort, key, tag->what}][process][process == nullptr ? nullptr : up] += sample.value;
      }
    }
  }

  void PutInto(BudgetTable& table, Notes& notes) const {
    for (const auto& [place, processes] : sums_) {
      double sum = 0;
      for (const auto& [process, targets] : processes) {
        double largest = 0;
        for (const auto& [up, events] : targets) largest = std::max(largest, events);
        sum += largest;
        if (targets.size() > 1) notes.Add("scraped twice, and counted once", process->text);
      }
      const auto& [cohort, key, what] = place;
      table.Replace(cohort, key, what, sum);
    }
  }

 private:
  using Target = const SeriesMap::value_type*;
  // What is no double is one process without a name.
  using OfProcess = std::map<const SameTargets::Group*, std::map<Target, double>>;

  const TargetIndex index_;
  const SameTargets same_;
  const std::string& cohort_label_;
  std::map<std::tuple<std::string, BudgetKey, char>, OfProcess> sums_;
};

std::set<std::string> TargetLabelsOf(const SeriesMap& ups) {
  std::set<std::string> names;
  for (const auto& [labels, samples] : ups) {
    for (const auto& [name, value] : labels) names.insert(name);
  }
  names.erase("__name__");
  return names;
}

// The chunks in one query, and the other spans by their ends.
Answered<void> AskByTarget(BudgetQuestions& questions, const BudgetParts& parts,
                           const std::set<std::string>& labels, const DoubleSpans& spans,
                           SumsOnce& sums) {
  std::map<core::TimePoint, std::vector<std::size_t>> windows;
  std::map<core::TimePoint, std::vector<PartQueries>> queries;
  const auto add = [&](Answered<Reply> reply) -> Answered<void> {
    if (!reply) return tl::unexpected(reply.error());
    sums.Add(*reply, spans);
    return {};
  };
  std::optional<Span> first;
  core::TimePoint last{};
  for (const auto& [key, span] : spans) {
    if (key.window == 0) {
      if (!first) first = span;
      last = span.end;
      continue;
    }
    windows[key.at].push_back(key.window);
    queries[key.at].push_back(parts.ByTarget(span.length, labels));
  }
  if (first) {
    const std::string query = Together({parts.ByTarget(first->length, labels)}, {0});
    auto done = add(questions.Range(query, first->end, last, first->length));
    if (!done) return done;
  }
  for (const auto& [at, numbers] : windows) {
    auto done = add(questions.Instant(Together(queries[at], numbers), at));
    if (!done) return done;
  }
  return {};
}

}  // namespace

Answered<void> CountDoublesOnce(BudgetQuestions& questions, const BudgetParts& parts,
                                const std::string& cohort_label, const DoubleSpans& spans,
                                BudgetTable& table) {
  if (spans.empty()) return {};
  const auto known = [&](const SourceFailure& failure) -> Answered<void> {
    if (!BudgetQuestions::IsTooMuch(failure)) return tl::unexpected(failure);
    questions.notes().Add(
        "targets that are scraped twice may be counted "
        "twice: too many to read; scrape each once");
    return {};
  };
  const auto ups = ReadUps(questions, parts.total(), spans);
  if (!ups) return known(ups.error());
  SumsOnce sums(*ups, cohort_label);
  if (sums.none()) return {};
  const auto asked = AskByTarget(questions, parts, TargetLabelsOf(*ups), spans, sums);
  if (!asked) return known(asked.error());
  sums.PutInto(table, questions.notes());
  return {};
}

}  // namespace slogate::adapters::prometheus

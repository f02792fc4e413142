#include "adapters/prometheus/budget/budget_counting.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "adapters/prometheus/budget/budget_births.h"
#include "adapters/prometheus/budget/budget_doubles.h"
#include "spec/slo/sli_promql.h"
#include "spec/text/units.h"

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

// Late scrapes and slow rules may change what is younger.
constexpr core::Duration kSettled = std::chrono::minutes(5);

// A window to be asked for at one time; its place in the list is its number in the keys.
struct Window {
  Span span;
  const PartsOver* over = nullptr;
};

class Reader {
 public:
  Reader(BudgetQuestions& questions, const core::BudgetPlan& plan, const Counting& counting,
         BudgetMemory& memory)
      : questions_(questions),
        plan_(plan),
        memory_(memory),
        grid_(CutWindow(plan.first, plan.at, plan.chunk, counting.least)),
        table_(plan.cohort_label),
        counting_(counting),
        births_(WindowOfBirths()) {
    windows_.push_back({{grid_.whole_last, grid_.chunk}, &counting_.chunks});
    for (const core::Duration length : plan.windows) {
      windows_.push_back({{plan.at, length}, &counting_.windows});
    }
    if (grid_.newest) windows_.push_back({*grid_.newest, &counting_.chunks});
    if (grid_.oldest) windows_.push_back({*grid_.oldest, &counting_.chunks});
    for (const Window& window : windows_) {
      queries_.push_back((*window.over)(window.span.length, NotNumbers::kShow));
    }
    for (std::size_t i = 1; i <= plan.windows.size(); ++i) {
      if (i != births_) queries_[i].begun.clear();
    }
  }

  Answered<Counted> Read(const BudgetMemory::Question& question) {
    memory_.Begin(question, grid_.whole_first);
    auto done = AskWhole();
    if (done) done = AskAt(plan_.at);
    if (done && grid_.oldest) done = AskAt(grid_.oldest->end);
    if (done) done = CountDoubles();
    if (done) done = CountBirths();
    if (!done) return tl::unexpected(done.error());
    Remember();
    return Assemble();
  }

 private:
  Answered<void> AskWhole();
  Answered<void> AskAt(core::TimePoint at);
  Answered<void> Repair(const std::vector<std::size_t>& numbers, const BudgetTable& read);
  std::vector<PartQueries> QueriesOf(const std::vector<std::size_t>& numbers,
                                     NotNumbers not_numbers) const;
  Answered<void> CountDoubles();
  Answered<void> CountBirths();
  // The one burn window, if any, whose query says where counters began: burn windows overlap the
  // chunks, unless they begin before them.
  std::size_t WindowOfBirths() const;
  void AddUnseen(const UnseenOfCohort& one, const BudgetKey& key);
  Span WhereBegun(const BudgetKey& key) const;
  void Remember();
  bool HasHoles(const core::BudgetSeries& all) const;

  Counted Assemble();
  std::vector<std::string> Cohorts() const;
  core::WindowCounts Of(const std::string& cohort, std::size_t number, const Span& span) const;
  core::WindowCounts OfAll(std::size_t number, const Span& span) const;
  core::BudgetSeries SeriesOf(const std::string& cohort, bool all);
  // A chunk's number in the keys.
  std::size_t NumberOf(const Span& span) const;

  BudgetQuestions& questions_;
  const core::BudgetPlan& plan_;
  BudgetMemory& memory_;
  const BudgetGrid grid_;
  BudgetTable table_;
  const Counting& counting_;
  const std::size_t births_;  // a window's number; 0: none
  std::vector<Window> windows_;
  std::vector<PartQueries> queries_;
  std::vector<std::string> names_;
  std::vector<UnseenOfCohort> unseen_;  // all, those of the past too
};

std::vector<PartQueries> Reader::QueriesOf(const std::vector<std::size_t>& numbers,
                                           NotNumbers not_numbers) const {
  std::vector<PartQueries> queries;
  for (const std::size_t number : numbers) {
    const Window& window = windows_[number];
    queries.push_back(not_numbers == NotNumbers::kShow
                          ? queries_[number]
                          : (*window.over)(window.span.length, not_numbers));
    // They end together.
    if (queries.size() > 1) queries.back().doubled.clear();
  }
  return queries;
}

Answered<void> Reader::AskWhole() {
  core::TimePoint from = grid_.whole_first;
  if (memory_.until()) from = std::max(from, *memory_.until() + grid_.chunk);
  if (from > grid_.whole_last) return {};
  auto reply = questions_.Range(Together({queries_[0]}, {0}), from, grid_.whole_last, grid_.chunk);
  if (!reply) return tl::unexpected(reply.error());
  BudgetTable read(plan_.cohort_label);
  read.Add(*reply);
  table_.Add(*reply);
  return Repair({0}, read);
}

Answered<void> Reader::AskAt(core::TimePoint at) {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 1; i < windows_.size(); ++i) {
    if (windows_[i].span.end == at) numbers.push_back(i);
  }
  if (numbers.empty()) return {};
  auto reply = questions_.Instant(Together(QueriesOf(numbers, NotNumbers::kShow), numbers), at);
  if (!reply && numbers.size() > 1 && BudgetQuestions::IsTooMuch(reply.error())) {
    reply = Reply();
    for (const std::size_t number : numbers) {
      auto one = questions_.Instant(Together({queries_[number]}, {number}), at);
      if (!one) {
        reply = std::move(one);
        break;
      }
      std::move(one->series.begin(), one->series.end(), std::back_inserter(reply->series));
    }
  }
  if (!reply) {
    const bool too_much = BudgetQuestions::IsTooMuch(reply.error()) &&
                          reply.error().problem != core::SourceProblem::kTimeout;
    return tl::unexpected(too_much ? BudgetQuestions::TooLarge(reply.error()) : reply.error());
  }
  BudgetTable read(plan_.cohort_label);
  read.Add(*reply);
  table_.Add(*reply);
  return Repair(numbers, read);
}

// Asks again, without the series that spoil a sum, where there are such: seldom, so that the sums
// of most readings are asked for once and nothing is left out of them in silence.
Answered<void> Reader::Repair(const std::vector<std::size_t>& numbers, const BudgetTable& read) {
  const std::set<BudgetKey> spoilt = read.NotNumbers();
  if (spoilt.empty()) return {};
  const auto by_time = [](const BudgetKey& a, const BudgetKey& b) { return a.at < b.at; };
  const core::TimePoint first = std::ranges::min_element(spoilt, by_time)->at;
  const core::TimePoint last = std::ranges::max_element(spoilt, by_time)->at;
  const std::string query = Together(QueriesOf(numbers, NotNumbers::kLeaveOut), numbers);
  auto reply = numbers.front() == 0 ? questions_.Range(query, first, last, grid_.chunk)
                                    : questions_.Instant(query, last);
  if (!reply) return tl::unexpected(reply.error());
  BudgetTable without(plan_.cohort_label);
  without.Add(*reply);
  table_.Repair(spoilt, without);
  for (const BudgetKey& key : spoilt) {
    if (key.window != 0) continue;
    questions_.notes().Add(
        "samples that are not a number were left out of the hour or bucket up to",
        spec::ToSecondsText(key.at));
  }
  return {};
}

// Not only where it is known by now: a window holds chunks of before.
Answered<void> Reader::CountDoubles() {
  std::set<core::TimePoint> times = table_.doubled();
  if (memory_.doubled()) times.insert(*memory_.doubled());
  if (times.empty()) return {};
  memory_.KeepDoubled(*times.rbegin());
  DoubleSpans spans;
  const auto add = [&](std::size_t number, const Span& span) {
    if (queries_[number].doubled.empty()) return;
    const auto time = times.lower_bound(span.end - span.length);
    if (time != times.end() && *time <= span.end) spans.emplace(BudgetKey{number, span.end}, span);
  };
  for (const Span& span : grid_.Spans()) {
    const std::size_t number = NumberOf(span);
    if (number != 0 || !memory_.until() || span.end > *memory_.until()) add(number, span);
  }
  for (std::size_t i = 1; i <= plan_.windows.size(); ++i) add(i, windows_[i].span);
  return CountDoublesOnce(questions_, *counting_.counters, plan_.cohort_label, spans, table_);
}

std::size_t Reader::WindowOfBirths() const {
  const std::vector<core::Duration>& windows = plan_.windows;
  if (counting_.births > core::Duration(0)) {
    const auto longer = std::ranges::upper_bound(windows, counting_.births);
    return static_cast<std::size_t>(longer - windows.begin());
  }
  return !windows.empty() && plan_.at - windows.back() < plan_.first ? windows.size() : 0;
}

Span Reader::WhereBegun(const BudgetKey& key) const {
  const Span& span = windows_[key.window].span;
  if (key.window == 0) return {key.at, span.length};
  if (key.window > plan_.windows.size()) return span;
  core::TimePoint begin = span.end - span.length;
  if (counting_.births == core::Duration(0)) return {plan_.first, plan_.first - begin};
  if (memory_.until()) begin = std::max(begin, *memory_.until());
  return {span.end, span.end - begin};
}

void Reader::AddUnseen(const UnseenOfCohort& one, const BudgetKey& key) {
  table_.AddUnseen(one.cohort, key, one.total, one.part);
  if (!one.cohort.empty() && queries_[key.window].unlabelled_is_all) {
    table_.AddUnseen("", key, one.total, one.part);
  }
}

// From the newest: what comes last is left out when there is too much.
Answered<void> Reader::CountBirths() {
  BirthReader births(questions_, plan_);
  unseen_ = memory_.unseen();
  std::vector<BudgetKey> keys(table_.begun().begin(), table_.begun().end());
  std::ranges::sort(keys, std::greater<>(), &BudgetKey::at);
  for (const BudgetKey& key : keys) {
    const auto unseen = births.Read(WhereBegun(key));
    if (!unseen) return tl::unexpected(unseen.error());
    for (const UnseenOfCohort& one : *unseen) {
      const auto chunk = grid_.SpanAt(one.at);
      if (chunk) AddUnseen(one, {NumberOf(*chunk), chunk->end});
    }
    unseen_.insert(unseen_.end(), unseen->begin(), unseen->end());
  }
  for (const UnseenOfCohort& one : unseen_) {
    for (std::size_t i = 0; i < plan_.windows.size(); ++i) {
      if (one.at > plan_.at - plan_.windows[i]) AddUnseen(one, {i + 1, plan_.at});
    }
  }
  return {};
}

void Reader::Remember() {
  const core::TimePoint settled = plan_.at - kSettled - 2 * plan_.scrape_interval;
  core::TimePoint until = memory_.until().value_or(grid_.whole_first - grid_.chunk);
  const core::TimePoint known = until;
  while (until + grid_.chunk <= std::min(settled, grid_.whole_last)) until += grid_.chunk;
  if (until < grid_.whole_first) return;
  for (const auto& [cohort, sums] : table_.cohorts()) {
    for (auto it = sums.lower_bound({0, known + core::Duration(1)}); it != sums.end(); ++it) {
      if (it->first.window != 0 || it->first.at > until) break;
      const Span span{it->first.at, grid_.chunk};
      memory_.Keep(cohort, CountsOf(span, &it->second, queries_[0].meaning));
    }
  }
  std::erase_if(unseen_, [&](const UnseenOfCohort& one) {
    return one.at <= known || one.at > until || one.at <= grid_.whole_first - grid_.chunk;
  });
  memory_.KeepUnseen(unseen_);
  memory_.CompleteUntil(until);
}

std::size_t Reader::NumberOf(const Span& span) const {
  for (std::size_t i = plan_.windows.size() + 1; i < windows_.size(); ++i) {
    if (windows_[i].span == span) return i;
  }
  return 0;
}

core::WindowCounts Reader::Of(const std::string& cohort, std::size_t number,
                              const Span& span) const {
  const auto nothing = CountsOf(span, nullptr, promql::PartMeaning::kBad);
  if (number == 0 && memory_.until() && span.end <= *memory_.until()) {
    return memory_.Find(cohort, span.end).value_or(nothing);
  }
  const auto sums = table_.cohorts().find(cohort);
  if (sums == table_.cohorts().end()) return nothing;
  const auto found = sums->second.find({number, span.end});
  if (found == sums->second.end()) return nothing;
  return CountsOf(span, &found->second, queries_[number].meaning);
}

core::WindowCounts Reader::OfAll(std::size_t number, const Span& span) const {
  core::WindowCounts all = Of("", number, span);
  if (queries_[number].unlabelled_is_all) return all;
  for (const std::string& name : names_) {
    if (!name.empty()) all = Plus(all, Of(name, number, span));
  }
  return all;
}

core::BudgetSeries Reader::SeriesOf(const std::string& cohort, bool all) {
  const auto of = [&](std::size_t number, const Span& span) {
    return all ? OfAll(number, span) : Of(cohort, number, span);
  };
  core::BudgetSeries series;
  series.cohort = cohort;
  for (const Span& span : grid_.Spans()) series.chunks.push_back(of(NumberOf(span), span));
  for (std::size_t i = 0; i < plan_.windows.size(); ++i) {
    series.windows.push_back(of(i + 1, windows_[i + 1].span));
  }
  return series;
}

std::vector<std::string> Reader::Cohorts() const {
  std::set<std::string> names;
  for (const std::string& name : memory_.Cohorts()) names.insert(name);
  for (const auto& [name, sums] : table_.cohorts()) names.insert(name);
  return {names.begin(), names.end()};
}

double EventsOf(const core::BudgetSeries& series) {
  double events = 0;
  for (const core::WindowCounts& chunk : series.chunks) events += chunk.counts.total;
  return events;
}

Counted Reader::Assemble() {
  names_ = Cohorts();
  Counted counted;
  counted.series.push_back(SeriesOf("", true));
  std::vector<core::BudgetSeries> cohorts;
  for (const std::string& name : names_) {
    if (!name.empty()) cohorts.push_back(SeriesOf(name, false));
  }
  std::ranges::stable_sort(cohorts,
                           [](const auto& a, const auto& b) { return EventsOf(a) > EventsOf(b); });
  const auto most = static_cast<std::size_t>(std::max(0, plan_.max_cohorts));
  if (cohorts.size() > most) {
    counted.cohorts_left_out = cohorts.size() - most;
    cohorts.resize(most);
  }
  std::move(cohorts.begin(), cohorts.end(), std::back_inserter(counted.series));
  counted.holes = HasHoles(counted.series.front());
  return counted;
}

// Tiles are missing: not from the chunk in which they begin, nor from what goes further back.
bool Reader::HasHoles(const core::BudgetSeries& all) const {
  const auto begun = FirstCounted(all);
  const auto sums = table_.cohorts().find("");
  if (!begun || sums == table_.cohorts().end()) return false;
  return std::ranges::any_of(sums->second, [&](const auto& of_key) {
    const auto& [key, found] = of_key;
    const core::Duration length = windows_[key.window].span.length;
    const auto wanted = static_cast<double>(length / spec::kBucket);
    return found.buckets && key.at - length >= *begun && *found.buckets + 1 < wanted;
  });
}

}  // namespace

Answered<Counted> ReadCounts(BudgetQuestions& questions, const ports::MetricsConnection& connection,
                             const core::BudgetPlan& plan, const Counting& counting,
                             BudgetMemory& memory) {
  return Reader(questions, plan, counting, memory)
      .Read({connection.address, connection.headers, plan.indicator, plan.matchers,
             plan.cohort_label, plan.service, plan.objective, counting.origin, plan.chunk});
}

Answered<std::vector<core::WindowCounts>> ReadWindows(BudgetQuestions& questions,
                                                      const ports::MetricsConnection& connection,
                                                      core::BudgetPlan plan,
                                                      const Counting& counting) {
  plan.first = plan.at;
  BudgetMemory nothing;
  auto counted = ReadCounts(questions, connection, plan, counting, nothing);
  if (!counted) return tl::unexpected(counted.error());
  return std::move(counted->series.front().windows);
}

std::optional<core::TimePoint> FirstCounted(const core::BudgetSeries& series) {
  for (const core::WindowCounts& chunk : series.chunks) {
    if (chunk.problem != CountProblem::kNoSeries) return chunk.end;
  }
  return std::nullopt;
}

}  // namespace slogate::adapters::prometheus

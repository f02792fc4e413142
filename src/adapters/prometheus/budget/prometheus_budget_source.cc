#include "adapters/prometheus/budget/prometheus_budget_source.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/prometheus/budget/budget_counting.h"
#include "adapters/prometheus/budget/budget_recorded.h"
#include "spec/slo/sli_promql.h"

namespace slogate::adapters::prometheus {
namespace {

using core::BudgetOrigin;
using core::CountProblem;
using core::SourceProblem;

constexpr int kMinScrapes = 4;
constexpr int kMinBuckets = 2;
constexpr std::int64_t kMaxChunks = 10'000;

Answered<void> CheckBudgetPlan(const core::BudgetPlan& plan) {
  const core::Duration zero{0};
  const bool windows_sound =
      std::ranges::all_of(plan.windows, [&](core::Duration window) { return window > zero; });
  if (plan.chunk <= zero || plan.scrape_interval <= zero || plan.at <= plan.first ||
      (plan.at - plan.first) / plan.chunk > kMaxChunks || !windows_sound) {
    return Failed(SourceProblem::kBadQuery, "the budget window or its buckets make no sense");
  }
  return {};
}

class BudgetSourceReader {
 public:
  BudgetSourceReader(const Transport& transport, const ports::MetricsConnection& connection,
                     const core::BudgetPlan& plan, BudgetMemories& memories)
      : questions_(transport, connection),
        connection_(connection),
        plan_(plan),
        memories_(memories) {}

  core::BudgetReading Read() {
    auto done = CheckBudgetPlan(plan_);
    if (done) done = ReadSeries();
    if (!done) {
      reading_.series.clear();
      reading_.source = done.error().problem;
      reading_.message = done.error().message;
    }
    reading_.warnings = questions_.notes().Lines();
    reading_.trace = questions_.TakeTrace();
    return std::move(reading_);
  }

 private:
  Answered<void> ReadSeries();
  Answered<bool> ReadBuckets(const Recorded& recorded, const BudgetParts& parts);
  Answered<bool> ReadSloth(const Recorded& recorded, const BudgetParts* parts);
  Answered<bool> ReadPyrra(const Recorded& recorded, const BudgetParts& parts);
  Answered<void> FillFromCounters(const BudgetParts& parts, core::BudgetSeries& series);
  Counting FromCounters(const BudgetParts& parts) const;  // `parts` outlives it
  Answered<void> ReadCounters(const BudgetParts& parts);
  // Since when the counters have samples of the budget window, as FirstSeen says; asked for once.
  const Answered<core::TimePoint>& CountersSince(const BudgetParts& parts);
  // Whether the counters have samples as early in the budget window as recorded series.
  Answered<bool> CountersCover(const BudgetParts& parts, core::TimePoint recorded_since);
  // Whether the counters have samples of the budget window from before `recorded_since`.
  Answered<bool> CountersAreOlder(const BudgetParts& parts, core::TimePoint recorded_since);
  bool Take(BudgetOrigin origin, std::vector<core::BudgetSeries> series);

  BudgetQuestions questions_;
  const ports::MetricsConnection& connection_;
  const core::BudgetPlan& plan_;
  BudgetMemories& memories_;
  core::BudgetReading reading_;
  std::optional<Answered<core::TimePoint>> counters_since_;
  std::optional<core::BudgetSeries> approximation_;  // of ratios, where there are events too
};

Answered<void> BudgetSourceReader::ReadSeries() {
  const auto recorded = FindRecorded(questions_, plan_);
  if (!recorded) return tl::unexpected(recorded.error());
  const auto* indicator = std::get_if<core::Indicator>(&plan_.indicator);
  if (indicator == nullptr) {
    const auto found = ReadSloth(*recorded, nullptr);
    if (!found) return tl::unexpected(found.error());
    if (*found) return {};
    auto series = AskForRatios(questions_, plan_);
    if (!series) return tl::unexpected(series.error());
    Take(BudgetOrigin::kCounters, {std::move(*series)});
    return {};
  }
  const auto increase = questions_.IncreaseOfServer(plan_.at);
  if (!increase) return tl::unexpected(increase.error());
  const BudgetParts parts(*indicator, plan_.matchers, plan_.cohort_label, *increase);
  auto found = ReadBuckets(*recorded, parts);
  if (found && !*found && plan_.cohort_label.empty()) {
    found = ReadSloth(*recorded, &parts);
    if (found && !*found) found = ReadPyrra(*recorded, parts);
  }
  if (!found) return tl::unexpected(found.error());
  return *found ? Answered<void>() : ReadCounters(parts);
}

bool BudgetSourceReader::Take(BudgetOrigin origin, std::vector<core::BudgetSeries> series) {
  reading_.origin = origin;
  reading_.series = std::move(series);
  return true;
}

Answered<bool> BudgetSourceReader::ReadBuckets(const Recorded& recorded, const BudgetParts& parts) {
  const core::Duration least = kMinBuckets * spec::kBucket;
  if (!recorded.buckets || plan_.chunk < least) return false;
  const auto buckets = [this](core::Duration window, NotNumbers) {
    return BucketsOver(window, plan_.service, plan_.objective, plan_.cohort_label);
  };
  Counting counting{BudgetOrigin::kSlogateRules, least, buckets, {}, &parts,
                    spec::kLongestRawWindow};
  counting.windows = [&](core::Duration window, NotNumbers not_numbers) {
    return window <= spec::kLongestRawWindow ? parts.Over(window, not_numbers)
                                             : buckets(window, not_numbers);
  };
  auto counted = ReadCounts(questions_, connection_, plan_, counting, memories_.buckets);
  if (!counted) return tl::unexpected(counted.error());
  core::BudgetSeries& all = counted->series.front();
  const std::optional<core::TimePoint> since = FirstCounted(all);
  if (since != all.chunks.front().end) {
    // A chunk of its own is left for what counters need before there is an increase to record.
    const auto older = CountersAreOlder(parts, since.value_or(plan_.at) - 2 * plan_.chunk);
    if (!older || *older) return older.map([](bool) { return false; });
  }
  if (counted->holes) {
    questions_.notes().Add(
        "recorded series have holes: their rules were not evaluated all the time");
  }
  FillFrom(recorded.sloth, plan_, all);
  reading_.cohorts_left_out = counted->cohorts_left_out;
  return Take(BudgetOrigin::kSlogateRules, std::move(counted->series));
}

Answered<bool> BudgetSourceReader::ReadSloth(const Recorded& recorded, const BudgetParts* parts) {
  std::optional<core::BudgetSeries> series = SeriesOfRatios(plan_, recorded.sloth);
  if (!series) return false;
  const auto since = SlothSince(questions_, plan_);
  if (!since) return tl::unexpected(since.error());
  BeginAt(*since, plan_, *series);
  if (parts != nullptr) {
    const auto covered = CountersCover(*parts, *since);
    if (!covered) return tl::unexpected(covered.error());
    if (*covered) {
      approximation_ = std::move(series);
      return false;
    }
  }
  return Take(BudgetOrigin::kSlothRules, {std::move(*series)});
}

// Pyrra counts the whole window again each time, so that its rules are never younger than the
// counters; only the counters themselves may be younger than the window.
Answered<bool> BudgetSourceReader::ReadPyrra(const Recorded& recorded, const BudgetParts& parts) {
  std::optional<core::BudgetSeries> series = SeriesOfPyrra(plan_, recorded);
  if (!series) return false;
  auto filled = FillFromCounters(parts, *series);
  if (!filled) return tl::unexpected(filled.error());
  const auto& since = CountersSince(parts);
  if (!since) return tl::unexpected(since.error());
  BeginAt(*since, plan_, *series);
  return Take(BudgetOrigin::kPyrraRules, {std::move(*series)});
}

Answered<void> BudgetSourceReader::FillFromCounters(const BudgetParts& parts,
                                                    core::BudgetSeries& series) {
  core::BudgetPlan missing = plan_;
  missing.windows.clear();
  for (const core::WindowCounts& window : series.windows) {
    if (window.problem == CountProblem::kNoSeries) missing.windows.push_back(window.length);
  }
  if (missing.windows.empty()) return {};
  auto counted = ReadWindows(questions_, connection_, missing, FromCounters(parts));
  if (!counted) return tl::unexpected(counted.error());
  std::size_t next = 0;
  for (core::WindowCounts& window : series.windows) {
    if (window.problem == CountProblem::kNoSeries) window = (*counted)[next++];
  }
  return {};
}

const Answered<core::TimePoint>& BudgetSourceReader::CountersSince(const BudgetParts& parts) {
  if (!counters_since_) {
    counters_since_ =
        FirstSeen(questions_, plan_, [&](core::Duration step) { return parts.Seen(step); });
  }
  return *counters_since_;
}

Answered<bool> BudgetSourceReader::CountersAreOlder(const BudgetParts& parts,
                                                    core::TimePoint recorded_since) {
  if (recorded_since - plan_.first < plan_.chunk) return false;
  const auto& since = CountersSince(parts);
  if (!since && !BudgetQuestions::IsTooMuch(since.error())) return tl::unexpected(since.error());
  if (since && *since + SeenStep(plan_) > recorded_since) return false;
  questions_.notes().Add(
      "recorded series are younger than the counters: these were counted instead");
  return true;
}

// Events are exact where ratios only approximate: hours weigh by their traffic.
Answered<bool> BudgetSourceReader::CountersCover(const BudgetParts& parts,
                                                 core::TimePoint recorded_since) {
  const auto& since = CountersSince(parts);
  if (!since && BudgetQuestions::IsTooMuch(since.error())) return false;
  if (!since) return tl::unexpected(since.error());
  return *since < plan_.at && *since <= recorded_since + SeenStep(plan_);
}

Counting BudgetSourceReader::FromCounters(const BudgetParts& parts) const {
  const auto over = [&parts](core::Duration window, NotNumbers not_numbers) {
    return parts.Over(window, not_numbers);
  };
  const core::Duration least = std::min(kMinScrapes * plan_.scrape_interval, plan_.chunk);
  return {BudgetOrigin::kCounters, least, over, over, &parts, core::Duration(0)};
}

Answered<void> BudgetSourceReader::ReadCounters(const BudgetParts& parts) {
  auto counted =
      ReadCounts(questions_, connection_, plan_, FromCounters(parts), memories_.counters);
  if (!counted && approximation_ && counted.error().problem == SourceProblem::kTooLarge) {
    questions_.notes().Add(
        "the counters are too much to count at once, so that recorded ratios are read");
    Take(BudgetOrigin::kSlothRules, {*std::move(approximation_)});
    return {};
  }
  if (!counted) return tl::unexpected(counted.error());
  reading_.cohorts_left_out = counted->cohorts_left_out;
  Take(BudgetOrigin::kCounters, std::move(counted->series));
  return {};
}

constexpr std::size_t kMaxRememberedChunks = 2'000'000;  // of 32 bytes, all keys together

}  // namespace

core::BudgetReading ReadBudgetOnce(const Transport& transport,
                                   const ports::MetricsConnection& connection,
                                   const core::BudgetPlan& plan, BudgetMemories& memories) {
  return BudgetSourceReader(transport, connection, plan, memories).Read();
}

PrometheusBudgets::PrometheusBudgets(Transport transport) : transport_(std::move(transport)) {}

core::BudgetReading PrometheusBudgets::ReadBudget(const std::string& key,
                                                  const ports::MetricsConnection& connection,
                                                  const core::BudgetPlan& plan) {
  if (key.empty()) {
    BudgetMemories none;
    return ReadBudgetOnce(transport_, connection, plan, none);
  }
  const std::shared_ptr<Entry> entry = EntryOf(key);
  const std::lock_guard reading(entry->mutex);
  core::BudgetReading result = ReadBudgetOnce(transport_, connection, plan, entry->memories);
  Settle(key, entry, entry->memories.size());
  return result;
}

std::shared_ptr<PrometheusBudgets::Entry> PrometheusBudgets::EntryOf(const std::string& key) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Entry>& entry = entries_[key];
  if (!entry) entry = std::make_shared<Entry>();
  entry->last_read = ++readings_;
  return entry;
}

void PrometheusBudgets::Settle(const std::string& key, const std::shared_ptr<Entry>& entry,
                               std::size_t chunks) {
  const std::lock_guard lock(mutex_);
  const auto mine = entries_.find(key);
  if (mine == entries_.end() || mine->second != entry) return;
  chunks_ += chunks - entry->chunks;
  entry->chunks = chunks;
  while (chunks_ > kMaxRememberedChunks && entries_.size() > 1) {
    const auto oldest = std::ranges::min_element(entries_, [](const auto& a, const auto& b) {
      return a.second->last_read < b.second->last_read;
    });
    chunks_ -= oldest->second->chunks;
    entries_.erase(oldest);
  }
}

void PrometheusBudgets::ForgetBudgets(const std::string& prefix) {
  const std::lock_guard lock(mutex_);
  auto it = entries_.lower_bound(prefix);
  while (it != entries_.end() && it->first.starts_with(prefix)) {
    chunks_ -= it->second->chunks;
    it = entries_.erase(it);
  }
}

}  // namespace slogate::adapters::prometheus

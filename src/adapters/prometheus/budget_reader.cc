#include "adapters/prometheus/budget_reader.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/prometheus/budget_counting.h"
#include "adapters/prometheus/budget_ratios.h"
#include "adapters/prometheus/budget_recorded.h"
#include "adapters/prometheus/promql.h"
#include "spec/recorded_names.h"

namespace slogate::adapters::prometheus {
namespace {

using core::BudgetOrigin;
using core::CountProblem;
using core::SourceProblem;

constexpr int kLeastScrapes = 4;
constexpr int kLeastTiles = 2;
constexpr std::int64_t kMostPieces = 10'000;
// Up to here a burn window is read from the counters themselves: tiles are up to five minutes old.
constexpr core::Duration kLongestRawWindow = std::chrono::hours(6);

Answered<void> CheckBudgetPlan(const core::BudgetPlan& plan) {
  const core::Duration zero{0};
  const bool windows_sound = std::all_of(plan.windows.begin(), plan.windows.end(),
                                         [&](core::Duration window) { return window > zero; });
  if (plan.piece <= zero || plan.scrape_interval <= zero || plan.at <= plan.first ||
      (plan.at - plan.first) / plan.piece > kMostPieces || !windows_sound) {
    return Failed(SourceProblem::kBadQuery, "the budget window or its pieces make no sense");
  }
  return {};
}

class Reader {
 public:
  Reader(const Transport& transport, const ports::MetricsConnection& connection,
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
  Answered<bool> ReadTiles(const Recorded& recorded, const BudgetParts& parts);
  Answered<bool> ReadSloth(const Recorded& recorded, const BudgetParts* parts);
  Answered<bool> ReadPyrra(const Recorded& recorded, const BudgetParts& parts);
  Answered<void> FillFromCounters(const BudgetParts& parts, core::BudgetSeries& series);
  Counting FromCounters(const BudgetParts& parts) const;  // `parts` outlives it
  Answered<void> ReadCounters(const BudgetParts& parts);
  // Whether the counters have samples of the budget window from before `recorded_since`.
  Answered<bool> CountersAreOlder(const BudgetParts& parts, core::TimePoint recorded_since);
  bool Take(BudgetOrigin origin, std::vector<core::BudgetSeries> series);

  BudgetQuestions questions_;
  const ports::MetricsConnection& connection_;
  const core::BudgetPlan& plan_;
  BudgetMemories& memories_;
  core::BudgetReading reading_;
};

Answered<void> Reader::ReadSeries() {
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
  const BudgetParts parts(*indicator, plan_.matchers, plan_.cohort_label);
  auto found = ReadTiles(*recorded, parts);
  if (found && !*found && plan_.cohort_label.empty()) {
    found = ReadSloth(*recorded, &parts);
    if (found && !*found) found = ReadPyrra(*recorded, parts);
  }
  if (!found) return tl::unexpected(found.error());
  return *found ? Answered<void>() : ReadCounters(parts);
}

bool Reader::Take(BudgetOrigin origin, std::vector<core::BudgetSeries> series) {
  reading_.origin = origin;
  reading_.series = std::move(series);
  return true;
}

Answered<bool> Reader::ReadTiles(const Recorded& recorded, const BudgetParts& parts) {
  const core::Duration least = kLeastTiles * spec::kTile;
  if (!recorded.tiles || plan_.piece < least) return false;
  const auto tiles = [this](core::Duration window, NotNumbers) {
    return TilesOver(window, plan_.service, plan_.objective, plan_.cohort_label);
  };
  Counting counting{BudgetOrigin::kSlogateRules, least, tiles, {}};
  counting.windows = [&](core::Duration window, NotNumbers not_numbers) {
    return window <= kLongestRawWindow ? parts.Over(window, not_numbers)
                                       : tiles(window, not_numbers);
  };
  auto counted = ReadCounts(questions_, connection_, plan_, counting, memories_.tiles);
  if (!counted) return tl::unexpected(counted.error());
  core::BudgetSeries& all = counted->series.front();
  const std::optional<core::TimePoint> since = FirstCounted(all);
  if (since != all.pieces.front().end) {
    // A piece of its own is left for what counters need before there is an increase to record.
    const auto older = CountersAreOlder(parts, since.value_or(plan_.at) - 2 * plan_.piece);
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

Answered<bool> Reader::ReadSloth(const Recorded& recorded, const BudgetParts* parts) {
  std::optional<core::BudgetSeries> series = SeriesOfRatios(plan_, recorded.sloth);
  if (!series) return false;
  const auto since = SlothSince(questions_, plan_);
  if (!since) return tl::unexpected(since.error());
  if (parts != nullptr) {
    const auto older = CountersAreOlder(*parts, *since);
    if (!older || *older) return older.map([](bool) { return false; });
  }
  BeginAt(*since, plan_, *series);
  return Take(BudgetOrigin::kSlothRules, {std::move(*series)});
}

// Pyrra counts the whole window anew each time, so that its rules are never younger than the
// counters; only the counters themselves may be younger than the window.
Answered<bool> Reader::ReadPyrra(const Recorded& recorded, const BudgetParts& parts) {
  std::optional<core::BudgetSeries> series = SeriesOfPyrra(plan_, recorded);
  if (!series) return false;
  auto filled = FillFromCounters(parts, *series);
  if (!filled) return tl::unexpected(filled.error());
  const auto since =
      FirstSeen(questions_, plan_, [&](core::Duration step) { return parts.Seen(step); });
  if (!since) return tl::unexpected(since.error());
  BeginAt(*since, plan_, *series);
  return Take(BudgetOrigin::kPyrraRules, {std::move(*series)});
}

Answered<void> Reader::FillFromCounters(const BudgetParts& parts, core::BudgetSeries& series) {
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

Answered<bool> Reader::CountersAreOlder(const BudgetParts& parts, core::TimePoint recorded_since) {
  const core::Duration before = recorded_since - plan_.first;
  if (before < plan_.piece) return false;
  const std::string seen = parts.Seen(before);
  const auto reply = questions_.Instant(seen, recorded_since);
  if (!reply && !BudgetQuestions::IsTooMuch(reply.error())) return tl::unexpected(reply.error());
  if (reply && reply->series.empty()) return false;
  questions_.notes().Add(
      "recorded series are younger than the counters: these were counted instead");
  return true;
}

Counting Reader::FromCounters(const BudgetParts& parts) const {
  const auto over = [&parts](core::Duration window, NotNumbers not_numbers) {
    return parts.Over(window, not_numbers);
  };
  const core::Duration least = std::min(kLeastScrapes * plan_.scrape_interval, plan_.piece);
  return {BudgetOrigin::kCounters, least, over, over};
}

Answered<void> Reader::ReadCounters(const BudgetParts& parts) {
  auto counted =
      ReadCounts(questions_, connection_, plan_, FromCounters(parts), memories_.counters);
  if (!counted) return tl::unexpected(counted.error());
  reading_.cohorts_left_out = counted->cohorts_left_out;
  Take(BudgetOrigin::kCounters, std::move(counted->series));
  return {};
}

}  // namespace

core::BudgetReading ReadBudgetOnce(const Transport& transport,
                                   const ports::MetricsConnection& connection,
                                   const core::BudgetPlan& plan, BudgetMemories& memories) {
  return Reader(transport, connection, plan, memories).Read();
}

}  // namespace slogate::adapters::prometheus

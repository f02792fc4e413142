#include "core/slo/burn_windows.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace slogate::core {
namespace {

struct WorkbookRow {
  Severity severity;
  int parts_of_period;  // a long window is one of so many parts of 30 days
  int budget_percent;
};

constexpr std::array<WorkbookRow, 4> kWorkbook = {{{Severity::kPage, 720, 2},
                                                   {Severity::kPage, 120, 5},
                                                   {Severity::kTicket, 30, 10},
                                                   {Severity::kTicket, 10, 10}}};
constexpr Duration kWorkbookPeriod = std::chrono::hours(24 * 30);
constexpr Duration kShortestUnshrunk = std::chrono::hours(24 * 28);
constexpr int kShortParts = 12;
constexpr Duration kMinShort = std::chrono::minutes(1);

Duration WholeSeconds(Duration length) {
  return std::max<Duration>(std::chrono::round<std::chrono::seconds>(length),
                            std::chrono::seconds(1));
}

Duration LongWindow(Duration period, int parts) {
  const Duration scaled = period < kShortestUnshrunk ? period : kWorkbookPeriod;
  return WholeSeconds(scaled / parts);
}

// 10 * (1 - .9) is a little less than 1.
constexpr double kRounding = 1e-9;

const BurnReading* Find(const std::vector<BurnReading>& burns, Duration window) {
  const auto found =
      std::ranges::find_if(burns, [&](const BurnReading& burn) { return burn.window == window; });
  return found == burns.end() ? nullptr : &*found;
}

BurnRowReading ReadRow(const BurnRow& row, const std::vector<BurnReading>& burns, double target) {
  BurnRowReading reading{row};
  reading.impossible = 1 - kRounding <= row.factor * (1 - target);
  const BurnReading* long_burn = Find(burns, row.long_window);
  const BurnReading* short_burn = Find(burns, row.short_window);
  if (long_burn == nullptr || short_burn == nullptr) return reading;
  reading.known = long_burn->burn && short_burn->burn;
  reading.firing = reading.known && *long_burn->burn > row.factor && *short_burn->burn > row.factor;
  const double events = long_burn->events;
  reading.one_event = events > 0 && 1 + kRounding >= row.factor * (1 - target) * events;
  return reading;
}

// Increases are extrapolated in floating point, the bad ones apart from all.
constexpr double kExtrapolationRounding = 1e-9;

void AddGap(WindowTotals& totals, const BudgetGap& gap) {
  totals.missed += gap.to - gap.from;
  if (!totals.gaps.empty() && totals.gaps.back().to == gap.from &&
      totals.gaps.back().problem == gap.problem) {
    totals.gaps.back().to = gap.to;
    return;
  }
  if (totals.gaps.size() == kMaxGaps) totals.gaps.erase(totals.gaps.begin());
  totals.gaps.push_back(gap);
}

void AddCounted(WindowTotals& totals, const WindowCounts& window, double& weighted_ratio,
                Duration& with_ratio) {
  totals.observed += window.length;
  const auto ratio = RatioOf(window);
  if (ratio) {
    weighted_ratio += *ratio * static_cast<double>(window.length.count());
    with_ratio += window.length;
  }
  if (window.bad_ratio) {
    totals.counted = false;
    return;
  }
  totals.counts.total += window.counts.total;
  totals.counts.bad += std::min(window.counts.bad, window.counts.total);
}

}  // namespace

Duration PresentWindow(const BudgetWindow& window) {
  return LongWindow(NominalLength(window), kWorkbook.front().parts_of_period);
}

std::vector<BurnRow> BurnTable(const BudgetWindow& window) {
  const Duration period = NominalLength(window);
  std::vector<BurnRow> rows;
  for (const WorkbookRow& row : kWorkbook) {
    const Duration long_window = LongWindow(period, row.parts_of_period);
    const Duration shrunk = WholeSeconds(long_window / kShortParts);
    rows.push_back({row.severity, long_window, std::min(long_window, std::max(shrunk, kMinShort)),
                    row.budget_percent * static_cast<double>(period.count()) /
                        (100 * static_cast<double>(long_window.count()))});
  }
  return rows;
}

std::vector<BurnReading> ReadBurns(const std::vector<WindowCounts>& windows, double target) {
  std::vector<BurnReading> burns;
  burns.reserve(windows.size());
  for (const WindowCounts& window : windows) {
    BurnReading burn{window.length, RatioOf(window), 0};
    if (burn.burn) burn.burn = *burn.burn / (1 - target);
    if (burn.burn && !window.bad_ratio) burn.events = window.counts.total;
    burns.push_back(burn);
  }
  return burns;
}

std::vector<BurnRowReading> ReadRows(const std::vector<BurnRow>& rows,
                                     const std::vector<BurnReading>& burns, double target) {
  std::vector<BurnRowReading> readings;
  readings.reserve(rows.size());
  for (const BurnRow& row : rows) readings.push_back(ReadRow(row, burns, target));
  return readings;
}

std::optional<double> PresentBurn(const BudgetWindow& window,
                                  const std::vector<BurnReading>& burns) {
  const Duration least = PresentWindow(window);
  const BurnReading* present = nullptr;
  for (const BurnReading& burn : burns) {
    if (burn.window < least) continue;
    if (present == nullptr || burn.window < present->window) present = &burn;
  }
  return present == nullptr ? std::nullopt : present->burn;
}

CountProblem ProblemOf(const WindowCounts& counts) {
  if (counts.problem != CountProblem::kNone) return counts.problem;
  const double total = counts.bad_ratio ? 1 : counts.counts.total;
  const double bad = counts.bad_ratio ? *counts.bad_ratio : counts.counts.bad;
  if (std::isnan(total) || std::isnan(bad)) return CountProblem::kNotANumber;
  if (std::isinf(total) || std::isinf(bad)) return CountProblem::kInfinite;
  if (bad < 0 || bad > total + total * kExtrapolationRounding) return CountProblem::kInconsistent;
  return CountProblem::kNone;
}

std::optional<double> RatioOf(const WindowCounts& counts) {
  if (ProblemOf(counts) != CountProblem::kNone) return std::nullopt;
  if (counts.bad_ratio) return std::min(*counts.bad_ratio, 1.0);
  if (counts.counts.total <= 0) return std::nullopt;
  return std::min(counts.counts.bad / counts.counts.total, 1.0);
}

WindowTotals Sum(const std::vector<WindowCounts>& windows) {
  WindowTotals totals;
  double weighted_ratio = 0;
  Duration with_ratio{0};
  TimePoint covered_to{};
  for (const WindowCounts& window : windows) {
    const TimePoint from = window.end - window.length;
    const CountProblem problem = ProblemOf(window);
    const bool sampled = problem != CountProblem::kNoSeries;
    if (totals.data_from && from > covered_to) {
      AddGap(totals, {covered_to, from, CountProblem::kNoSeries});
    }
    if (sampled && !totals.data_from) totals.data_from = from;
    if (problem == CountProblem::kNone) {
      AddCounted(totals, window, weighted_ratio, with_ratio);
    } else if (totals.data_from) {
      AddGap(totals, {from, window.end, problem});
    }
    if (sampled) totals.problem = std::max(totals.problem, problem);
    covered_to = window.end;
  }
  if (!totals.data_from) totals.problem = CountProblem::kNoSeries;
  if (!std::isfinite(totals.counts.total)) {
    totals.problem = CountProblem::kInfinite;
    totals.observed = Duration(0);
    totals.counts = {};
  }
  if (!totals.counted && with_ratio.count() > 0) {
    totals.bad_ratio = weighted_ratio / static_cast<double>(with_ratio.count());
  } else if (totals.counted && totals.counts.total > 0) {
    totals.bad_ratio = totals.counts.bad / totals.counts.total;
  }
  if (!totals.counted) totals.counts = {};
  return totals;
}

}  // namespace slogate::core

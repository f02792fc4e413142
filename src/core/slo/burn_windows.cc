#include "core/slo/burn_windows.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "core/slo/window_totals.h"

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

namespace {

// 10 * (1 - .9) is a little less than 1.
constexpr double kRounding = 1e-9;

const BurnReading* Find(const std::vector<BurnReading>& burns, Duration window) {
  const auto found = std::find_if(burns.begin(), burns.end(),
                                  [&](const BurnReading& burn) { return burn.window == window; });
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

}  // namespace

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

}  // namespace slogate::core

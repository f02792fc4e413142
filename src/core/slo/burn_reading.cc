#include "core/slo/burn_reading.h"

#include <algorithm>

#include "core/slo/burn_table.h"
#include "core/slo/tally.h"

namespace slogate::core {
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

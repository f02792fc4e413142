#include "core/slo/burn_table.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

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
constexpr Duration kLeastShort = std::chrono::minutes(1);

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
    rows.push_back({row.severity, long_window, std::min(long_window, std::max(shrunk, kLeastShort)),
                    row.budget_percent * static_cast<double>(period.count()) /
                        (100 * static_cast<double>(long_window.count()))});
  }
  return rows;
}

}  // namespace slogate::core

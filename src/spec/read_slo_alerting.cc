#include <chrono>
#include <utility>

#include "slogate/core/budget.h"
#include "spec/duration_text.h"
#include "spec/slo_parts.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kMostRows = 16;
constexpr std::size_t kLongestAlertName = 253;
constexpr DurationBounds kBurnWindows{std::chrono::seconds(1), std::chrono::hours(24 * 366)};

core::Alert ReadAlert(ObjectReader& alerting, std::string_view field) {
  core::Alert alert;
  if (!alerting.Has(field)) return alert;
  ObjectReader reader = alerting.Child(field);
  alert.enabled = !reader.Flag("disabled", false);
  alert.labels = ReadLabels(reader, "labels");
  alert.annotations = ReadAnnotations(reader, "annotations");
  reader.RefuseOthers();
  return alert;
}

core::BurnRow ReadRow(ObjectReader& item, const core::BudgetWindow& window) {
  core::BurnRow row;
  item.Require("severity", "write Page or Ticket");
  row.severity = item.Word<core::Severity>("severity").value_or(core::Severity::kPage);
  const bool has_long = item.Require("longWindow", "give a window, such as 1h");
  const bool has_short = item.Require("shortWindow", "give a twelfth of longWindow, such as 5m");
  const std::size_t before = item.MistakeCount();
  row.long_window = item.Time("longWindow", row.long_window, kBurnWindows);
  row.short_window = item.Time("shortWindow", row.short_window, kBurnWindows);
  if (has_long && has_short && item.MistakeCount() == before) {
    if (row.short_window >= row.long_window) {
      item.Report("shortWindow", "is not shorter than longWindow",
                  "use about a twelfth of it, so that the alert ends soon after its cause");
    }
    if (row.long_window > core::NominalLength(window)) {
      item.Report("longWindow", "is longer than the budget's window",
                  "use at most " + ToText(core::NominalLength(window)));
    }
  }
  if (item.Require("factor", "give the burn rate above which it fires, such as 14.4")) {
    row.factor = item.Number("factor", 1, {.least = 0, .most = 100'000, .above_least = true});
  }
  item.RefuseOthers();
  return row;
}

}  // namespace

std::vector<core::BurnRow> ReadBurnRates(ObjectReader& owner, const core::BudgetWindow& window) {
  std::vector<core::BurnRow> rows;
  owner.Each("burnRates", {0, kMostRows},
             [&](ObjectReader& item, std::size_t) { rows.push_back(ReadRow(item, window)); });
  return rows;
}

core::Alerting ReadAlerting(ObjectReader& objective, const core::BudgetWindow& window) {
  core::Alerting alerting;
  if (!objective.Has("alerting")) return alerting;
  ObjectReader reader = objective.Child("alerting");
  if (!reader.IsObject()) return alerting;
  alerting.name = reader.Text("name", kLongestAlertName).value_or("");
  alerting.labels = ReadLabels(reader, "labels");
  alerting.annotations = ReadAnnotations(reader, "annotations");
  alerting.page = ReadAlert(reader, "page");
  alerting.ticket = ReadAlert(reader, "ticket");
  alerting.rows = ReadBurnRates(reader, window);
  reader.RefuseOthers();
  return alerting;
}

}  // namespace slogate::spec

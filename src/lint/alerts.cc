#include <cstdio>
#include <string>
#include <vector>

#include "lint/checks.h"
#include "slogate/core/budget.h"
#include "spec/duration_text.h"

namespace slogate::lint {
namespace {

// Of burn rates, which nobody reads to many digits.
std::string Short(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

std::string RowText(const core::BurnRow& row) {
  return Short(row.factor) + " over " + spec::ToText(row.long_window);
}

}  // namespace

void CheckAlerts(const Subject& subject, Report& report) {
  const core::Alerting& alerting = subject.objective.alerting;
  const std::string field = subject.field + ".alerting";
  if (!alerting.page.enabled && !alerting.ticket.enabled) {
    report.Add("alerting-off", field, "neither a page nor a ticket is ever sent",
               "leave ticket alerts on, so that somebody learns of a slow leak");
    return;
  }
  const double most = 1 / (1 - subject.objective.target);
  std::string silent;
  std::size_t pages = 0;
  std::size_t dead = 0;
  for (const core::BurnRow& row :
       alerting.rows.empty() ? core::BurnTable(subject.slo.window) : alerting.rows) {
    const bool page = row.severity == core::Severity::kPage;
    if (!(page ? alerting.page : alerting.ticket).enabled) continue;
    const bool impossible = row.factor >= most;
    pages += page ? 1 : 0;
    dead += page && impossible ? 1 : 0;
    if (impossible) silent += (silent.empty() ? "" : ", ") + RowText(row);
  }
  if (silent.empty()) return;
  const std::string because = "at " + PercentText(subject.objective.target) +
                              " even a total outage burns at " + Short(most) + ", so the rows of " +
                              silent + " never fire";
  if (pages > 0 && dead == pages) {
    report.Add("never-pages", field, because + ": nothing pages",
               "raise the target, or give alerting.burnRates with factors below " + Short(most));
  } else {
    report.Add("row-never-fires", field, because,
               "give alerting.burnRates with factors below " + Short(most) +
                   ", or leave it: the others still fire");
  }
}

}  // namespace slogate::lint

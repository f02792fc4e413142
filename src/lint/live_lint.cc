#include "lint/live_lint.h"

#include "lint/live_checks.h"
#include "slogate/core/budget.h"
#include "spec/text/duration_text.h"

namespace slogate::lint {

std::vector<Finding> LintLive(const core::ServiceLevelObjective& slo, const LiveFacts& facts,
                              core::TimePoint at) {
  Report report;
  for (std::size_t i = 0; i < slo.objectives.size() && i < facts.objectives.size(); ++i) {
    const LiveSubject subject{slo, slo.objectives[i], facts.objectives[i], ObjectiveField(i), at};
    CheckSeries(subject, report);
    CheckBounds(subject, report);
    CheckCounts(subject, report);
    CheckTraffic(subject, report);
  }
  const core::Duration window = core::NominalLength(slo.window);
  if (facts.retention && *facts.retention < window) {
    report.Add("retention", "spec.window",
               "Prometheus forgets after " + spec::ToText(*facts.retention) +
                   " and the window is " + spec::ToText(window) +
                   ": most of the budget would never be seen",
               "start Prometheus with --storage.tsdb.retention.time of more than " +
                   spec::ToText(window) + ", or promise over a shorter window");
  }
  return report.Take();
}

}  // namespace slogate::lint

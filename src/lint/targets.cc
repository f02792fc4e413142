#include <cmath>
#include <cstdio>
#include <string>

#include "lint/checks.h"
#include "slogate/core/budget.h"
#include "spec/duration_text.h"

namespace slogate::lint {
namespace {

constexpr double kExtreme = 0.99999;
constexpr double kLow = 0.5;
constexpr double kLeastBuffer = 1.2;  // the contract's budget over the objective's
constexpr double kRounding = 1e-9;

std::string Allowance(const core::ServiceLevelObjective& slo, double target) {
  const double length = static_cast<double>(core::NominalLength(slo.window).count());
  const auto down = std::chrono::seconds(std::llround(length * (1 - target) / 1000));
  return spec::ToText(down);
}

}  // namespace

void CheckTarget(const Subject& subject, Report& report) {
  const core::SloObjective& objective = subject.objective;
  const std::string field = subject.field + ".target";
  if (objective.target >= kExtreme - kRounding) {
    report.Add("target-extreme", field,
               PercentText(objective.target) + " allows one bad event in " +
                   NumberText(std::round(1 / (1 - objective.target))) + ", or " +
                   Allowance(subject.slo, objective.target) +
                   " of outage in the window: less than anyone can act in",
               "promise what users notice, such as 99.9");
  }
  if (objective.target < kLow) {
    const double meant = objective.target * 10'000;
    report.Add("target-low", field,
               PercentText(objective.target) + " lets " + PercentText(1 - objective.target) +
                   " of the events be bad; targets are percentages",
               meant <= 99.9999 && meant >= 50 ? "write " + NumberText(meant) + " if that was meant"
                                               : "raise it, or say good for bad");
  }
  if (!objective.sla_target) return;
  const double share = (1 - *objective.sla_target) / (1 - objective.target);
  if (share < kLeastBuffer) {
    report.Add("sla-no-buffer", subject.field + ".sla",
               "the contract of " + PercentText(*objective.sla_target) +
                   " is broken almost as soon as the objective's budget is spent: nobody has time "
                   "to act in between",
               "make the objective stricter, or the contract looser");
  }
}

void CheckThreshold(const Subject& subject, Report& report) {
  if (!subject.events || !subject.events->threshold) return;
  const double threshold = *subject.events->threshold;
  const std::string& metric = subject.events->histogram;
  const std::string field = subject.field + ".indicator";
  if (metric.ends_with("_seconds") && threshold > 100) {
    report.Add("threshold-unit", field,
               NumberText(threshold) + " on " + metric + " is " + NumberText(threshold / 60) +
                   " minutes; milliseconds, perhaps?",
               "write " + NumberText(threshold / 1000) + " for " + NumberText(threshold) + " ms");
  }
  if ((metric.ends_with("_milliseconds") || metric.ends_with("_ms")) && threshold < 1) {
    report.Add("threshold-unit", field,
               NumberText(threshold) + " on " + metric +
                   " is less than a millisecond; seconds, "
                   "perhaps?",
               "write " + NumberText(threshold * 1000) + " for " + NumberText(threshold) + " s");
  }
}

}  // namespace slogate::lint

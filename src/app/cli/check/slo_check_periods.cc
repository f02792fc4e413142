#include "app/cli/check/slo_check_periods.h"

#include <optional>
#include <string>
#include <utility>

#include "app/cli/status/rollout_view.h"
#include "app/cli/terminal/span.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

// A day where it begins, else the time.
std::string BoundaryText(core::TimePoint at) {
  const std::string text = spec::ToSecondsText(at);
  return at == std::chrono::floor<std::chrono::days>(at) ? text.substr(0, text.find('T')) : text;
}

std::string WhyText(const core::ObjectiveSummary& summary, core::Duration period) {
  const core::BudgetVerdict& verdict = summary.verdicts.front();
  if (verdict.state == core::BudgetState::kUnknown) return Printable(verdict.reason);
  std::string text =
      verdict.counted ? CountText(verdict.bad) + " bad of " + CountText(verdict.events) + " events"
                      : "only ratios are known";
  if (verdict.observed < period) {
    text += ", counted in " + RoughTime(verdict.observed) + " of " + spec::ToText(period);
  }
  return text;
}

}  // namespace

void AddPeriodTasks(CheckedSlo& checked, const SloCheckTerms& terms, ports::BudgetSource& budgets,
                    std::vector<Task>& tasks) {
  const core::ServiceLevelObjective& slo = checked.requested.slo;
  const core::BudgetWindow length = terms.period ? core::BudgetWindow(*terms.period) : slo.window;
  for (const core::PastPeriod& period : core::PastPeriods(length, terms.at, terms.periods)) {
    checked.periods.push_back({period, core::OverPeriod(slo, period), {}, {}});
    checked.periods.back().readings.resize(slo.objectives.size());
  }
  for (CheckedPeriod& period : checked.periods) {
    for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
      auto plan = core::PlanBudget(period.slo, period.slo.objectives[i], period.period.to);
      if (!plan) continue;
      plan->windows.clear();
      tasks.push_back([&checked, &period, &budgets, i, asks = *std::move(plan)] {
        period.readings[i] = budgets.ReadBudget("", checked.requested.connection, asks);
      });
    }
  }
}

void JudgePeriods(CheckedSlo& checked, core::ChangePriority priority) {
  for (CheckedPeriod& period : checked.periods) {
    period.summary = core::JudgeSlo(period.slo, period.readings, priority, period.period.to);
  }
}

std::vector<PeriodRow> PeriodRowsOf(const CheckedSlo& slo, std::size_t objective) {
  std::vector<PeriodRow> rows;
  for (const CheckedPeriod& checked : slo.periods) {
    const auto& [from, to] = checked.period;
    const core::ObjectiveSummary& summary = checked.summary.objectives[objective];
    const core::BudgetVerdict& verdict = summary.verdicts.front();
    const std::optional<double> attained = core::AttainedShare(verdict);
    rows.push_back(
        {BoundaryText(from) + " to " + BoundaryText(to), core::AttainmentOf(verdict, to - from),
         attained ? Significant(100 * *attained, 6) + " %" : "-", WhyText(summary, to - from)});
  }
  return rows;
}

Json PeriodsJson(const CheckedSlo& slo, std::size_t objective) {
  return ListOf(slo.periods, [&](const CheckedPeriod& checked) -> Json {
    const auto& [from, to] = checked.period;
    const core::BudgetVerdict& verdict = checked.summary.objectives[objective].verdicts.front();
    return {{"from", spec::ToText(from)},
            {"to", spec::ToText(to)},
            {"promise", ToString(core::AttainmentOf(verdict, to - from))},
            {"attained", OrNull(core::AttainedShare(verdict))},
            {"target", verdict.target},
            {"events", NumberJson(verdict.events)},
            {"bad", NumberJson(verdict.bad)},
            {"observedSeconds", std::chrono::duration<double>(verdict.observed).count()},
            {"reason", verdict.reason}};
  });
}

}  // namespace slogate::app

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/slo/calendar.h"
#include "core/slo/findings.h"
#include "core/slo/notes.h"
#include "core/slo/objective_series.h"
#include "slogate/core/budget.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {
namespace {

// The contract is about all events, so that a cohort has no SLA.
BudgetTerms TermsOf(const ServiceLevelObjective& slo, const SloObjective& objective,
                    const std::string& cohort, double budget_factor) {
  BudgetTerms terms{objective.target, objective.sla_target, slo.window, objective.alerting.rows,
                    budget_factor};
  if (cohort.empty()) return terms;
  terms.sla_target.reset();
  if (!objective.cohorts) return terms;
  for (const CohortTarget& target : objective.cohorts->targets) {
    if (target.cohort == cohort) terms.target = target.target;
  }
  return terms;
}

BudgetVerdict JudgeBounds(const BudgetTerms& terms, const BudgetSeries& worst,
                          const BudgetSeries& best, TimePoint at) {
  BudgetVerdict verdict = JudgeBudget(terms, worst, at);
  BudgetVerdict at_best = JudgeBudget(terms, best, at);
  verdict.standing = at_best.standing;
  if (at_best.standing != BudgetStanding::kUnknown) verdict.remaining_at_best = at_best.remaining;
  verdict.silent = std::max(verdict.silent, at_best.silent);
  verdict.burns = std::move(at_best.burns);
  verdict.rows = std::move(at_best.rows);
  verdict.exhausted_in = at_best.exhausted_in;
  return verdict;
}

std::vector<BudgetVerdict> JudgeSeries(const ServiceLevelObjective& slo,
                                       const SloObjective& objective, const ObjectiveSeries& series,
                                       double budget_factor, TimePoint at) {
  std::vector<BudgetVerdict> verdicts;
  for (std::size_t i = 0; i < series.worst.size(); ++i) {
    const BudgetSeries& worst = series.worst[i];
    const BudgetTerms terms = TermsOf(slo, objective, worst.cohort, budget_factor);
    const bool bounded = series.bounded && i < series.best.size();
    verdicts.push_back(bounded ? JudgeBounds(terms, worst, series.best[i], at)
                               : JudgeBudget(terms, worst, at));
  }
  if (verdicts.empty() || !verdicts.front().cohort.empty()) {
    const BudgetTerms terms = TermsOf(slo, objective, "", budget_factor);
    verdicts.insert(verdicts.begin(), JudgeBudget(terms, {}, at));
  }
  return verdicts;
}

ObjectiveStanding JudgeObjective(const ServiceLevelObjective& slo, const SloObjective& objective,
                                 const ObjectiveSeries& series, const GateTerms& terms,
                                 TimePoint at) {
  ObjectiveStanding standing;
  standing.objective = objective.name;
  standing.dimension = objective.dimension;
  standing.mode = objective.mode;
  standing.origin = series.origin;
  standing.source = series.source;
  standing.source_message = series.source_message;
  standing.cohorts_left_out = series.cohorts_left_out;
  standing.verdicts = JudgeSeries(slo, objective, series, terms.day.budget_factor, at);
  if (series.source != SourceProblem::kNone) {
    standing.verdicts.front().reason =
        "the source failed (" + std::string(ToString(series.source)) + ")";
    if (!series.source_message.empty()) {
      standing.verdicts.front().reason += ": " + series.source_message;
    }
  } else {
    for (const BudgetVerdict& verdict : standing.verdicts) {
      for (GateFinding& finding : FindingsOf(objective, verdict, terms)) {
        standing.findings.push_back(std::move(finding));
      }
    }
    SortBySeverity(standing.findings);
  }
  standing.notes = NotesOf(objective, series, standing);
  return standing;
}

GateAction Severest(const std::vector<GateFinding>& findings) {
  GateAction severest = GateAction::kAllow;
  for (const GateFinding& finding : findings) severest = std::max(severest, finding.action);
  return severest;
}

}  // namespace

SloStanding JudgeSlo(const ServiceLevelObjective& slo, const std::vector<BudgetReading>& readings,
                     ChangePriority priority, TimePoint at) {
  const GateTerms terms{slo.gate, priority, ReadCalendar(slo.calendar, priority, at)};
  SloStanding standing;
  standing.findings = terms.day.findings;
  for (GateFinding& finding : standing.findings) SoftenByPriority(finding, terms);
  SortBySeverity(standing.findings);
  standing.action = Severest(standing.findings);
  SeriesBook book(slo, readings, at);
  for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
    standing.objectives.push_back(JudgeObjective(slo, slo.objectives[i], book.Of(i), terms, at));
    const ObjectiveStanding& objective = standing.objectives.back();
    standing.action = std::max(standing.action, Severest(objective.findings));
    if (objective.mode != Mode::kEnforce) continue;
    if (objective.source != SourceProblem::kNone) {
      standing.source_failed = true;
    } else if (slo.gate.on_no_data != GateAction::kAllow) {
      standing.no_data |= std::any_of(objective.findings.begin(), objective.findings.end(),
                                      [](const GateFinding& finding) { return finding.no_data; });
    }
  }
  return standing;
}

}  // namespace slogate::core

#include "core/slo/findings.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "core/slo/prose.h"

namespace slogate::core {
namespace {

GateAction ActionAt(const BudgetFloor& floor, double remaining) {
  if (floor.block && remaining <= *floor.block) return GateAction::kBlock;
  if (floor.warn && remaining <= *floor.warn) return GateAction::kWarn;
  return GateAction::kAllow;
}

std::string SpentWords(const BudgetVerdict& verdict, const CalendarDay& day) {
  std::string words = PercentInWords(1 - verdict.remaining) + " of the error budget is spent";
  if (verdict.remaining_at_best && *verdict.remaining_at_best != verdict.remaining) {
    words += " (at best " + PercentInWords(1 - *verdict.remaining_at_best) + ")";
  }
  if (!day.factor_names.empty()) {
    words +=
        " (" + NumberInWords(day.budget_factor) + " times the usual: " + day.factor_names + ")";
  }
  if (verdict.exhausted_in && verdict.exhausted_in->count() > 0) {
    words += "; gone in " + LengthInWords(*verdict.exhausted_in) + " at the present rate";
  }
  return words;
}

std::string OfOnly(const BudgetVerdict& verdict) {
  return "; provisional, of " + LengthInWords(verdict.observed) + " only";
}

// Blocks on what is certain: a budget that is spent at best, of a window that is known.
std::optional<GateFinding> FloorFinding(const BudgetVerdict& verdict, const GateTerms& terms) {
  const BudgetFloor& floor = terms.gate.floors[static_cast<std::size_t>(terms.priority)];
  const GateAction at_best = ActionAt(floor, verdict.remaining_at_best.value_or(verdict.remaining));
  const GateAction at_worst = ActionAt(floor, verdict.remaining);
  GateAction action = std::max(at_best, std::min(at_worst, GateAction::kWarn));
  if (verdict.provisional) action = std::min(action, GateAction::kWarn);
  if (action == GateAction::kAllow) return std::nullopt;
  std::string message = SpentWords(verdict, terms.day);
  if (action == GateAction::kBlock && *floor.block > 0) {
    message += "; " + std::string(ToString(terms.priority)) + " changes stop at " +
               PercentInWords(*floor.block) + " left";
  }
  if (verdict.provisional) message += OfOnly(verdict);
  return GateFinding{action, verdict.cohort, std::move(message)};
}

double BurnOver(const BudgetVerdict& verdict, Duration window) {
  for (const BurnReading& burn : verdict.burns) {
    if (burn.window == window) return burn.burn.value_or(0);
  }
  return 0;
}

std::optional<GateFinding> NoDataFinding(const BudgetVerdict& verdict, const GateTerms& terms) {
  GateFinding finding{terms.gate.on_no_data, "", "", true};
  if (verdict.standing == BudgetStanding::kUnknown) {
    finding.message = "the budget is unknown: " + verdict.reason;
  } else if (verdict.silent > Duration(0)) {
    finding.message =
        "no data in the last " + LengthInWords(verdict.silent) + "; all that is known is of before";
  } else {
    return std::nullopt;
  }
  return finding;
}

// One finding for each severity, of its first row that fires: tables begin with the fastest.
std::optional<GateFinding> BurnFinding(const BudgetVerdict& verdict, Severity severity,
                                       GateAction action) {
  if (action == GateAction::kAllow) return std::nullopt;
  for (const BurnRowReading& reading : verdict.rows) {
    const BurnRow& row = reading.row;
    if (row.severity != severity || !reading.firing) continue;
    const bool young = verdict.provisional && verdict.observed < row.long_window;
    return GateFinding{young ? std::min(action, GateAction::kWarn) : action, verdict.cohort,
                       "the budget burns at " + NumberInWords(BurnOver(verdict, row.long_window)) +
                           " over " + LengthInWords(row.long_window) + " and " +
                           NumberInWords(BurnOver(verdict, row.short_window)) + " over " +
                           LengthInWords(row.short_window) + "; a " +
                           (severity == Severity::kPage ? "page" : "ticket") + " from " +
                           NumberInWords(row.factor) + (young ? OfOnly(verdict) : "")};
  }
  return std::nullopt;
}

std::optional<GateFinding> SlaFinding(const BudgetVerdict& verdict) {
  if (!verdict.sla_remaining || *verdict.sla_remaining > 0 || verdict.provisional) {
    return std::nullopt;
  }
  return GateFinding{
      GateAction::kWarn, verdict.cohort,
      PercentInWords(1 - *verdict.sla_remaining) + " of what the contract (SLA) allows is spent"};
}

void Soften(GateFinding& finding, const SloObjective& objective, const GateTerms& terms) {
  if (!finding.cohort.empty()) finding.action = std::min(finding.action, terms.gate.on_cohort);
  if (objective.mode == Mode::kAdvise) finding.action = std::min(finding.action, GateAction::kWarn);
  if (!objective.leads.empty()) finding.message += "; foretells " + objective.leads;
  SoftenByPriority(finding, terms);
}

}  // namespace

void SoftenByPriority(GateFinding& finding, const GateTerms& terms) {
  if (finding.action != GateAction::kBlock || terms.priority < terms.gate.never_blocked_from) {
    return;
  }
  finding.action = GateAction::kWarn;
  finding.message += "; " + std::string(ToString(terms.priority)) + " changes are never blocked";
}

void SortBySeverity(std::vector<GateFinding>& findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const GateFinding& a, const GateFinding& b) { return a.action > b.action; });
}

std::vector<GateFinding> FindingsOf(const SloObjective& objective, const BudgetVerdict& verdict,
                                    const GateTerms& terms) {
  std::vector<GateFinding> findings;
  const auto add = [&](std::optional<GateFinding> finding) {
    if (!finding) return;
    Soften(*finding, objective, terms);
    findings.push_back(*std::move(finding));
  };
  if (verdict.standing != BudgetStanding::kUnknown) {
    add(FloorFinding(verdict, terms));
    add(SlaFinding(verdict));
  }
  if (verdict.cohort.empty()) add(NoDataFinding(verdict, terms));
  add(BurnFinding(verdict, Severity::kPage, terms.gate.on_page_burn));
  add(BurnFinding(verdict, Severity::kTicket, terms.gate.on_ticket_burn));
  SortBySeverity(findings);
  return findings;
}

}  // namespace slogate::core

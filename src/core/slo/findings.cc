#include "core/slo/findings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "slogate/core/words.h"

namespace slogate::core {
namespace {

struct Unit {
  Duration length;
  std::string_view name;
};

constexpr std::array<Unit, 5> kUnits = {{{std::chrono::hours(24), "d"},
                                         {std::chrono::hours(1), "h"},
                                         {std::chrono::minutes(1), "min"},
                                         {std::chrono::seconds(1), "s"},
                                         {Duration(1), "ms"}}};

std::string Printed(double number, std::chars_format format, int precision) {
  std::array<char, 64> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), number, format, precision);
  return error == std::errc() ? std::string(text.data(), end) : "many";
}

std::string Digits(double number, int digits) {
  return Printed(number, std::chars_format::general, digits);
}

std::string Whole(double number) { return Printed(number, std::chars_format::fixed, 0); }

std::string TwoDigits(long number) {
  const std::string text = std::to_string(number);
  return text.size() < 2 ? "0" + text : text;
}

std::string Amount(Duration length, const Unit& unit) {
  return std::to_string(length / unit.length) + " " + std::string(unit.name);
}

GateAction ActionAt(const BudgetFloor& floor, double remaining) {
  if (floor.block && remaining <= *floor.block) return GateAction::kBlock;
  if (floor.warn && remaining <= *floor.warn) return GateAction::kWarn;
  return GateAction::kAllow;
}

std::string SpentWords(const BudgetVerdict& verdict, const CalendarDay& day) {
  const bool bound = verdict.at_least_of > Duration(0);
  std::string words = (bound ? "at least " : "") + PercentInWords(1 - verdict.remaining) +
                      " of the error budget is spent";
  if (bound) {
    words += ", from " + LengthInWords(verdict.observed) + " of " +
             LengthInWords(verdict.at_least_of) + " with data";
  }
  if (verdict.remaining_at_best && *verdict.remaining_at_best != verdict.remaining) {
    words += " (at best " + PercentInWords(1 - *verdict.remaining_at_best) + ")";
  }
  if (!day.factor_names.empty()) {
    words +=
        " (" + NumberInWords(day.budget_factor) + " times the usual: " + day.factor_names + ")";
  }
  if (verdict.exhausted_in && verdict.exhausted_in->count() > 0) {
    words += "; exhausted in " + LengthInWords(*verdict.exhausted_in) + " at the present rate";
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
  if (verdict.state == BudgetState::kUnknown) {
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
  if (objective.mode == Mode::kReport) finding.action = std::min(finding.action, GateAction::kWarn);
  if (!objective.leads.empty()) finding.message += "; foretells " + objective.leads;
  SoftenByPriority(finding, terms);
}

using Notes = std::vector<std::string>;

std::string_view GapWords(CountProblem problem) {
  return WordOf<CountProblem::kTracksOverlap>(
      problem, {"", "no series", "NaN", "infinite", "several series", "more bad events than events",
                "series that cannot be compared", "series of both tracks"});
}

void NoteData(const BudgetVerdict& verdict, Notes& notes) {
  if (verdict.provisional) {
    notes.push_back("provisional: at most " + LengthInWords(verdict.observed) +
                    " of the window have data");
  }
  if (!verdict.counted && verdict.state != BudgetState::kUnknown) {
    notes.push_back(
        "an approximation: only ratios are known, so that quiet hours weigh as much as busy ones");
  }
  if (verdict.gaps.empty()) return;
  const BudgetGap& last = verdict.gaps.back();
  const bool one = verdict.gaps.size() == 1;
  const bool more = verdict.gaps.size() == kMaxGaps;
  notes.push_back("not counted: about " + LengthInWords(verdict.missed) +
                  (one ? ""
                       : " in " + std::string(more ? "at least " : "") +
                             std::to_string(verdict.gaps.size()) + " gaps, the last") +
                  " from " + TimeInWords(last.from) + " to " + TimeInWords(last.to) + " (" +
                  std::string(GapWords(last.problem)) + ")");
}

std::string RowName(const BurnRow& row) {
  return std::string(row.severity == Severity::kPage ? "the page" : "the ticket") + " at " +
         NumberInWords(row.factor);
}

// The rows of one table have ever longer windows, so that the last one that a single event reaches
// speaks for those before it.
void NoteRows(const BudgetVerdict& verdict, Notes& notes) {
  const BurnRowReading* few = nullptr;
  for (const BurnRowReading& row : verdict.rows) {
    if (row.impossible) {
      notes.push_back(RowName(row.row) + " can never fire: the largest burn of a target of " +
                      PercentInWords(verdict.target) + " is " +
                      NumberInWords(1 / (1 - verdict.target)));
    } else if (row.one_event) {
      few = &row;
    }
  }
  if (few == nullptr) return;
  const auto window = std::ranges::find_if(
      verdict.burns, [&](const BurnReading& burn) { return burn.window == few->row.long_window; });
  if (window == verdict.burns.end()) return;
  notes.push_back("low traffic: one bad event among the " + NumberInWords(window->events) +
                  " of the last " + LengthInWords(window->window) + " reaches " +
                  RowName(few->row));
}

void NoteJourney(const SloObjective& objective, const std::vector<StepLoss>& losses, Notes& notes) {
  const auto* journey = std::get_if<JourneyIndicator>(&objective.indicator);
  if (journey == nullptr || losses.empty()) return;
  double all = 0;
  for (const StepLoss& loss : losses) all += loss.lost;
  if (all <= 0) return;
  const auto worst = std::ranges::max_element(
      losses, [](const StepLoss& a, const StepLoss& b) { return a.lost < b.lost; });
  const auto step = static_cast<std::size_t>(worst - losses.begin());
  notes.push_back("most journeys are lost at " + journey->steps[step].objective + ": " +
                  PercentInWords(worst->lost / all) + " of those lost; " +
                  PercentInWords(worst->reached) + " of all reach it");
}

}  // namespace

std::string LengthInWords(Duration length) {
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (length < kUnits[i].length) continue;
    std::string words = Amount(length, kUnits[i]);
    const Duration rest = length % kUnits[i].length;
    const bool has_next = i + 1 < kUnits.size() && kUnits[i].length > std::chrono::seconds(1);
    if (has_next && rest >= kUnits[i + 1].length) words += " " + Amount(rest, kUnits[i + 1]);
    return words;
  }
  return "0 s";
}

std::string PercentInWords(double share) {
  const double percent = 100 * share;
  const double size = std::abs(percent);
  if (size > 99 && size < 100) {
    // As many nines as there are, and one digit more; at most six.
    const double nines = std::min(6.0, std::floor(-std::log10(1 - size / 100)));
    const double scale = std::pow(10, nines - 1);
    const double cut = std::min(std::trunc(percent * scale) / scale, 99.9999);
    return Digits(std::max(cut, -99.9999), 7) + " %";
  }
  if (size >= 1e6) return Digits(percent, 3) + " %";
  return (size >= 9.95 ? Whole(percent) : Digits(percent, 2)) + " %";
}

std::string NumberInWords(double number) {
  const double size = std::abs(number);
  return size >= 99.95 && size < 1e9 ? Whole(number) : Digits(number, 3);
}

std::string TimeInWords(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return std::to_string(static_cast<int>(date.year())) + "-" +
         TwoDigits(static_cast<unsigned>(date.month())) + "-" +
         TwoDigits(static_cast<unsigned>(date.day())) + " " + TwoDigits(clock.hours().count()) +
         ":" + TwoDigits(clock.minutes().count()) + " UTC";
}

void SoftenByPriority(GateFinding& finding, const GateTerms& terms) {
  if (finding.action != GateAction::kBlock || terms.priority < terms.gate.never_blocked_from) {
    return;
  }
  finding.action = GateAction::kWarn;
  finding.message += "; " + std::string(ToString(terms.priority)) + " changes are never blocked";
}

void SortBySeverity(std::vector<GateFinding>& findings) {
  std::ranges::stable_sort(
      findings, [](const GateFinding& a, const GateFinding& b) { return a.action > b.action; });
}

std::vector<GateFinding> FindingsOf(const SloObjective& objective, const BudgetVerdict& verdict,
                                    const GateTerms& terms) {
  std::vector<GateFinding> findings;
  const auto add = [&](std::optional<GateFinding> finding) {
    if (!finding) return;
    Soften(*finding, objective, terms);
    findings.push_back(*std::move(finding));
  };
  if (verdict.state != BudgetState::kUnknown) {
    add(FloorFinding(verdict, terms));
    add(SlaFinding(verdict));
  }
  if (verdict.cohort.empty()) add(NoDataFinding(verdict, terms));
  add(BurnFinding(verdict, Severity::kPage, terms.gate.on_page_burn));
  add(BurnFinding(verdict, Severity::kTicket, terms.gate.on_ticket_burn));
  SortBySeverity(findings);
  return findings;
}

std::vector<std::string> NotesOf(const SloObjective& objective, const ObjectiveSeries& series,
                                 const ObjectiveSummary& summary) {
  Notes notes = series.warnings;
  const BudgetVerdict& all_events = summary.verdicts.front();
  NoteData(all_events, notes);
  NoteRows(all_events, notes);
  NoteJourney(objective, series.losses, notes);
  if (series.bounded && all_events.state != BudgetState::kUnknown) {
    notes.push_back("only bounds are known: a request may fail in several parts at once");
  }
  if (series.cohorts_left_out > 0) {
    notes.push_back(std::to_string(series.cohorts_left_out) + " smaller cohorts are not judged");
  }
  return notes;
}

}  // namespace slogate::core

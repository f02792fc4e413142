#include "core/slo/notes.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "core/slo/prose.h"

namespace slogate::core {
namespace {

using Notes = std::vector<std::string>;

std::string_view GapWords(CountProblem problem) {
  switch (problem) {
    case CountProblem::kNone:
      return "";
    case CountProblem::kNoSeries:
      return "no series";
    case CountProblem::kNotANumber:
      return "NaN";
    case CountProblem::kInfinite:
      return "infinite";
    case CountProblem::kSeveralSeries:
      return "several series";
    case CountProblem::kInconsistent:
      return "more bad events than events";
  }
  return "";
}

void NoteData(const BudgetVerdict& verdict, Notes& notes) {
  if (verdict.provisional) {
    notes.push_back("provisional: at most " + LengthInWords(verdict.observed) +
                    " of the window have data");
  }
  if (!verdict.counted && verdict.standing != BudgetStanding::kUnknown) {
    notes.push_back("only the ratio is known, so that quiet hours weigh as much as busy ones");
  }
  if (verdict.gaps.empty()) return;
  const BudgetGap& last = verdict.gaps.back();
  const bool one = verdict.gaps.size() == 1;
  const bool more = verdict.gaps.size() == kMostGaps;
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
  const auto window =
      std::find_if(verdict.burns.begin(), verdict.burns.end(),
                   [&](const BurnReading& burn) { return burn.window == few->row.long_window; });
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
  const auto worst =
      std::max_element(losses.begin(), losses.end(),
                       [](const StepLoss& a, const StepLoss& b) { return a.lost < b.lost; });
  const auto step = static_cast<std::size_t>(worst - losses.begin());
  notes.push_back("most journeys are lost at " + journey->steps[step].objective + ": " +
                  PercentInWords(worst->lost / all) + " of those lost; " +
                  PercentInWords(worst->reached) + " of all reach it");
}

}  // namespace

std::vector<std::string> NotesOf(const SloObjective& objective, const ObjectiveSeries& series,
                                 const ObjectiveStanding& standing) {
  Notes notes = series.warnings;
  const BudgetVerdict& all_events = standing.verdicts.front();
  NoteData(all_events, notes);
  NoteRows(all_events, notes);
  NoteJourney(objective, series.losses, notes);
  if (series.bounded && all_events.standing != BudgetStanding::kUnknown) {
    notes.push_back("only bounds are known: a request may fail in several parts at once");
  }
  if (series.cohorts_left_out > 0) {
    notes.push_back(std::to_string(series.cohorts_left_out) + " smaller cohorts are not judged");
  }
  return notes;
}

}  // namespace slogate::core

// What recording rules keep of an objective: Pyrra's names, recorded counts, recorded ratios.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/prometheus/budget/budget_table.h"
#include "slogate/core/budget_reading.h"

namespace slogate::adapters::prometheus {

struct PyrraSeries {
  core::Selector total;  // increases over the budget window
  core::Selector part;
  promql::PartMeaning meaning = promql::PartMeaning::kBad;
  std::vector<core::LabelMatcher> burns;  // of bad ratios, each named after its window
};

// Pyrra's objective has one name, the label `slo`; it is the plan's objective. Nothing for
// indicators that Pyrra does not know.
std::optional<PyrraSeries> PyrraSeriesOf(const core::BudgetPlan& plan);

// The newest values, of samples in `range`: the two sums tagged, the burn rates under their names.
std::string PyrraQuery(const PyrraSeries& series, std::string_view range);

inline constexpr std::string_view kPyrraTotal = "pyrra_total";  // tags
inline constexpr std::string_view kPyrraPart = "pyrra_part";
inline constexpr std::string_view kPyrraBurn = ":burnrate";  // between a metric and its window

// Which series recording rules keep of an objective.

// The newest values of recorded series, none older than a few rule intervals.
struct Recorded {
  bool buckets = false;  // one series each of all and of bad events, and cohorts' when wanted
  std::map<core::Duration, double> sloth;  // bad ratio over each window
  std::map<core::Duration, double> pyrra;
  // Of Pyrra, over the whole budget window.
  std::optional<core::Counts> pyrra_counts;
};

// Looks for series of slogate's own rules, of Sloth's and of Pyrra's in one query; nothing without
// plan.service. Series that exist and cannot be used become a note.
Answered<Recorded> FindRecorded(BudgetQuestions& questions, const core::BudgetPlan& plan);

// Budgets of which only the bad ratio is known, over the budget window and over the burn windows.

using Ratios = std::map<core::Duration, double>;  // by the length of the window

// Out of recorded ratios; nothing when one is missing or that of the budget window is no ratio, or
// when the budget window is not the rolling one that rules cover over.
std::optional<core::BudgetSeries> SeriesOfRatios(const core::BudgetPlan& plan,
                                                 const Ratios& ratios);

// The same of Pyrra's rules, whose budget is a count. Windows that it does not record, or of which
// it recorded no number, have no series.
std::optional<core::BudgetSeries> SeriesOfPyrra(const core::BudgetPlan& plan,
                                                const Recorded& recorded);

// Burn windows without a series get their recorded ratio.
void FillFrom(const Ratios& ratios, const core::BudgetPlan& plan, core::BudgetSeries& series);

// Of a series that was read as one chunk: nothing is known of the budget window before `since`.
void BeginAt(core::TimePoint since, const core::BudgetPlan& plan, core::BudgetSeries& series);

// How finely it is looked since when there is something: a sixtieth of the budget window, at least
// a chunk.
core::Duration SeenStep(const core::BudgetPlan& plan);

// Since when, within the budget window, a query about the time just before has had an answer, at
// most a SeenStep too early; plan.at when never.
Answered<core::TimePoint> FirstSeen(BudgetQuestions& questions, const core::BudgetPlan& plan,
                                    const std::function<std::string(core::Duration)>& seen_in);

// The same of Sloth's rules: since when they have been evaluated.
Answered<core::TimePoint> SlothSince(BudgetQuestions& questions, const core::BudgetPlan& plan);

// Evaluates plan's own RatioIndicator over every window, in one query.
Answered<core::BudgetSeries> AskForRatios(BudgetQuestions& questions, const core::BudgetPlan& plan);

}  // namespace slogate::adapters::prometheus

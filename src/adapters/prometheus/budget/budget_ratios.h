// Budgets of which only the bad ratio is known, over the budget window and over the burn windows.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "adapters/prometheus/budget/budget_recorded.h"
#include "adapters/prometheus/budget/budget_table.h"
#include "slogate/core/budget_reading.h"

namespace slogate::adapters::prometheus {

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

// Since when, within the budget window, a query about the time just before has had an answer, to a
// sixtieth of the window; plan.at when never.
Answered<core::TimePoint> FirstSeen(BudgetQuestions& questions, const core::BudgetPlan& plan,
                                    const std::function<std::string(core::Duration)>& seen_in);

// The same of Sloth's rules: since when they have been evaluated.
Answered<core::TimePoint> SlothSince(BudgetQuestions& questions, const core::BudgetPlan& plan);

// Evaluates plan's own RatioIndicator over every window, in one query.
Answered<core::BudgetSeries> AskForRatios(BudgetQuestions& questions, const core::BudgetPlan& plan);

}  // namespace slogate::adapters::prometheus

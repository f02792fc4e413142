// What Pyrra's recording rules call an objective's series. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/prometheus/budget/budget_parts.h"
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

}  // namespace slogate::adapters::prometheus

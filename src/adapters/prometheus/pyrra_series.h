// What Pyrra's recording rules call an objective's series. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/prometheus/budget_parts.h"
#include "slogate/core/budget_reading.h"

namespace slogate::adapters::prometheus {

struct PyrraSeries {
  core::Selector total;  // increases over the budget window
  core::Selector part;
  PartMeaning meaning = PartMeaning::kBad;
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

}  // namespace slogate::adapters::prometheus

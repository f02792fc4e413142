// Names of recorded series: what `gate rules` writes and what reading a budget looks for. Those of
// Sloth are kept, so that its users' dashboards go on.
#pragma once

#include <string>
#include <string_view>

#include "slogate/core/time.h"

namespace slogate::spec {

inline constexpr std::string_view kSlothId = "sloth_id";  // <service>-<objective>
inline constexpr std::string_view kSlothService = "sloth_service";
inline constexpr std::string_view kSlothSlo = "sloth_slo";  // the objective's name
inline constexpr std::string_view kSlothWindow = "sloth_window";

inline constexpr std::string_view kObjectiveRatio = "slo:objective:ratio";
inline constexpr std::string_view kErrorBudgetRatio = "slo:error_budget:ratio";
inline constexpr std::string_view kPeriodDays = "slo:time_period:days";
inline constexpr std::string_view kCurrentBurn = "slo:current_burn_rate:ratio";
inline constexpr std::string_view kPeriodBurn = "slo:period_burn_rate:ratio";
inline constexpr std::string_view kBudgetRemaining = "slo:period_error_budget_remaining:ratio";
inline constexpr std::string_view kSlothInfo = "sloth_slo_info";

// Events of each five minutes, of which a budget is the sum: what one NaN cannot poison. A tile is
// recorded every five minutes, so that tiles neither overlap nor leave time out.
inline constexpr core::Duration kTile = std::chrono::minutes(5);
inline constexpr std::string_view kTotalTile = "slo:sli_total:increase5m";
inline constexpr std::string_view kBadTile = "slo:sli_bad:increase5m";

// "slo:sli_error:ratio_rate" and the window, such as 5m.
inline std::string RatioName(std::string_view window) {
  return "slo:sli_error:ratio_rate" + std::string(window);
}

}  // namespace slogate::spec

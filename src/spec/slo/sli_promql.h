// PromQL that counts an objective's events, for rules and for reading budgets.
//
// Every name and value is quoted; nothing in an objective can leave its place. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/slo.h"
#include "slogate/core/time.h"

namespace slogate::spec {

// Names of recorded series: what `gate rules` writes and what reading a budget checks for. Those of
// Sloth are kept, so that its users' dashboards go on.

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

// Events of each five minutes, of which a budget is the sum: what one NaN cannot poison. A bucket
// is recorded every five minutes, so that buckets neither overlap nor leave time out.
inline constexpr core::Duration kBucket = std::chrono::minutes(5);
// Burn windows up to here are read from the counters themselves, since buckets are up to five
// minutes old; longer ones are sums of buckets, since all samples of their counters are dear.
inline constexpr core::Duration kLongestRawWindow = std::chrono::hours(6);
inline constexpr std::string_view kTotalBucket = "slo:sli_total:increase5m";
inline constexpr std::string_view kBadBucket = "slo:sli_bad:increase5m";

// Sums of buckets over the budget window, and what its budget allows.
inline constexpr std::string_view kPeriodTotal = "slo:period_total:events";
inline constexpr std::string_view kPeriodBad = "slo:period_bad:events";
inline constexpr std::string_view kBudgetEvents = "slo:error_budget:events";

inline constexpr std::string_view kSlaRatio = "slo:sla:ratio";
inline constexpr std::string_view kSlaRemaining = "slo:period_sla_budget_remaining:ratio";

// Composites known by their parts only: as if no two of them failed together it is the names above,
// and as if they failed together as far as they can, these.
inline constexpr std::string_view kBestBadBucket = "slo:sli_bad_at_best:increase5m";
inline constexpr std::string_view kBestPeriodBad = "slo:period_bad_at_best:events";
inline constexpr std::string_view kBestRemaining =
    "slo:period_error_budget_remaining_at_best:ratio";

// Cohorts have names of their own: whoever sums Sloth's names must not count events twice. The
// cohort is the value of slo_cohort; events without the cohort's label have no such label.
inline constexpr std::string_view kCohortLabel = "slo_cohort";
inline constexpr std::string_view kCohortTotalBucket = "slo:cohort_total:increase5m";
inline constexpr std::string_view kCohortBadBucket = "slo:cohort_bad:increase5m";
inline constexpr std::string_view kCohortPeriodTotal = "slo:cohort_period_total:events";
inline constexpr std::string_view kCohortPeriodBad = "slo:cohort_period_bad:events";
inline constexpr std::string_view kCohortObjective = "slo:cohort_objective:ratio";
inline constexpr std::string_view kCohortRemaining = "slo:cohort_budget_remaining:ratio";

inline std::string CohortRatioName(std::string_view window) {
  return "slo:cohort_error:ratio_rate" + std::string(window);
}
inline std::string BestRatioName(std::string_view window) {
  return "slo:sli_error_at_best:ratio_rate" + std::string(window);
}

// "slo:sli_error:ratio_rate" and the window, such as 5m.
inline std::string RatioName(std::string_view window) {
  return "slo:sli_error:ratio_rate" + std::string(window);
}

// Whether a person may give recorded series a label of this name: it is one of Prometheus, and not
// one of those that tell the series apart.
bool IsFreeLabel(std::string_view name);

// What an indicator counts over one window. Empty `total` and `bad`: only the ratio is known.
struct SliPromql {
  std::string total;  // events, a number for each cohort; increase(), not extrapolated by us
  std::string bad;    // bad events; 0 where there are events and none was bad
  std::string ratio;  // bad / total, as rate()s; no sample where there are no events
};

// `window` as PromQL writes it, such as 5m. `by`: labels to keep; empty: one number. A NaN of one
// series leaves that series out, not the sum.
SliPromql PromqlOf(const std::variant<core::Indicator, core::RatioIndicator>& indicator,
                   std::string_view window, const std::vector<std::string>& by = {});

// Its ratio alone.
std::string RatioPromqlOf(const std::variant<core::Indicator, core::RatioIndicator>& indicator,
                          std::string_view window, const std::vector<std::string>& by = {});

// Events of one bucket. Those of counters are exact: what is between the last sample and that of
// the bucket before, or the first one of a series that is new; increase() only where one began
// again or such a sample is not a number.
struct SliEvents {
  std::string total;
  std::string bad;
};
SliEvents BucketOf(const core::Indicator& indicator, const std::vector<std::string>& by = {});

// "30d", "4w", "1h", "90m": the largest unit that is exact, years and weeks included, as in the
// names of Sloth's rules: 28 days are 4w.
std::string PromqlDuration(core::Duration duration);

}  // namespace slogate::spec

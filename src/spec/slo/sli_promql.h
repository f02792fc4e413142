// PromQL that counts an objective's events, for rules and for reading budgets.
//
// Every name and value is quoted; nothing in an objective can leave its place. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/budget_reading.h"
#include "slogate/core/slo.h"

namespace slogate::spec {

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

// "30d", "4w", "1h", "90m": the largest unit that is exact, years and weeks included, as in the
// names of Sloth's rules: 28 days are 4w.
std::string PromqlDuration(core::Duration duration);

}  // namespace slogate::spec

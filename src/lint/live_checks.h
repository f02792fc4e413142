// The checks of live data, one family a file.
#pragma once

#include "lint/lint.h"
#include "lint/live_lint.h"

namespace slogate::lint {

struct LiveSubject {
  const core::ServiceLevelObjective& slo;
  const core::SloObjective& objective;
  const ObjectiveFacts& facts;
  std::string field;  // spec.objectives[2]
  core::TimePoint at;
};

// Whether all events were counted once, and no series of them is there now.
bool IsStale(const ObjectiveFacts& facts);

void CheckSeries(const LiveSubject& subject, Report& report);   // are there any, too many
void CheckBounds(const LiveSubject& subject, Report& report);   // is the threshold a bound
void CheckCounts(const LiveSubject& subject, Report& report);   // do they move as they should
void CheckTraffic(const LiveSubject& subject, Report& report);  // does one bad event page

}  // namespace slogate::lint

// The checks, one family a file. Each checks one thing and adds what it finds to the report.
#pragma once

#include "lint/events_view.h"
#include "lint/lint.h"
#include "slogate/core/slo.h"
#include "slogate/core/time.h"

namespace slogate::lint {

// One objective of an SLO.
struct LintSubject {
  const core::ServiceLevelObjective& slo;
  const core::SloObjective& objective;
  std::string field;                 // spec.objectives[2]
  std::optional<EventsView> events;  // absent: it takes no series itself
};

void CheckPolarity(const LintSubject& subject, Report& report);  // good and bad mixed up
void CheckPart(const LintSubject& subject, Report& report);      // the part is no part of the total
void CheckLabels(const LintSubject& subject, Report& report);    // labels that never join, cohorts
void CheckQueries(const LintSubject& subject, Report& report);   // PromQL that counts wrongly
void CheckCost(const LintSubject& subject, Report& report);      // expensive selectors
void CheckTarget(const LintSubject& subject, Report& report);    // unlikely targets, SLA
void CheckAlerts(const LintSubject& subject, Report& report);    // alerts that never fire
void CheckThreshold(const LintSubject& subject, Report& report);  // milliseconds for seconds
void CheckStructure(const LintSubject& subject, Report& report);  // composites and journeys
void CheckProxy(const LintSubject& subject, Report& report);      // quality that is availability
// Neither latency nor quality is promised.
void CheckDimensions(const core::ServiceLevelObjective& slo, Report& report);
bool OnlyAvailability(const core::ServiceLevelObjective& slo);
void CheckRepeats(const core::ServiceLevelObjective& slo, Report& report);
void CheckTracks(const core::Policy& policy, Report& report);  // series that both tracks select
void CheckCalendar(const core::ServiceLevelObjective& slo, std::optional<core::TimePoint> at,
                   Report& report);

// Whether a selector picks good or bad events, by the words in it.
enum class Sense { kUnknown, kGood, kBad };

Sense Opposite(Sense sense);

// Of label values such as code=~"5.." or outcome="success", of le="3", and of names such as
// errors_total. Mixed signs are unknown.
Sense SenseOf(const core::Selector& selector);

// Of what an expression counts: total - good is bad.
Sense SenseOf(const promql::Expression& text);

// The checks of live data.
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

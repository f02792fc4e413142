#include "rules/dashboard_shape.h"

#include <algorithm>
#include <chrono>

#include "rules/groups.h"
#include "rules/sli_events.h"
#include "rules/subject.h"

namespace slogate::rules {
namespace {

void Add(const Subject& subject, DashboardShape& shape) {
  shape.windows.insert(subject.windows.begin(), subject.windows.end());
  shape.period = std::max(shape.period, subject.period);
  for (const core::BurnRow& row : subject.rows) {
    const bool page = row.severity == core::Severity::kPage;
    (page ? shape.page_factors : shape.ticket_factors).insert(row.factor);
  }
  shape.counted = shape.counted || IsCounted(subject);
  shape.bounded = shape.bounded || BoundedBy(subject.objective) != nullptr;
  shape.cohorts = shape.cohorts || !CohortRecordings(subject).empty();
  shape.sla = shape.sla || subject.objective.sla_target.has_value();
}

}  // namespace

DashboardShape ShapeOf(const std::vector<core::ServiceLevelObjective>& slos) {
  DashboardShape shape;
  for (const core::ServiceLevelObjective& slo : slos) {
    shape.services.insert(slo.service);
    for (const core::SloObjective& objective : slo.objectives) {
      Add(SubjectOf(slo, objective), shape);
    }
  }
  const auto distance = [](core::Duration window) {
    return std::chrono::abs(window - core::Duration(std::chrono::hours(1)));
  };
  shape.present = *std::min_element(
      shape.windows.begin(), shape.windows.end(),
      [&](core::Duration one, core::Duration other) { return distance(one) < distance(other); });
  return shape;
}

}  // namespace slogate::rules

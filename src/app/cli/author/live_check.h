// What a Prometheus says of objectives before they are used.
#pragma once

#include <string>
#include <vector>

#include "lint/lint.h"
#include "slogate/core/policy.h"
#include "slogate/core/slo.h"
#include "slogate/core/time.h"
#include "slogate/ports/budget_source.h"
#include "slogate/ports/survey.h"

namespace slogate::app {

struct LiveSource {
  ports::MetricsCatalogue& catalogue;
  ports::BudgetSource& budgets;
  const ports::MetricsConnection& connection;
  core::TimePoint now{};
};

struct LiveCheck {
  std::vector<lint::Finding> findings;
  std::string failure;  // why Prometheus did not answer; empty: it did
};

// Asks about each objective until something fails; what comes after is not judged. `policy`: the
// one that the objectives are of, whose queries are tried and whose tracks must not overlap; null:
// none.
LiveCheck CheckLive(const LiveSource& source, const core::ServiceLevelObjective& slo,
                    const core::Policy* policy);

}  // namespace slogate::app

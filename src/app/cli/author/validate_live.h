// What gate validate asks a Prometheus about objectives.
#pragma once

#include <string>

#include "lint/lint.h"
#include "slogate/core/slo.h"
#include "slogate/ports/budget_source.h"
#include "slogate/ports/metrics_source.h"
#include "slogate/ports/survey.h"

namespace slogate::app {

struct LiveSources {
  ports::MetricsCatalogue& catalogue;
  ports::BudgetSource& budgets;
  const ports::MetricsConnection& connection;
};

struct LiveGathering {
  lint::LiveFacts facts;
  std::string failure;  // why Prometheus did not answer; empty: it did
};

// Stops at the first call that fails. `of_arms`: the objectives are a policy's, whose PromQL tells
// tracks apart and is not read.
LiveGathering GatherFacts(const core::ServiceLevelObjective& slo, bool of_tracks,
                          const LiveSources& sources, core::TimePoint now);

}  // namespace slogate::app

// Grafana dashboards of the series that rules and the controller record.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/slo.h"

namespace slogate::rules {

struct DashboardOptions {
  std::string title = "Service level objectives";
  std::string datasource;  // name of the Prometheus data source; empty: Grafana's default
};

// Dashboard JSON for Grafana 11 (schemaVersion 39): budgets, burn rates, events, cohorts and
// rollouts of these SLOs, chosen by template variables. `slos` is not empty. Pure.
std::string DashboardOf(const std::vector<core::ServiceLevelObjective>& slos,
                        const DashboardOptions& options);

}  // namespace slogate::rules

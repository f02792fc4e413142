// What a dashboard has to show for the objectives it is made for.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "slogate/core/slo.h"

namespace slogate::rules {

struct DashboardShape {
  std::set<std::string> services;
  std::set<core::Duration> windows;  // of recorded ratios
  std::set<double> page_factors;     // burns that page
  std::set<double> ticket_factors;
  core::Duration present{0};  // window of the present burn: an hour, or what comes nearest
  core::Duration period{0};   // the longest budget window
  bool counted = false;       // each of these: of any objective
  bool bounded = false;
  bool cohorts = false;
  bool sla = false;
};

// `slos` is not empty.
DashboardShape ShapeOf(const std::vector<core::ServiceLevelObjective>& slos);

// Grafana dashboards of the series that rules and the controller record.

struct DashboardOptions {
  std::string title = "Service level objectives";
  std::string datasource;  // name of the Prometheus data source; empty: Grafana's default
};

// Dashboard JSON for Grafana 11 (schemaVersion 39): budgets, burn rates, events, cohorts and
// rollouts of these SLOs, chosen by template variables. `slos` is not empty. Pure.
std::string DashboardOf(const std::vector<core::ServiceLevelObjective>& slos,
                        const DashboardOptions& options);

}  // namespace slogate::rules

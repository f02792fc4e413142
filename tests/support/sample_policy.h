// A policy that is in order, with nothing in it that a test does not need.
#pragma once

#include <chrono>
#include <string>

#include "slogate/core/policy.h"

namespace slogate::tests {

inline core::Route RouteTo(const std::string& name) {
  core::Route route;
  route.name = name;
  route.canary_service = "app-canary";
  route.baseline_service = "app";
  return route;
}

// The Deployment app and its canary behind the route app, by 10 % and 50 % of two minutes each.
inline core::Policy SamplePolicy() {
  using std::chrono::minutes;
  core::Policy policy;
  policy.workload.deployment = "app";
  policy.workload.canary_deployment = "app-canary";
  policy.workload.scale_down_delay = core::Duration(0);
  policy.routes = {RouteTo("app")};
  policy.prometheus.address = "http://prometheus:9090";
  policy.prometheus.scrape_interval = std::chrono::seconds(5);
  policy.tracks.canary = {{"track", core::LabelMatcher::Op::kEqual, "canary"}};
  policy.tracks.baseline = {{"track", core::LabelMatcher::Op::kEqual, "baseline"}};
  core::Objective& objective = policy.objectives.emplace_back();
  objective.name = "availability";
  objective.indicator = core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false};
  policy.steps = {{.weight_percent = 10, .min_duration = minutes(2)},
                  {.weight_percent = 50, .min_duration = minutes(2)}};
  return policy;
}

}  // namespace slogate::tests

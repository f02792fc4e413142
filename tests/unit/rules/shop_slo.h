// A ServiceLevelObjective with one objective of every kind.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "slogate/core/slo.h"

namespace slogate::rules {

inline core::LabelMatcher Is(std::string label, std::string value) {
  return {std::move(label), core::LabelMatcher::Op::kEqual, std::move(value)};
}

inline core::Indicator Requests(const std::string& metric) {
  return core::CounterIndicator{
      {metric, {}}, {metric, {{"code", core::LabelMatcher::Op::kMatch, "5.."}}}, false};
}

inline core::SloObjective MakeObjective(std::string name, double target, core::Sli indicator) {
  core::SloObjective objective;
  objective.name = std::move(name);
  objective.target = target;
  objective.indicator = std::move(indicator);
  return objective;
}

inline core::ServiceLevelObjective MakeSlo(std::vector<core::SloObjective> objectives) {
  core::ServiceLevelObjective slo;
  slo.name = "shop";
  slo.service = "shop";
  slo.owner = "payments";
  slo.labels = {{"repo", "example/shop"}};
  slo.objectives = std::move(objectives);
  return slo;
}

inline core::ServiceLevelObjective ShopSlo() {
  using std::string;
  const core::SloObjective availability =
      MakeObjective("availability", 0.995, Requests("http_requests_total"));
  const core::SloObjective latency = MakeObjective(
      "latency", 0.99,
      core::Indicator(core::HistogramIndicator{{"http_seconds", {Is("job", "shop")}}, 0.3}));
  core::SloObjective cohorts = MakeObjective("by-region", 0.99, Requests("http_requests_total"));
  cohorts.cohorts = core::SloCohorts{"region", 50, {{"eu", 0.999}}};
  const core::SloObjective score = MakeObjective(
      "score", 0.9,
      core::Indicator(core::ScoreIndicator{{"graded_total", {}}, {"scores_total", {}}, {}}));
  const core::SloObjective ratio =
      MakeObjective("ratio", 0.99, core::RatioIndicator{"1 - avg_over_time(up[{{.window}}])"});
  const core::SloObjective rates =
      MakeObjective("rates", 0.98,
                    core::Indicator(core::PromqlIndicator{"sum(rate(asked_total[{{.window}}]))",
                                                          "sum(rate(empty_total[{{.window}}]))",
                                                          false, false, true}));
  const core::SloObjective composite = MakeObjective(
      "good", 0.98, core::CompositeIndicator{{"availability", "latency"}, std::nullopt});
  const core::SloObjective exact = MakeObjective(
      "exactly-good", 0.98,
      core::CompositeIndicator{{"availability", "latency"}, Requests("judged_total")});
  const core::SloObjective journey = MakeObjective(
      "purchase", 0.97,
      core::JourneyIndicator{{{"availability", 1, {}}, {"latency", 0.5, {"availability"}}}});
  core::SloObjective promised = availability;
  promised.name = "promised";
  promised.sla_target = 0.99;
  return MakeSlo(
      {availability, latency, cohorts, score, ratio, rates, composite, exact, journey, promised});
}

}  // namespace slogate::rules

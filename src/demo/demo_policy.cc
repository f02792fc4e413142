#include "demo/demo_policy.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace slogate::demo {
namespace {

DemoScenario Good(const char* name, const char* story, Trouble trouble) {
  return {{{kDemoNamespace, name}, story, core::Phase::kPromoted, {}}, "good", trouble};
}

DemoScenario Bad(const char* name, const char* story, const char* profile,
                 const char* failed_objectives) {
  return {{{kDemoNamespace, name}, story, core::Phase::kRolledBack, {failed_objectives}},
          profile,
          Trouble::kNone};
}

DemoScenario BudgetBurn() {
  DemoScenario scenario =
      Good("budget-burn", "good; for a while both versions fail", Trouble::kSharedIncident);
  scenario.release.right_pause = core::Reason::kBudgetBurning;
  return scenario;
}

}  // namespace

std::vector<DemoScenario> Scenarios() {
  return {Good("good", "as good as the old version", Trouble::kNone),
          Bad("errors", "5 % of the requests fail; 0.5 % did", "errors", "availability"),
          Bad("slow-tail", "8 % are slow, 1 % was; the median is the same", "slow-tail", "latency"),
          Bad("wrong-answers", "fast, no errors, but 15 % wrong; 3 % were", "wrong", "quality"),
          Good("metrics-outage", "good, but its Prometheus fails for a while",
               Trouble::kPrometheusFails),
          BudgetBurn()};
}

std::string ToString(Trouble trouble) {
  switch (trouble) {
    case Trouble::kNone:
      return "";
    case Trouble::kPrometheusFails:
      return "Prometheus fails";
    case Trouble::kSharedIncident:
      return "both versions fail";
  }
  return "";
}

using nlohmann::json;

namespace {

json Objective(const char* name, double target, json indicator) {
  return {
      {"name", name}, {"dimension", name}, {"target", target}, {"indicator", std::move(indicator)}};
}

json Counters(const std::string& total, const std::string& bad) {
  return {{"counters", {{"total", total}, {"bad", bad}}}};
}

// The series of this workload only: its error budget is that of both tracks together.
std::string Of(const std::string& name, const char* metric, const char* matcher = nullptr) {
  std::string selector = std::string(metric) + "{service=~\"" + name + "-(canary|baseline)\"";
  if (matcher != nullptr) selector += std::string(",") + matcher;
  return selector + "}";
}

// Seconds where a real cluster has minutes and hours.
json BurnRates() {
  return {{{"severity", "Page"}, {"longWindow", "8s"}, {"shortWindow", "3s"}, {"factor", 4}}};
}

json Objectives(const std::string& name) {
  json objectives = {
      Objective("availability", 99,
                Counters(Of(name, "http_requests_total"),
                         Of(name, "http_requests_total", "code=~\"5..\""))),
      Objective("latency", 98,
                {{"histogram",
                  {{"metric", Of(name, "http_request_duration_seconds")}, {"threshold", 0.3}}}}),
      Objective(
          "quality", 95,
          Counters(Of(name, "answers_total"), Of(name, "answers_total", "grounded=\"false\"")))};
  for (json& objective : objectives) {
    objective["window"] = "10m";
    objective["burnRates"] = BurnRates();
  }
  return objectives;
}

// Minutes or hours in a real cluster.
json Steps() {
  return {{{"weight", 10}, {"minDuration", "6s"}},
          {{"weight", 25}, {"minDuration", "6s"}},
          {{"weight", 50}, {"minDuration", "6s"}, {"require", "ProvenNotWorse"}}};
}

json PolicySpec(const std::string& name, const std::string& prometheus) {
  const auto matcher = [](const std::string& service) { return "service=\"" + service + "\""; };
  return {
      {"workload",
       {{"ref", {{"kind", "Deployment"}, {"name", name}}},
        {"scaleDownDelay", "1s"},
        {"progressDeadline", "60s"}}},
      {"routes",
       {{{"httpRoute",
          {{"name", name},
           {"canaryService", CanaryService(name)},
           {"baselineService", BaselineService(name)}}},
         {"settleTime", "500ms"}}}},
      {"prometheus",
       {{"address", prometheus},
        {"timeout", "5s"},
        {"scrapeInterval", "250ms"},
        {"scrapesPerBlock", 4}}},
      {"tracks",
       {{"canary", matcher(CanaryService(name))}, {"baseline", matcher(BaselineService(name))}}},
      {"objectives", Objectives(name)},
      {"budget", {{"onBurning", "Pause"}}},
      {"steps", Steps()}};
}

}  // namespace

std::string CanaryService(const std::string& name) { return name + "-canary"; }
std::string BaselineService(const std::string& name) { return name + "-baseline"; }
std::string BaselineDeployment(const std::string& name) { return name + "-baseline"; }

json DemoPolicy(const std::string& name, const std::string& prometheus) {
  return {{"apiVersion", "slogate.dev/v1alpha1"},
          {"kind", "RolloutPolicy"},
          {"metadata", {{"name", name}, {"namespace", kDemoNamespace}}},
          {"spec", PolicySpec(name, prometheus)}};
}

}  // namespace slogate::demo

#include "demo/scenarios.h"

#include "demo/demo_policy.h"

namespace slogate::demo {
namespace {

Scenario Good(const char* name, const char* story, Trouble trouble) {
  return {{{kDemoNamespace, name}, story, core::Phase::kPromoted, {}}, "good", trouble};
}

Scenario Bad(const char* name, const char* story, const char* profile, const char* blamed) {
  return {
      {{kDemoNamespace, name}, story, core::Phase::kRolledBack, {blamed}}, profile, Trouble::kNone};
}

Scenario BudgetBurn() {
  Scenario scenario =
      Good("budget-burn", "good; for a while both versions fail", Trouble::kSharedIncident);
  scenario.release.right_pause = core::Reason::kBudgetBurning;
  return scenario;
}

}  // namespace

std::vector<Scenario> Scenarios() {
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

}  // namespace slogate::demo

#include "sandbox/demo/scenarios.h"

#include "sandbox/demo/demo_objects.h"

namespace slogate::sandbox {
namespace {

Scenario Good(const char* name, const char* story, bool prometheus_fails) {
  return {{{kDemoNamespace, name}, story, core::Phase::kPromoted, {}}, "good", prometheus_fails};
}

Scenario Bad(const char* name, const char* story, const char* profile, const char* blamed) {
  return {{{kDemoNamespace, name}, story, core::Phase::kRolledBack, {blamed}}, profile, false};
}

}  // namespace

std::vector<Scenario> Scenarios() {
  return {Good("good", "as good as the old version", false),
          Bad("errors", "5 % of the requests fail; 0.5 % did", "errors", "availability"),
          Bad("slow-tail", "8 % are slow, 1 % was; the median is the same", "slow-tail", "latency"),
          Bad("wrong-answers", "fast, no errors, but 15 % wrong; 3 % were", "wrong", "quality"),
          Good("metrics-outage", "good, but its Prometheus fails for a while", true)};
}

}  // namespace slogate::sandbox

#include "support/right_end.h"

namespace slogate::testing {

RightEnd RightEndOf(const RolloutSettings& settings) {
  if (settings.behaviour == "crash") return {"RolledBack", {}, "CanaryRestarts"};
  if (settings.behaviour == "never") return {"RolledBack", {}, "CanaryNeverAvailable"};
  if (settings.candidate == settings.baseline) return {"Promoted", {}, ""};
  if (settings.candidate == "errors") return {"RolledBack", {"availability"}, "CanaryWorse"};
  if (settings.candidate == "slow-tail") return {"RolledBack", {"latency"}, "CanaryWorse"};
  if (settings.candidate == "wrong") return {"RolledBack", {"grounded"}, "CanaryWorse"};
  return {"Promoted", {}, ""};
}

}  // namespace slogate::testing

#include "simulation/rivals/rivals.h"

#include "simulation/rivals/mann_whitney_rule.h"
#include "simulation/rivals/ratio_rule.h"
#include "simulation/rivals/threshold_rule.h"
#include "simulation/rivals/z_test_rule.h"

namespace slogate::simulation {

std::vector<RuleKind> Rivals() {
  return {ThresholdRule(), StrikesRule(), ZTestRule(), MannWhitneyRule(), RatioRule()};
}

}  // namespace slogate::simulation

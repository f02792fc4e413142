#include "simulation/rivals/rule_names.h"

#include <charconv>

#include "simulation/gate_rule.h"
#include "simulation/ratio_rule.h"
#include "simulation/rivals/mann_whitney_rule.h"
#include "simulation/rivals/threshold_rule.h"
#include "simulation/rivals/z_test_rule.h"

namespace slogate::simulation {
namespace {

std::optional<int> FailuresIn(std::string_view text) {
  int failures = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), failures);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (failures < 1 || failures > kMostFailures) return std::nullopt;
  return failures;
}

}  // namespace

std::vector<std::string> RuleNames() {
  return {"gate", "threshold", "strikes", "z-test", "mann-whitney", "ratio"};
}

std::optional<RuleKind> RuleNamed(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon != std::string_view::npos) {
    const std::optional<int> failures = FailuresIn(name.substr(colon + 1));
    const std::string_view kind = name.substr(0, colon);
    if (failures && kind == "threshold") return ThresholdRule(*failures);
    if (failures && kind == "strikes") return StrikesRule(*failures);
    return std::nullopt;
  }
  if (name == "gate") return GateRule();
  if (name == "threshold") return ThresholdRule();
  if (name == "strikes") return StrikesRule();
  if (name == "z-test") return ZTestRule();
  if (name == "mann-whitney") return MannWhitneyRule();
  if (name == "ratio") return RatioRule();
  return std::nullopt;
}

}  // namespace slogate::simulation

#include "simulation/rivals/z_test_rule.h"

#include <vector>

#include "simulation/rivals/minute_rule.h"
#include "simulation/rivals/normal.h"
#include "simulation/rivals/proportion_test.h"

namespace slogate::simulation {
namespace {

constexpr double kLevel = .01;

class ZTest : public MinuteRule {
 public:
  explicit ZTest(const Scenario& scenario)
      : MinuteRule(scenario), min_score_(NormalQuantile(1 - kLevel)) {}

 protected:
  void Forget() override { sums_.assign(scenario().objectives.size(), {}); }

  bool IsBad(std::size_t objective, const core::PairedCounts& minute) override {
    Accumulate(sums_[objective], minute);
    return ProportionZ(sums_[objective]) > min_score_;
  }

 private:
  double min_score_;
  std::vector<core::PairedCounts> sums_;
};

}  // namespace

RuleKind ZTestRule() {
  return {"z-test", [](const Scenario& scenario) -> std::unique_ptr<ReleaseRule> {
            return std::make_unique<ZTest>(scenario);
          }};
}

}  // namespace slogate::simulation

#include "simulation/rivals/threshold_rule.h"

#include <algorithm>
#include <string>
#include <vector>

#include "simulation/rivals/minute_rule.h"

namespace slogate::simulation {
namespace {

constexpr double kMinSuccess = .99;

class FailureCounter : public MinuteRule {
 public:
  FailureCounter(const Scenario& scenario, int limit, bool in_a_row)
      : MinuteRule(scenario), limit_(limit), in_a_row_(in_a_row) {}

 protected:
  void Forget() override { failures_.assign(scenario().objectives.size(), 0); }

  bool IsBad(std::size_t objective, const core::PairedCounts& minute) override {
    const core::Counts& canary = minute.canary;
    if (canary.total <= 0) return false;
    const double least = std::min(kMinSuccess, scenario().objectives[objective].target);
    if (canary.bad > (1 - least) * canary.total * (1 + 1e-12)) {
      return ++failures_[objective] >= limit_;
    }
    if (in_a_row_) failures_[objective] = 0;
    return false;
  }

 private:
  int limit_;
  bool in_a_row_;
  std::vector<int> failures_;
};

RuleKind Counting(const std::string& name, int failures, int usual, bool in_a_row) {
  return {failures == usual ? name : name + ":" + std::to_string(failures),
          [failures, in_a_row](const Scenario& scenario) -> std::unique_ptr<ReleaseRule> {
            return std::make_unique<FailureCounter>(scenario, failures, in_a_row);
          }};
}

}  // namespace

RuleKind ThresholdRule(int failures) { return Counting("threshold", failures, 1, true); }

RuleKind StrikesRule(int failures) { return Counting("strikes", failures, kUsualStrikes, false); }

}  // namespace slogate::simulation

#include "simulation/rivals/mann_whitney_rule.h"

#include <vector>

#include "simulation/rivals/minute_rule.h"
#include "simulation/rivals/rank_test.h"

namespace slogate::simulation {
namespace {

constexpr std::size_t kMinMinutes = 5;

class MannWhitney : public MinuteRule {
 public:
  using MinuteRule::MinuteRule;

 protected:
  void Forget() override { samples_.assign(scenario().objectives.size(), {}); }

  bool IsBad(std::size_t objective, const core::PairedCounts& minute) override {
    Samples& samples = samples_[objective];
    Take(minute.canary, samples.canary);
    Take(minute.baseline, samples.baseline);
    return ++samples.minutes >= kMinMinutes &&
           ShownHigher(samples.canary, samples.baseline, RankTestSetting{});
  }

 private:
  struct Samples {
    std::size_t minutes = 0;
    std::vector<double> canary;  // one rate a minute with events
    std::vector<double> baseline;
  };

  static void Take(const core::Counts& counts, std::vector<double>& samples) {
    if (counts.total > 0) samples.push_back(counts.bad / counts.total);
  }

  std::vector<Samples> samples_;
};

}  // namespace

RuleKind MannWhitneyRule() {
  return {"mann-whitney", [](const Scenario& scenario) -> std::unique_ptr<ReleaseRule> {
            return std::make_unique<MannWhitney>(scenario);
          }};
}

}  // namespace slogate::simulation

#include "simulation/faults/shrink.h"

#include <utility>

namespace slogate::faults {
namespace {

class Shrinker {
 public:
  Shrinker(Scenario scenario, Bug bug) : best_(std::move(scenario)), bug_(bug) {
    const auto broken = FaultRollout(best_, bug_).Run().broken;
    if (broken) promise_ = broken->promise;
  }

  Scenario Run() {
    if (promise_.empty()) return best_;
    while (DropFaults() || Simplify() || Shorten()) {
    }
    return best_;
  }

 private:
  bool Try(Scenario smaller) {
    const auto broken = FaultRollout(smaller, bug_).Run().broken;
    if (!broken || broken->promise != promise_) return false;
    best_ = std::move(smaller);
    return true;
  }

  bool DropFaults() {
    bool dropped = false;
    for (std::size_t i = best_.faults.size(); i-- > 0;) {
      Scenario smaller = best_;
      smaller.faults.erase(smaller.faults.begin() + static_cast<std::ptrdiff_t>(i));
      dropped = Try(std::move(smaller)) || dropped;
    }
    return dropped;
  }

  bool Simplify() {
    Scenario smaller = best_;
    smaller.policy.budget.reset();
    if (best_.policy.budget && Try(smaller)) return true;
    smaller = best_;
    smaller.processes = 1;
    for (Fault& fault : smaller.faults) fault.process = 0;
    if (best_.processes > 1 && Try(smaller)) return true;
    for (std::size_t i = 0; best_.policy.steps.size() > 1 && i < best_.policy.steps.size(); ++i) {
      smaller = best_;
      smaller.policy.steps.erase(smaller.policy.steps.begin() + static_cast<std::ptrdiff_t>(i));
      if (Try(smaller)) return true;
    }
    return false;
  }

  bool Shorten() {
    constexpr core::Duration kShort = std::chrono::seconds(4);
    for (std::size_t i = 0; i < best_.faults.size(); ++i) {
      Scenario smaller = best_;
      core::Duration& length = smaller.faults[i].length;
      if (length <= kShort) continue;
      length /= 2;
      if (Try(std::move(smaller))) return true;
    }
    return false;
  }

  Scenario best_;
  const Bug bug_;
  std::string promise_;
};

}  // namespace

Scenario Shrunk(const Scenario& scenario, Bug bug) { return Shrinker(scenario, bug).Run(); }

std::string Story(const Scenario& scenario, Bug bug) {
  std::string story;
  for (const std::string& line : FaultRollout(scenario, bug, true).Run().story) {
    story += line + "\n";
  }
  story += "Again: build/dev/tests/simulation/faults/simulate_faults --seed " +
           std::to_string(scenario.seed);
  if (bug != Bug::kNone) story += " --bug " + std::string(Name(bug));
  return story + "\n";
}

}  // namespace slogate::faults

#include <chrono>
#include <string>

#include "spec/duration_text.h"
#include "spec/policy_parts.h"
#include "spec/step_json.h"

namespace slogate::spec {
namespace {

core::Step DefaultStep(int weight_percent) {
  core::Step step;
  step.weight_percent = weight_percent;
  step.least_duration = std::chrono::minutes(5);
  step.least_events = 100;
  return step;
}

void CheckStep(ObjectReader& item, const core::Step& step, int highest_so_far,
               core::Duration block) {
  if (step.weight_percent > 0 && step.weight_percent <= highest_so_far) {
    item.Report("weight",
                std::to_string(step.weight_percent) + " is not above the step before (" +
                    std::to_string(highest_so_far) + ")",
                "let weights rise from step to step");
  }
  if (step.least_duration < block) {
    item.Report("leastDuration",
                ToText(step.least_duration) + " is shorter than one block of counts (" +
                    ToText(block) + ")",
                "use at least prometheus.scrapeInterval x scrapesPerBlock");
  }
  const bool limited = step.longest_duration > core::Duration{0};
  if (limited && step.longest_duration < step.least_duration) {
    item.Report("longestDuration",
                ToText(step.longest_duration) + " is shorter than leastDuration (" +
                    ToText(step.least_duration) + ")",
                "make it longer, or 0s for no limit");
  }
}

}  // namespace

std::vector<core::Step> ReadSteps(ObjectReader& spec, core::Duration block) {
  std::vector<core::Step> steps;
  std::vector<bool> says_require;
  spec.Each("steps", {1, kMostSteps}, [&](ObjectReader& item, std::size_t) {
    const int highest_so_far = steps.empty() ? 0 : steps.back().weight_percent;
    core::Step step = ReadStep(item, DefaultStep(0));
    CheckStep(item, step, highest_so_far, block);
    says_require.push_back(item.Has("require"));
    item.RefuseOthers();
    steps.push_back(step);
  });
  if (!spec.Has("steps")) {
    steps = {DefaultStep(5), DefaultStep(25), DefaultStep(50)};
    says_require.assign(steps.size(), false);
    if (steps[0].least_duration < block) {
      spec.Report("steps", "are missing, and those by default are shorter than one block of counts",
                  "give steps with leastDuration of at least " + ToText(block));
    }
  }
  if (!steps.empty() && !says_require.back()) steps.back().require = core::Require::kShownNoWorse;
  return steps;
}

}  // namespace slogate::spec

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "spec/policy/policy_parts.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/units.h"

namespace slogate::spec {
namespace {

constexpr std::int64_t kMaxStepEvents = 1'000'000'000;
constexpr std::chrono::hours kLongestStep(24 * 60);

core::Step DefaultStep(int weight_percent) {
  core::Step step;
  step.weight_percent = weight_percent;
  step.min_duration = std::chrono::minutes(5);
  step.min_events = 100;
  return step;
}

core::Step ReadStep(ObjectReader& item, const core::Step& fallback) {
  core::Step step = fallback;
  if (item.Require("weight", "give the canary's share of the traffic in percent, 1 to 99")) {
    step.weight_percent = static_cast<int>(item.Integer("weight", 0, 1, 100));
    if (step.weight_percent == 100) {
      item.Report("weight", "100 leaves the baseline nothing to be compared with",
                  "use at most 99; all traffic follows once the last step has passed");
    }
  }
  step.min_duration =
      item.Time("minDuration", fallback.min_duration, {core::Duration{0}, kLongestStep});
  step.max_duration =
      item.Time("maxDuration", fallback.max_duration, {core::Duration{0}, kLongestStep});
  step.min_events = static_cast<double>(
      item.Integer("minEvents", static_cast<std::int64_t>(fallback.min_events), 1, kMaxStepEvents));
  step.require = item.Word<core::Require>("require").value_or(fallback.require);
  step.on_timeout = item.Word<core::OnTimeout>("onTimeout").value_or(fallback.on_timeout);
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
  if (step.min_duration < block) {
    item.Report(
        "minDuration",
        ToText(step.min_duration) + " is shorter than one block of counts (" + ToText(block) + ")",
        "use at least prometheus.scrapeInterval x scrapesPerBlock");
  }
  const bool limited = step.max_duration > core::Duration{0};
  if (limited && step.max_duration < step.min_duration) {
    item.Report("maxDuration",
                ToText(step.max_duration) + " is shorter than minDuration (" +
                    ToText(step.min_duration) + ")",
                "make it longer, or 0s for no limit");
  }
}

}  // namespace

std::vector<core::Step> ReadSteps(ObjectReader& spec, core::Duration block) {
  std::vector<core::Step> steps;
  std::vector<bool> says_require;
  spec.Each("steps", {1, kMaxSteps}, [&](ObjectReader& item, std::size_t) {
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
    if (steps[0].min_duration < block) {
      spec.Report("steps", "are missing, and those by default are shorter than one block of counts",
                  "give steps with minDuration of at least " + ToText(block));
    }
  }
  if (!steps.empty() && !says_require.back()) steps.back().require = core::Require::kProvenNotWorse;
  return steps;
}

void ReadRolloutBudget(ObjectReader& reader, core::RolloutBudget& budget) {
  budget.on_exhausted =
      reader.Word<core::BudgetEffect>("onExhausted").value_or(budget.on_exhausted);
  budget.on_burning = reader.Word<core::BudgetEffect>("onBurning").value_or(budget.on_burning);
  if (reader.Has("maxBudgetSpend")) {
    budget.max_budget_spend =
        ShareOf(reader.Number("maxBudgetSpend", 1, {.least = 0, .most = 100, .above_min = true}));
  }
  reader.Part("tighten", budget, [](ObjectReader& tighten, core::RolloutBudget& into) {
    tighten.Require("below", "give the share of the budget left, in percent, such as 25");
    into.tighten_below =
        ShareOf(tighten.Number("below", 1, {.least = 0, .most = 100, .above_min = true}));
    tighten.Require("minEffect", "give the margin to judge with, such as 0.02");
    into.tightened_d = tighten.Number("minEffect", 0, {.least = 0, .most = 1});
  });
}

}  // namespace slogate::spec

#include "spec/step_json.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "spec/duration_text.h"

namespace slogate::spec {
namespace {

constexpr std::int64_t kMostEvents = 1'000'000'000;
constexpr std::chrono::hours kLongestStep(24 * 60);

}  // namespace

core::Step ReadStep(ObjectReader& item, const core::Step& fallback) {
  core::Step step = fallback;
  if (item.Require("weight", "give the canary's share of the traffic in percent, 1 to 99")) {
    step.weight_percent = static_cast<int>(item.Integer("weight", 0, 1, 99));
  }
  step.least_duration =
      item.Time("leastDuration", fallback.least_duration, {core::Duration{0}, kLongestStep});
  step.longest_duration =
      item.Time("longestDuration", fallback.longest_duration, {core::Duration{0}, kLongestStep});
  step.least_events = static_cast<double>(item.Integer(
      "leastEvents", static_cast<std::int64_t>(fallback.least_events), 1, kMostEvents));
  step.require = item.Word<core::Require>("require").value_or(fallback.require);
  step.on_timeout = item.Word<core::OnTimeout>("onTimeout").value_or(fallback.on_timeout);
  return step;
}

nlohmann::json StepToJson(const core::Step& step) {
  return {{"weight", step.weight_percent},
          {"leastDuration", ToText(step.least_duration)},
          {"longestDuration", ToText(step.longest_duration)},
          {"leastEvents", static_cast<std::int64_t>(step.least_events)},
          {"require", core::ToString(step.require)},
          {"onTimeout", core::ToString(step.on_timeout)}};
}

}  // namespace slogate::spec

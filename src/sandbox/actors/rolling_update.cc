#include "sandbox/actors/rolling_update.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "adapters/kubernetes/object_fields.h"

namespace slogate::sandbox {

using adapters::kubernetes::Field;
using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

constexpr std::int64_t kDefaultPercent = 25;

// An IntOrString: a number of pods, or a share of them such as "25%".
std::int64_t Pods(const json& value, std::int64_t desired, bool round_up) {
  if (value.is_number_integer()) return std::max<std::int64_t>(0, value.get<std::int64_t>());
  std::int64_t percent = kDefaultPercent;
  if (value.is_string()) {
    const std::string text = value.get<std::string>();
    std::from_chars(text.data(), text.data() + text.size(), percent);
  }
  percent = std::clamp<std::int64_t>(percent, 0, 100);
  return (desired * percent + (round_up ? 99 : 0)) / 100;
}

// Takes up to `most` pods away from the old ReplicaSets; returns what is left of `most`.
std::int64_t ScaleDown(std::int64_t most, const std::vector<std::int64_t>& can_go,
                       std::vector<std::int64_t>& scales) {
  for (std::size_t i = 0; i < scales.size(); ++i) {
    const std::int64_t go = std::clamp<std::int64_t>(std::min(most, can_go[i]), 0, scales[i]);
    scales[i] -= go;
    most -= go;
  }
  return most;
}

}  // namespace

Tolerance ToleranceOf(const json& deployment, std::int64_t desired) {
  const json& strategy = Field(deployment, {"spec", "strategy"});
  if (TextField(strategy, {"type"}) == "Recreate") return {0, desired};
  Tolerance tolerance;
  tolerance.surge = Pods(Field(strategy, {"rollingUpdate", "maxSurge"}), desired, true);
  tolerance.unavailable =
      Pods(Field(strategy, {"rollingUpdate", "maxUnavailable"}), desired, false);
  if (tolerance.surge == 0 && tolerance.unavailable == 0) tolerance.unavailable = 1;
  return tolerance;
}

Scales NextScales(std::int64_t desired, const Tolerance& tolerance, const Replicas& newest,
                  const std::vector<Replicas>& old) {
  Scales next;
  std::int64_t asked = newest.asked;
  std::int64_t available = newest.available;
  std::vector<std::int64_t> idle;
  for (const Replicas& one : old) {
    next.old.push_back(one.asked);
    asked += one.asked;
    available += one.available;
    idle.push_back(std::max<std::int64_t>(0, one.asked - one.available));
  }
  const std::int64_t room = desired + tolerance.surge - asked;
  next.newest = std::min(desired, newest.asked + std::max<std::int64_t>(0, room));

  const std::int64_t least = std::max<std::int64_t>(0, desired - tolerance.unavailable);
  const std::int64_t starting = std::max<std::int64_t>(0, newest.asked - newest.available);
  std::int64_t may_go = asked - least - starting;
  if (may_go <= 0) return next;
  may_go = ScaleDown(may_go, idle, next.old);
  ScaleDown(std::min(may_go, available - least), next.old, next.old);
  return next;
}

}  // namespace slogate::sandbox

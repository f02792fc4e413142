#include "spec/status/conditions.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "slogate/core/words.h"
#include "spec/text/time_text.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

using core::Phase;
using core::Reason;
using nlohmann::json;

enum class Truth { kTrue, kFalse, kUnknown };

struct Condition {
  std::string type;
  Truth truth = Truth::kUnknown;
  std::string reason;
  std::string message;
};

std::string_view Word(Truth truth) {
  return core::WordOf<Truth::kUnknown>(truth, {"True", "False", "Unknown"});
}

bool IsUnderWay(Phase phase) {
  switch (phase) {
    case Phase::kInitializing:
    case Phase::kProgressing:
    case Phase::kPromoting:
    case Phase::kRollingBack:
    case Phase::kSuperseded:
      return true;
    case Phase::kPending:
    case Phase::kReady:
    case Phase::kPaused:
    case Phase::kPromoted:
    case Phase::kRolledBack:
      return false;
  }
  return false;
}

bool GathersEvidence(const core::RolloutState& state) {
  return state.frozen.has_value() && core::ActivePhase(state) == Phase::kProgressing;
}

// What the state says of itself; the phase's own name where it gives no reason.
std::string ReasonOf(const core::RolloutState& state) {
  return std::string(state.reason == Reason::kNone ? core::ToString(state.phase)
                                                   : core::ToString(state.reason));
}

Condition When(const core::RolloutState& state, const char* type, bool holds) {
  const std::string phase(core::ToString(state.phase));
  if (!holds) return {type, Truth::kFalse, phase, ""};
  return {type, Truth::kTrue, ReasonOf(state), state.message};
}

Condition Ready(const core::RolloutState& state) {
  const bool usable = state.phase != Phase::kPending && state.reason != Reason::kInvalidPolicy;
  if (!usable) return {"Ready", Truth::kFalse, ReasonOf(state), state.message};
  return {"Ready", Truth::kTrue, "Usable", "Policy, workload and routes can be used."};
}

Condition EvidenceAvailable(const core::RolloutState& state) {
  constexpr const char* kType = "EvidenceAvailable";
  if (!GathersEvidence(state)) {
    return {kType, Truth::kUnknown, "NoRollout", "Evidence is gathered during a rollout."};
  }
  if (state.missing_since) return {kType, Truth::kFalse, ReasonOf(state), state.message};
  return {kType, Truth::kTrue, "Available", ""};
}

// Of the enforced objectives, since nothing else rolls back.
Condition AaTested(const core::RolloutState& state) {
  using AaTest = core::Calibration::AaTest;
  constexpr const char* kType = "AATest";
  if (!state.frozen) {
    return {kType, Truth::kUnknown, "NoRollout", "The baseline is checked before a rollout."};
  }
  std::string fired;
  bool all_done = true;
  for (const core::FrozenObjective& objective : state.frozen->objectives) {
    if (objective.mode != core::Mode::kEnforce) continue;
    const AaTest outcome = objective.calibration.aa_test;
    all_done = all_done && outcome != AaTest::kNotDone;
    if (outcome == AaTest::kFired) fired += (fired.empty() ? "" : ", ") + objective.name;
  }
  if (!fired.empty()) {
    return {kType, Truth::kFalse, "Fired",
            "The gate would have fired on the baseline against itself (" + fired +
                "): what is worse may not be."};
  }
  if (!all_done) {
    return {kType, Truth::kUnknown, "NotDone",
            "The baseline's history was too short to check the gate against it."};
  }
  return {kType, Truth::kTrue, "Quiet",
          "The gate would not have fired on the baseline against itself."};
}

// Of what the policy asks for; a young budget is not called exhausted.
Condition BudgetHealthy(const core::RolloutState& state) {
  constexpr const char* kType = "BudgetHealthy";
  std::string exhausted;
  std::string burning;
  std::string unknown;
  const auto add = [](std::string& list, const core::BudgetStatus& status) {
    list += (list.empty() ? "" : ", ") + status.objective;
  };
  for (const core::BudgetStatus& status : state.budgets) {
    if (status.exhausted && !status.provisional) add(exhausted, status);
    if (status.burning) add(burning, status);
    if (!status.known) add(unknown, status);
  }
  if (!exhausted.empty()) {
    return {kType, Truth::kFalse, "BudgetExhausted", "The error budget is exhausted: " + exhausted};
  }
  if (!burning.empty()) {
    return {kType, Truth::kFalse, "BudgetBurning", "The error budget burns too fast: " + burning};
  }
  if (state.budgets.empty()) {
    return {kType, Truth::kUnknown, "NotAsked", "Error budgets are not asked for now."};
  }
  if (!unknown.empty()) {
    return {kType, Truth::kUnknown, "BudgetUnknown", "The error budget is not known: " + unknown};
  }
  return {kType, Truth::kTrue, "Healthy", "No error budget is exhausted or burns too fast."};
}

json PreviousCondition(const json& previous_status, const std::string& type) {
  if (!previous_status.is_object()) return nullptr;
  const auto conditions = previous_status.find("conditions");
  if (conditions == previous_status.end() || !conditions->is_array()) return nullptr;
  for (const json& condition : *conditions) {
    if (condition.is_object() && condition.value("type", json()) == json(type)) return condition;
  }
  return nullptr;
}

std::string TransitionTime(const Condition& condition, const json& previous_status,
                           core::TimePoint now) {
  const json previous = PreviousCondition(previous_status, condition.type);
  if (previous.is_object() && previous.value("status", json()) == json(Word(condition.truth))) {
    const json time = previous.value("lastTransitionTime", json());
    if (time.is_string() && ParseTime(time.get_ref<const std::string&>())) {
      return time.get<std::string>();
    }
  }
  return ToSecondsText(now);
}

// Some API servers take an empty text for none, and a condition must have one.
const std::string& Sentence(const Condition& condition) {
  return condition.message.empty() ? condition.reason : condition.message;
}

}  // namespace

json ConditionsToJson(const core::RolloutState& state, std::int64_t generation,
                      const json& previous_status, core::TimePoint now) {
  const std::array<Condition, 8> conditions = {
      Ready(state),
      When(state, "Progressing", IsUnderWay(state.phase)),
      When(state, "Paused", state.phase == Phase::kPaused),
      When(state, "Promoted", state.phase == Phase::kPromoted),
      When(state, "RolledBack", state.phase == Phase::kRolledBack),
      EvidenceAvailable(state),
      AaTested(state),
      BudgetHealthy(state)};
  json list = json::array();
  for (const Condition& condition : conditions) {
    list.push_back({{"type", condition.type},
                    {"status", Word(condition.truth)},
                    {"observedGeneration", generation},
                    {"lastTransitionTime", TransitionTime(condition, previous_status, now)},
                    {"reason", condition.reason},
                    {"message", BoundedUtf8(Sentence(condition), kLongestMessage)}});
  }
  return list;
}

}  // namespace slogate::spec

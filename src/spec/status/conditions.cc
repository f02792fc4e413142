#include "spec/status/conditions.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "slogate/core/caveats.h"
#include "slogate/core/dispersion.h"
#include "slogate/core/freeze.h"
#include "slogate/core/words.h"
#include "spec/status/status_json.h"
#include "spec/text/units.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

using core::Phase;
using core::Reason;
using nlohmann::json;

constexpr const char* kCanaryCovered = "CanaryCovered";
constexpr const char* kNotYetChecked = "NotYetChecked";

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
  return {type, Truth::kTrue, ReasonOf(state), core::StatusWords(state)};
}

Condition Ready(const core::RolloutState& state) {
  const bool usable = state.phase != Phase::kPending && state.reason != Reason::kInvalidPolicy;
  if (!usable) return {"Ready", Truth::kFalse, ReasonOf(state), core::StatusWords(state)};
  return {"Ready", Truth::kTrue, "Usable", "Policy, workload and routes can be used."};
}

Condition EvidenceAvailable(const core::RolloutState& state) {
  constexpr const char* kType = "EvidenceAvailable";
  if (!GathersEvidence(state)) {
    return {kType, Truth::kUnknown, "NoRollout", "Evidence is gathered during a rollout."};
  }
  if (state.missing_since) return {kType, Truth::kFalse, ReasonOf(state), core::StatusWords(state)};
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

// How many times dispersion slows evidence, and of which objectives that was found `so`.
std::string Slowed(const core::FrozenParameters& frozen, bool (*so)(const core::Dispersion&)) {
  std::string text;
  for (const core::FrozenObjective& objective : frozen.objectives) {
    const core::Dispersion& dispersion = objective.parameters.dispersion;
    if (objective.mode != core::Mode::kEnforce || !so(dispersion)) continue;
    char times[32];  // whole from 10 on: 1.2, 50, 4410
    const double slowdown = core::Slowdown(dispersion);
    std::snprintf(times, sizeof(times), slowdown < 10 ? "%.2g" : "%.0f", slowdown);
    text += (text.empty() ? "" : ", ") + objective.name + " " + times + " times";
  }
  return text;
}

bool IsAssumed(const core::Dispersion& dispersion) {
  return !dispersion.measured && !dispersion.given;
}

std::string WithCaveats(std::string words, const core::FrozenParameters& frozen) {
  for (const std::string& caveat : core::Caveats(frozen)) words += " " + caveat + ".";
  return words;
}

// Whether what the gate relies on was measured on the baseline, known before the first weight. The
// gravest reason comes first.
Condition Trusted(const core::RolloutState& state) {
  constexpr const char* kType = "Trust";
  if (!state.frozen) {
    return {kType, Truth::kUnknown, "NoRollout",
            "What the gate relies on is measured before a rollout."};
  }
  const Condition tested = AaTested(state);
  if (tested.truth == Truth::kFalse) return {kType, Truth::kFalse, "AATestFired", tested.message};
  const std::vector<std::string> slow = core::SlowStepWarnings(*state.frozen);
  if (!slow.empty()) {
    const std::string more =
        slow.size() > 1 ? " And " + std::to_string(slow.size() - 1) + " more." : "";
    return {kType, Truth::kFalse, "SlowEvidence", slow.front() + more};
  }
  const std::string assumed = Slowed(*state.frozen, IsAssumed);
  if (!assumed.empty()) {
    return {kType, Truth::kFalse, "Assumed",
            "There is too little history to measure how requests arrive. Evidence is slowed by "
            "assumption, and slow bursts may exceed it: " +
                assumed};
  }
  const std::string capped =
      Slowed(*state.frozen, [](const core::Dispersion& dispersion) { return dispersion.capped; });
  if (!capped.empty()) {
    return {kType, Truth::kFalse, "Capped",
            "Requests arrive in larger bursts than are allowed for. Evidence is slowed the most, "
            "and the baseline against itself stays quiet with that: " +
                capped};
  }
  if (tested.truth == Truth::kUnknown)
    return {kType, Truth::kUnknown, "NotTested", WithCaveats(tested.message, *state.frozen)};
  const std::string given =
      Slowed(*state.frozen, [](const core::Dispersion& dispersion) { return dispersion.given; });
  const std::string measured =
      Slowed(*state.frozen, [](const core::Dispersion& dispersion) { return dispersion.measured; });
  std::string words;
  if (!given.empty()) words = "The policy gives how requests arrive. Evidence is slowed: " + given;
  if (!measured.empty() || given.empty()) {
    words +=
        (words.empty() ? "Measured on the baseline" : ". The rest is measured on the baseline") +
        std::string(". Evidence is slowed: ") +
        (measured.empty() ? "nothing is enforced" : measured);
  }
  words += ". " + tested.message;
  return {kType, Truth::kTrue, given.empty() ? "Measured" : "Given",
          WithCaveats(words, *state.frozen)};
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

Condition CanaryCovered(const core::RolloutState& state) {
  if (!state.coverage) {
    return {kCanaryCovered, Truth::kUnknown, kNotYetChecked,
            "What covers the canary's pods has not been checked yet."};
  }
  const auto& [covered, reason, message] = *state.coverage;
  const Truth truth = covered ? (*covered ? Truth::kTrue : Truth::kFalse) : Truth::kUnknown;
  return {kCanaryCovered, truth, reason, message};
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
  const std::array<Condition, 10> conditions = {
      Ready(state),
      When(state, "Progressing", IsUnderWay(state.phase)),
      When(state, "Paused", state.phase == Phase::kPaused),
      When(state, "Promoted", state.phase == Phase::kPromoted),
      When(state, "RolledBack", state.phase == Phase::kRolledBack),
      EvidenceAvailable(state),
      AaTested(state),
      Trusted(state),
      BudgetHealthy(state),
      CanaryCovered(state)};
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

std::optional<core::CoverageStatus> CoverageOf(const json& status) {
  const json condition = PreviousCondition(status, kCanaryCovered);
  if (!condition.is_object()) return std::nullopt;
  const auto text = [&](const char* field) {
    const json value = condition.value(field, json());
    return value.is_string() ? BoundedUtf8(value.get_ref<const std::string&>(), kLongestMessage)
                             : "";
  };
  const std::string truth = text("status");
  core::CoverageStatus coverage{std::nullopt, text("reason"), text("message")};
  if (truth != Word(Truth::kUnknown)) coverage.covered = truth == Word(Truth::kTrue);
  if (coverage.reason.empty() || coverage.reason == kNotYetChecked) return std::nullopt;
  return coverage;
}

}  // namespace slogate::spec

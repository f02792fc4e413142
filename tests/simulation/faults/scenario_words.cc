#include <array>

#include "simulation/faults/scenario.h"
#include "slogate/core/rollout_state.h"
#include "slogate/ports/result.h"

namespace slogate::faults {
namespace {

// A write that is waited for comes within this time, or not at all.
constexpr core::Duration kAwaited = std::chrono::minutes(5);

std::string_view Name(Port port) {
  return core::WordOf<Port::kLeases>(port, {"policies", "workloads", "routes", "the lease"});
}

std::string_view Name(ports::ErrorCode code) {
  return core::WordOf<ports::ErrorCode::kInternal>(
      code, {"InvalidArgument", "NotFound", "Conflict", "Unauthorized", "Unavailable", "Timeout",
             "MalformedResponse", "Internal"});
}

std::string_view Name(Quality quality) {
  return core::WordOf<Quality::kCrashes>(quality, {"good", "bad", "never starts", "crashes"});
}

std::string What(const Fault& fault) {
  const std::string port(Name(fault.port));
  const std::string amount = std::to_string(fault.amount);
  switch (fault.kind) {
    case FaultKind::kFails:
      return "calls of " + port + " fail with " +
             std::string(Name(static_cast<ports::ErrorCode>(fault.amount)));
    case FaultKind::kThrows:
      return "calls of " + port + " throw";
    case FaultKind::kStale:
      return "reads of " + port + " are stale";
    case FaultKind::kAnswerLost:
      return "the answer to the next write of " + port + " is lost";
    case FaultKind::kDiesBefore:
      return "dies before the next write of " + port;
    case FaultKind::kDiesAfter:
      return "dies after the next write of " + port;
    case FaultKind::kStands:
      return "stands still before the next write of " + port;
    case FaultKind::kStops:
      return "gets SIGTERM";
    case FaultKind::kClockOff:
      return "its clock is off by " + amount + "s";
    case FaultKind::kWatchLost:
      return "its watch is silent";
    case FaultKind::kSourceFails:
      return "Prometheus fails: " +
             std::string(ToString(static_cast<core::SourceProblem>(fault.amount)));
    case FaultKind::kSourceLate:
      return "Prometheus lacks the newest block";
    case FaultKind::kNoTraffic:
      return "nobody calls the service";
    case FaultKind::kCountsUnknown:
      return "blocks cannot be counted: " +
             std::string(ToString(static_cast<core::CountProblem>(fault.amount)));
    case FaultKind::kCountsNoted:
      return "series are of unknown origin";
    case FaultKind::kBudgetFails:
      return "budgets cannot be read: " +
             std::string(ToString(static_cast<core::SourceProblem>(fault.amount)));
    case FaultKind::kBudgetBurns:
      return "budgets burn";
    case FaultKind::kWeightEdited:
      return "somebody gives the canary " + amount + " %";
    case FaultKind::kRouteUnaccepted:
      return "the gateway does not accept the route";
    case FaultKind::kRouteDeleted:
      return "somebody deletes the route";
    case FaultKind::kCanaryPodsLost:
      return "half of the canary's pods are lost";
    case FaultKind::kCanaryDeleted:
      return "somebody deletes the canary";
    case FaultKind::kScaled:
      return "somebody scales production to " + amount;
    case FaultKind::kPolicyTouched:
      return "somebody writes the policy's metadata again and again";
    case FaultKind::kPolicyEdited:
      return "somebody edits the policy";
    case FaultKind::kPaused:
      return "a person pauses";
    case FaultKind::kAborted:
      return "a person aborts";
    case FaultKind::kStepPassed:
      return "a person passes the step";
    case FaultKind::kLetGo:
      return "a person unpauses production";
    case FaultKind::kNewRevision:
      return "the next revision is released";
    case FaultKind::kPolicyDeleted:
      return "the policy is deleted";
  }
  return "";
}

}  // namespace

bool AwaitsWrite(FaultKind kind) {
  return kind >= FaultKind::kAnswerLost && kind <= FaultKind::kStands;
}

core::Duration EndOf(const Fault& fault) {
  return fault.at + fault.length + (AwaitsWrite(fault.kind) ? kAwaited : core::Duration(0));
}

std::string Words(core::Duration since_release) {
  const auto whole = since_release.count() / 1000;
  return std::to_string(whole / 60) + "m" + (whole % 60 < 10 ? "0" : "") +
         std::to_string(whole % 60) + "s";
}

std::string Words(const Fault& fault) {
  const bool of_process = fault.kind <= FaultKind::kWatchLost;
  return Words(fault.at) + " (" + std::to_string(fault.length.count() / 1000) + "s) " +
         (of_process ? "process " + std::to_string(fault.process + 1) + ": " : "") + What(fault);
}

std::string Words(const Scenario& scenario) {
  const core::Policy& policy = scenario.policy;
  std::string words = "seed " + std::to_string(scenario.seed) + ": " +
                      std::string(ToString(policy.workload.promotion)) + ", candidate " +
                      std::string(Name(scenario.candidate)) + ", " +
                      std::to_string(scenario.replicas) + " replicas, " +
                      std::to_string(scenario.processes) + " process(es), steps";
  for (const core::Step& step : policy.steps) {
    words += " " + std::to_string(step.weight_percent) + "% " +
             std::to_string(step.min_duration.count() / 1000) + "s " +
             std::string(ToString(step.require));
  }
  if (policy.budget) words += ", budgets";
  return words;
}

}  // namespace slogate::faults

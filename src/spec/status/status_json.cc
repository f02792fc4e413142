#include "spec/status/status_json.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "slogate/core/leaving.h"
#include "slogate/core/words.h"
#include "spec/policy/policy_parts.h"
#include "spec/status/conditions.h"
#include "spec/status/status_parts.h"
#include "spec/text/names.h"
#include "spec/text/units.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxStatusText = 512;
constexpr std::size_t kMaxWaived = 8;  // reasons that are of budgets
constexpr std::size_t kMaxWarned = kMaxObjectives + 1;
constexpr int kMaxAttempts = 1'000'000'000;
constexpr int kMaxRestarts = 1'000'000'000;
constexpr int kMaxStepNumber = std::numeric_limits<int>::max();
constexpr std::int64_t kMaxBlocks = std::int64_t{1} << 53;
constexpr int kMaxPercent = 1'000'000;
// Of a target a hair below 100 %, when every event is bad. Ten times as much fits a whole number.
constexpr double kMaxBurn = 1e17;
constexpr DurationBounds kAnyDuration{core::Duration{0}, std::chrono::hours(24 * 3660)};

void Waived(FieldWriter& io, const std::vector<core::Reason>& waived) {
  for (const core::Reason reason : waived) io.object["waived"].push_back(core::ToString(reason));
}

// More than there are would never be stored.
void Waived(FieldReader& io, std::vector<core::Reason>& waived) {
  for (const std::string& word : io.reader.Texts("waived", kMaxWaived, kMaxStatusText)) {
    const core::Reason reason = core::FromString<core::Reason>(word).value_or(core::Reason::kNone);
    if (!core::IsOfBudgets(reason)) {
      io.reader.Report("waived", "'" + word + "' is no reason of an error budget", "");
    } else if (std::ranges::find(waived, reason) != waived.end()) {
      io.reader.Report("waived", "has " + word + " twice", "");
    }
    waived.push_back(reason);
  }
}

void ProgressFields(auto& io, auto& state) {
  io.Time("phaseBegan", state.phase_began);
  io.Word("pausedPhase", state.paused_phase);
  io.Integer("stepIndex", state.step, 0, std::int64_t{kMaxSteps} - 1);
  io.Word("stage", state.stage);
  io.Time("stageBegan", state.stage_began);
  io.Integer("stepFirstBlock", state.step_first_block, 0, kMaxBlocks);
  io.Flag("lowered", state.lowered);
  io.Time("waitsSince", state.waits_since);
  io.Flag("edited", state.edited);
  io.Time("givingBackSince", state.giving_back_since);
  io.Time("missingSince", state.missing_since);
  io.Object("podsAwaited", state.pods_awaited);
  io.Object("oldRestarts", state.old_restarts, Given::kIfSet);
  io.Text("retryHonoured", state.retry, kMaxStatusText);
  io.Text("resumeHonoured", state.resume, kMaxStatusText);
  io.Object("approved", state.approved);
  Waived(io, state.waived);
  io.Object("oldRequests", state.old_requests, Given::kIfSet);
  io.Object("undo", state.undo);
  io.Text("undoHonoured", state.undo_honoured, kMaxStatusText);
  io.Object("afterPromotion", state.after_promotion, Given::kIfSet);
}

// As many as one more edit of the policy makes of those that may be kept.
constexpr std::size_t kMaxStoredMoved = core::kMaxMoved + kMaxRoutes;
constexpr std::size_t kMaxRules = 16;

void StateFields(auto& io, auto& state) {
  io.Word("phase", state.phase);
  io.Word("reason", state.reason);
  io.Text("message", state.message, kLongestMessage, Given::kAlways);
  io.Text("stableRevision", state.stable_revision, kMaxStatusText);
  io.Text("previousRevision", state.previous_revision, kMaxStatusText);
  io.Text("candidateRevision", state.candidate_revision, kMaxStatusText);
  io.Text("rejectedRevision", state.rejected_revision, kMaxStatusText);
  io.Word("rejectedReason", state.rejected_reason, Given::kIfSet);
  io.Texts("failedObjectives", state.failed_objectives, kMaxObjectives, kMaxStatusText);
  io.Integer("attempts", state.attempts, 0, kMaxAttempts);
  io.Integer("weight", state.desired_percent, 0, 100);
  io.Object("adopted", state.adopted, Given::kIfSet);
  io.List("moved", state.moved, {0, kMaxStoredMoved}, Given::kIfSet);
  io.Object("frozen", state.frozen);
  io.Object("checkpoint", state.checkpoint, Given::kIfSet);
  Verdicts(io, state);
  io.List("budgets", state.budgets, {0, kMaxObjectives}, Given::kIfSet);
}

// The newest, oldest first.
std::vector<core::HistoryEntry> Newest(const std::vector<core::HistoryEntry>& history) {
  const auto kept = static_cast<std::ptrdiff_t>(std::min(history.size(), core::kLongestHistory));
  return {history.end() - kept, history.end()};
}

json RoutesToJson(const core::RolloutState& state, const core::Policy& policy) {
  json routes = json::array();
  for (std::size_t i = 0; i < policy.routes.size(); ++i) {
    json& route = routes.emplace_back();
    route = {{"name", policy.routes[i].name}, {"desiredWeight", state.desired_percent}};
    if (i < state.observed_percents.size() && state.observed_percents[i]) {
      route["observedWeight"] = *state.observed_percents[i];
    }
    if (i < state.route_notes.size()) {
      FieldWriter(route).Text("note", state.route_notes[i], kMaxStatusText);
    }
  }
  return routes;
}

void ReadRoutes(ObjectReader& reader, core::RolloutState& state) {
  reader.Each("routes", {0, kMaxRoutes}, [&](ObjectReader& item, std::size_t) {
    FieldReader io(item);
    std::optional<int>& observed = state.observed_percents.emplace_back();
    if (item.Has("observedWeight")) io.Integer("observedWeight", observed.emplace(), 0, 100);
    io.Text("note", state.route_notes.emplace_back(), kMaxStatusText);
  });
}

// Counts change with every block. They are reported along with news, and are no news themselves.
bool OnlyCountsDiffer(json status, json previous) {
  return previous.is_object() && EraseCounts(status) && EraseCounts(previous) && status == previous;
}

}  // namespace

void Fields(auto& io, Of<core::PodWait> auto& wait) {
  io.Time("since", wait.since, Given::kNeeded);
  io.Time("lastSeen", wait.last_seen, Given::kNeeded);
}

void Fields(auto& io, Of<core::OldRestarts> auto& restarts) {
  io.Integer("canary", restarts.canary, 0, kMaxRestarts);
  io.Integer("baseline", restarts.baseline, 0, kMaxRestarts);
}

void Fields(auto& io, Of<core::Adoption> auto& adopted) {
  io.Text("deployment", adopted.deployment, kMaxStatusText, Given::kNeeded);
  io.Word("hold", adopted.hold);
  io.Word("onDelete", adopted.on_delete);
}

void Fields(auto& io, Of<core::Route> auto& route) {
  io.Text("kind", route.kind, kLongestName, Given::kNeeded);
  io.Text("name", route.name, kLongestName, Given::kNeeded);
  io.Text("canaryService", route.canary_service, kLongestName);
  io.Text("baselineService", route.baseline_service, kLongestName);
  io.Texts("ruleNames", route.rule_names, kMaxRules, kLongestName);
  io.Text("host", route.host, kLongestName);
  io.Text("canarySubset", route.canary_subset, kLongestName);
  io.Text("baselineSubset", route.baseline_subset, kLongestName);
  io.Text("canaryIngress", route.canary_ingress, kLongestName);
  io.Text("canaryDeployment", route.canary_deployment, kLongestName);
  io.Text("baselineDeployment", route.baseline_deployment, kLongestName);
}

void Fields(auto& io, Of<core::Request> auto& request) {
  io.Text("revision", request.revision, kMaxStatusText, Given::kAlways);
  io.Integer("step", request.step, 0, kMaxStepNumber);
  io.Text("by", request.by, kMaxStatusText);
  io.Text("at", request.at, kMaxStatusText);
}

void Fields(auto& io, Of<core::OldRequests> auto& requests) {
  io.Text("approve", requests.approve, kMaxStatusText);
  io.Text("promote", requests.promote, kMaxStatusText);
  io.Text("abort", requests.abort, kMaxStatusText);
}

void Fields(auto& io, Of<core::Undo> auto& undo) {
  io.Text("from", undo.from, kMaxStatusText, Given::kNeeded);
  io.Text("to", undo.to, kMaxStatusText, Given::kNeeded);
  io.Text("insteadOf", undo.instead_of, kMaxStatusText, Given::kNeeded);
}

void Fields(auto& io, Of<core::AfterPromotion> auto& after) {
  io.Integer("restartsBefore", after.restarts_before, 0, std::numeric_limits<int>::max(),
             Given::kIfSet);
  io.Texts("burningBefore", after.burning_before, kMaxObjectives, kMaxStatusText);
  io.Texts("warned", after.warned, kMaxWarned, kMaxStatusText);
}

void Fields(auto& io, Of<core::BudgetStatus> auto& status) {
  io.Text("objective", status.objective, kMaxStatusText, Given::kAlways);
  io.Flag("known", status.known, Given::kAlways);
  io.Flag("exhausted", status.exhausted, Given::kAlways);
  io.Flag("burning", status.burning, Given::kAlways);
  io.Flag("provisional", status.provisional);
  io.Flag("atLeast", status.at_least);
  io.Length("outageTime", status.outage_time, kAnyDuration, Given::kIfSet);
  io.Number("burn", status.burn, {.least = 0, .most = kMaxBurn});
  if (io.Takes(status.known)) {
    io.Integer("remainingPercent", status.remaining_percent, -kMaxPercent, kMaxPercent);
  }
  io.Integer("spentPercent", status.spent_percent, -kMaxPercent, kMaxPercent, Given::kIfSet);
  io.Length("exhaustedIn", status.exhausted_in, kAnyDuration, Given::kIfSet);
  io.Text("message", status.message, kMaxStatusText);
}

void Fields(auto& io, Of<core::HistoryEntry> auto& entry) {
  io.Time("at", entry.at, Given::kAlways);
  io.Word("decision", entry.decision);
  io.Word("reason", entry.reason);
  io.Integer("step", entry.step, 0, std::int64_t{kMaxSteps});
  io.Integer("weight", entry.weight_percent, 0, 100);
  io.Text("message", entry.message, kLongestMessage);
  io.Integer("repeats", entry.repeats, 0, kMaxAttempts, Given::kIfSet);
}

json StatusToJson(const core::RolloutState& state, const core::Policy* policy,
                  std::int64_t generation, const json& previous_status, core::TimePoint now) {
  const bool rolling = state.frozen.has_value();
  json status = {{"observedGeneration", generation},
                 {"step", rolling ? state.step + 1 : 0},
                 {"steps", rolling ? state.frozen->steps.size() : 0},
                 {"conditions", ConditionsToJson(state, generation, previous_status, now)}};
  FieldWriter io(status);
  StateFields(io, state);
  io.List("history", Newest(state.history), {0, core::kLongestHistory});
  io.Part("progress", [&state](FieldWriter& progress) { ProgressFields(progress, state); });
  if (policy != nullptr) {
    status["routes"] = RoutesToJson(state, *policy);
  } else if (previous_status.is_object() && previous_status.contains("routes")) {
    status["routes"] = previous_status["routes"];
  }
  return OnlyCountsDiffer(status, previous_status) ? previous_status : status;
}

ports::Result<core::RolloutState> StateFromStatusJson(const json& status) {
  core::RolloutState state;
  if (status.is_null()) return state;
  std::vector<Mistake> mistakes;
  ObjectReader reader(status, "status", mistakes);
  if (reader.IsObject()) {
    FieldReader io(reader);
    StateFields(io, state);
    io.List("history", state.history, {0, core::kLongestHistory});
    io.Part("progress", [&state](FieldReader& progress) { ProgressFields(progress, state); });
    ReadRoutes(reader, state);
    state.coverage = CoverageOf(status);
    if (mistakes.empty()) CheckAgreement(reader, state);
  }
  if (mistakes.empty()) return state;
  // What to do about a field of a policy is no advice here: nobody writes a status by hand.
  Mistake& first = mistakes.front();
  first.fix.clear();
  return ports::Fail(ports::ErrorCode::kMalformedResponse, ToString(first));
}

}  // namespace slogate::spec

#include "spec/status/status_json.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "spec/policy/policy_parts.h"
#include "spec/status/conditions.h"
#include "spec/status/evidence_json.h"
#include "spec/status/frozen_json.h"
#include "spec/status/status_agreement.h"
#include "spec/status/verdict_json.h"
#include "spec/text/object_reader.h"
#include "spec/text/time_text.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxStatusText = 512;
constexpr std::size_t kMaxWaived = 8;  // reasons that are of budgets
constexpr int kMaxAttempts = 1'000'000'000;
constexpr std::int64_t kMaxBlocks = std::int64_t{1} << 53;

void PutText(json& object, const char* field, const std::string& text, std::size_t limit) {
  if (!text.empty()) object[field] = BoundedUtf8(text, limit);
}

void PutTime(json& object, const char* field, core::TimePoint time) {
  if (time != core::TimePoint{}) object[field] = ToText(time);
}

json RoutesToJson(const core::RolloutState& state, const core::Policy& policy) {
  json routes = json::array();
  for (std::size_t i = 0; i < policy.routes.size(); ++i) {
    json route = {{"name", policy.routes[i].name}, {"desiredWeight", state.desired_percent}};
    if (i < state.observed_percents.size() && state.observed_percents[i]) {
      route["observedWeight"] = *state.observed_percents[i];
    }
    if (i < state.route_notes.size()) PutText(route, "note", state.route_notes[i], kMaxStatusText);
    routes.push_back(std::move(route));
  }
  return routes;
}

json ProgressToJson(const core::RolloutState& state) {
  json progress = {{"pausedPhase", core::ToString(state.paused_phase)},
                   {"stepIndex", state.step},
                   {"stage", core::ToString(state.stage)},
                   {"stepFirstBlock", state.step_first_block}};
  PutTime(progress, "phaseBegan", state.phase_began);
  PutTime(progress, "stageBegan", state.stage_began);
  if (state.missing_since) progress["missingSince"] = ToText(*state.missing_since);
  if (state.pods_awaited) {
    progress["podsAwaited"] = {{"since", ToText(state.pods_awaited->since)},
                               {"lastSeen", ToText(state.pods_awaited->last_seen)}};
  }
  PutText(progress, "retryHonoured", state.retry, kMaxStatusText);
  PutText(progress, "resumeHonoured", state.resume, kMaxStatusText);
  if (state.approved) {
    json approved = {{"revision", BoundedUtf8(state.approved->revision, kMaxStatusText)},
                     {"step", state.approved->step}};
    PutText(approved, "by", state.approved->by, kMaxStatusText);
    PutText(approved, "at", state.approved->at, kMaxStatusText);
    progress["approved"] = std::move(approved);
  }
  for (const core::Reason reason : state.waived) {
    progress["waived"].push_back(core::ToString(reason));
  }
  json old_requests = json::object();
  PutText(old_requests, "approve", state.old_requests.approve, kMaxStatusText);
  PutText(old_requests, "promote", state.old_requests.promote, kMaxStatusText);
  PutText(old_requests, "abort", state.old_requests.abort, kMaxStatusText);
  if (!old_requests.empty()) progress["oldRequests"] = std::move(old_requests);
  return progress;
}

// Counts change with every block. They are reported along with news, and are no news themselves.
bool OnlyCountsDiffer(json status, json previous) {
  return previous.is_object() && EraseCounts(status) && EraseCounts(previous) && status == previous;
}

json HistoryToJson(const std::vector<core::HistoryEntry>& history) {
  json list = json::array();
  const std::size_t kept = std::min(history.size(), core::kLongestHistory);
  for (std::size_t i = history.size() - kept; i < history.size(); ++i) {
    const core::HistoryEntry& entry = history[i];
    json item = {{"at", ToText(entry.at)},
                 {"decision", core::ToString(entry.decision)},
                 {"reason", core::ToString(entry.reason)},
                 {"step", entry.step},
                 {"weight", entry.weight_percent}};
    PutText(item, "message", entry.message, kLongestMessage);
    list.push_back(std::move(item));
  }
  return list;
}

void PutRevisions(json& status, const core::RolloutState& state) {
  PutText(status, "stableRevision", state.stable_revision, kMaxStatusText);
  PutText(status, "candidateRevision", state.candidate_revision, kMaxStatusText);
  PutText(status, "rejectedRevision", state.rejected_revision, kMaxStatusText);
  if (state.rejected_reason != core::Reason::kNone) {
    status["rejectedReason"] = core::ToString(state.rejected_reason);
  }
  if (!state.failed_objectives.empty()) {
    json failed_objectives = json::array();
    for (const std::string& name : state.failed_objectives) {
      if (failed_objectives.size() < kMaxObjectives)
        failed_objectives.push_back(BoundedUtf8(name, kMaxStatusText));
    }
    status["failedObjectives"] = std::move(failed_objectives);
  }
  status["attempts"] = std::min(state.attempts, kMaxAttempts);
}

std::string ReadText(ObjectReader& reader, std::string_view field) {
  return reader.Text(field, kLongestMessage).value_or("");
}

template <typename Enum>
void ReadWord(ObjectReader& reader, std::string_view field, Enum& value) {
  value = reader.Word<Enum>(field).value_or(value);
}

int ReadInt(ObjectReader& reader, std::string_view field, int least, int most) {
  return static_cast<int>(reader.Integer(field, 0, least, most));
}

// More than there are would never be stored.
void ReadWaived(ObjectReader& reader, core::RolloutState& state) {
  for (const std::string& word : reader.Texts("waived", kMaxWaived, kMaxStatusText)) {
    const core::Reason reason = core::FromString<core::Reason>(word).value_or(core::Reason::kNone);
    if (!core::IsOfBudgets(reason)) {
      reader.Report("waived", "'" + word + "' is no reason of an error budget", "");
    } else if (std::find(state.waived.begin(), state.waived.end(), reason) != state.waived.end()) {
      reader.Report("waived", "has " + word + " twice", "");
    }
    state.waived.push_back(reason);
  }
}

void ReadProgress(ObjectReader reader, core::RolloutState& state) {
  state.phase_began = ReadInstant(reader, "phaseBegan");
  ReadWord(reader, "pausedPhase", state.paused_phase);
  state.step = ReadInt(reader, "stepIndex", 0, static_cast<int>(kMaxSteps) - 1);
  ReadWord(reader, "stage", state.stage);
  state.stage_began = ReadInstant(reader, "stageBegan");
  state.step_first_block = reader.Integer("stepFirstBlock", 0, 0, kMaxBlocks);
  if (reader.Has("missingSince")) state.missing_since = ReadInstant(reader, "missingSince");
  if (reader.Has("podsAwaited")) {
    ObjectReader wait = reader.Child("podsAwaited");
    for (const char* field : {"since", "lastSeen"}) wait.Require(field, "");
    state.pods_awaited = {ReadInstant(wait, "since"), ReadInstant(wait, "lastSeen")};
  }
  state.retry = ReadText(reader, "retryHonoured");
  state.resume = ReadText(reader, "resumeHonoured");
  if (reader.Has("approved")) {
    ObjectReader approved = reader.Child("approved");
    state.approved =
        core::Request{.revision = ReadText(approved, "revision"),
                      .step = ReadInt(approved, "step", 0, std::numeric_limits<int>::max()),
                      .by = ReadText(approved, "by"),
                      .at = ReadText(approved, "at"),
                      .text = {}};
  }
  ReadWaived(reader, state);
  if (reader.Has("oldRequests")) {
    ObjectReader old = reader.Child("oldRequests");
    state.old_requests = {.approve = ReadText(old, "approve"),
                          .promote = ReadText(old, "promote"),
                          .abort = ReadText(old, "abort")};
  }
}

core::HistoryEntry ReadHistoryEntry(ObjectReader& item) {
  core::HistoryEntry entry;
  entry.at = ReadInstant(item, "at");
  ReadWord(item, "decision", entry.decision);
  ReadWord(item, "reason", entry.reason);
  entry.step = ReadInt(item, "step", 0, static_cast<int>(kMaxSteps));
  entry.weight_percent = ReadInt(item, "weight", 0, 100);
  entry.message = ReadText(item, "message");
  return entry;
}

void ReadLists(ObjectReader& reader, core::RolloutState& state) {
  reader.Each("routes", {0, kMaxRoutes}, [&](ObjectReader& item, std::size_t) {
    std::optional<int> observed;
    if (item.Has("observedWeight")) observed = ReadInt(item, "observedWeight", 0, 100);
    state.observed_percents.push_back(observed);
    state.route_notes.push_back(ReadText(item, "note"));
  });
  state.verdicts = ReadVerdicts(reader, state.frozen);
  state.budgets = ReadBudgets(reader);
  reader.Each("history", {0, core::kLongestHistory}, [&](ObjectReader& item, std::size_t) {
    state.history.push_back(ReadHistoryEntry(item));
  });
}

core::RolloutState ReadState(ObjectReader& reader) {
  core::RolloutState state;
  ReadWord(reader, "phase", state.phase);
  ReadWord(reader, "reason", state.reason);
  state.message = ReadText(reader, "message");
  state.stable_revision = ReadText(reader, "stableRevision");
  state.candidate_revision = ReadText(reader, "candidateRevision");
  state.rejected_revision = ReadText(reader, "rejectedRevision");
  ReadWord(reader, "rejectedReason", state.rejected_reason);
  state.failed_objectives = reader.Texts("failedObjectives", kMaxObjectives, kMaxStatusText);
  state.attempts = ReadInt(reader, "attempts", 0, kMaxAttempts);
  state.desired_percent = ReadInt(reader, "weight", 0, 100);
  ReadProgress(reader.Child("progress"), state);
  if (reader.Has("frozen")) state.frozen = ReadFrozen(reader.Child("frozen"));
  if (reader.Has("checkpoint")) state.checkpoint = ReadCheckpoint(reader.Child("checkpoint"));
  ReadLists(reader, state);
  if (reader.MistakeCount() == 0) CheckAgreement(reader, state);
  return state;
}

}  // namespace

json StatusToJson(const core::RolloutState& state, const core::Policy* policy,
                  std::int64_t generation, const json& previous_status, core::TimePoint now) {
  const bool rolling = state.frozen.has_value();
  json status = {{"observedGeneration", generation},
                 {"phase", core::ToString(state.phase)},
                 {"reason", core::ToString(state.reason)},
                 {"message", BoundedUtf8(state.message, kLongestMessage)},
                 {"step", rolling ? state.step + 1 : 0},
                 {"steps", rolling ? state.frozen->steps.size() : 0},
                 {"weight", state.desired_percent},
                 {"progress", ProgressToJson(state)},
                 {"verdicts", VerdictsToJson(state.verdicts)},
                 {"history", HistoryToJson(state.history)},
                 {"conditions", ConditionsToJson(state, generation, previous_status, now)}};
  PutRevisions(status, state);
  if (!state.budgets.empty()) status["budgets"] = BudgetsToJson(state.budgets);
  if (policy != nullptr) {
    status["routes"] = RoutesToJson(state, *policy);
  } else if (previous_status.is_object() && previous_status.contains("routes")) {
    status["routes"] = previous_status["routes"];
  }
  if (rolling) status["frozen"] = FrozenToJson(*state.frozen);
  if (state.checkpoint != core::Checkpoint{}) {
    status["checkpoint"] = CheckpointToJson(state.checkpoint);
  }
  if (OnlyCountsDiffer(status, previous_status)) return previous_status;
  return status;
}

ports::Result<core::RolloutState> StateFromStatusJson(const json& status) {
  if (status.is_null()) return core::RolloutState{};
  std::vector<Mistake> mistakes;
  ObjectReader reader(status, "status", mistakes);
  core::RolloutState state;
  if (reader.IsObject()) state = ReadState(reader);
  if (mistakes.empty()) return state;
  // What to do about a field of a policy is no advice here: nobody writes a status by hand.
  Mistake& first = mistakes.front();
  first.fix.clear();
  return ports::Fail(ports::ErrorCode::kMalformedResponse, ToString(first));
}

}  // namespace slogate::spec

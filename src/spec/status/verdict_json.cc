#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "spec/policy/policy_parts.h"
#include "spec/status/status_json.h"
#include "spec/status/status_parts.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

// Finite in every sum. So far above what can be counted that one more block makes no difference.
constexpr Bounds kCounted{.least = 0, .most = 1e100};
constexpr double kMaxCapital = 1e300;
constexpr std::int64_t kMaxBlocksAbsorbed = std::int64_t{1} << 53;

double Storable(double capital) {
  return capital > 0 ? std::min(capital, kMaxCapital) : 0;  // not a number is nothing
}

template <std::size_t kSize>
void Capital(FieldWriter& io, const char* name, const std::array<double, kSize>& capital) {
  for (const double value : capital) io.object[name].push_back(Storable(value));
}

template <std::size_t kSize>
void Capital(FieldReader& io, const char* name, std::array<double, kSize>& capital) {
  io.reader.Require(name, "it is part of every checkpoint");
  const json* list = io.reader.List(name, {kSize, kSize});
  for (std::size_t i = 0; list != nullptr && i < kSize; ++i) {
    const json& item = (*list)[i];
    capital[i] = item.is_number() ? item.get<double>() : -1;
    if (capital[i] >= 0 && capital[i] <= kMaxCapital) continue;
    return io.reader.Report(name, "has an item that is no evidence", "");
  }
}

// Only of a policy with limits.
void LimitCapital(FieldWriter& io, const core::EvidenceState& state) {
  if (state.limit != decltype(state.limit){}) Capital(io, "limit", state.limit);
}

void LimitCapital(FieldReader& io, core::EvidenceState& state) {
  if (io.reader.Has("limit")) Capital(io, "limit", state.limit);
}

void CountsFields(auto& io, auto& counts) {
  io.Number("total", counts.total, kCounted);
  io.Number("bad", counts.bad, kCounted);
  io.Number("squares", counts.squares, kCounted, Given::kIfSet);
}

constexpr std::size_t kMaxVerdictText = 512;
constexpr int kTenthsToPoint = 5;

void Tenths(FieldWriter& io, const char* name, int tenths, Given given = Given::kAlways) {
  io.Integer(name, tenths * 10, 0, 100, given);
}

void Tenths(FieldReader& io, const char* name, int& tenths, Given = Given::kAlways) {
  int percent = 0;
  io.Integer(name, percent, 0, 100);
  tenths = percent / 10;
}

// A cohort that is listed; its name is not read here.
void ListedFields(auto& io, auto& cohort) {
  Tenths(io, "rollbackPercent", cohort.rollback_tenths);
  io.Object("canary", cohort.counts.canary);
  io.Object("baseline", cohort.counts.baseline);
}

json CohortsToJson(const std::vector<core::CohortVerdict>& cohorts) {
  json object = json::object();
  std::size_t seen = 0;
  for (std::size_t i = 0; i < std::min(cohorts.size(), kMaxCohorts); ++i) {
    const core::CohortVerdict& cohort = cohorts[i];
    const bool worse = cohort.verdict == core::Verdict::kFail;
    if (worse || cohort.rollback_tenths >= kTenthsToPoint) {
      json& listed = object[worse ? "worse" : "pointing"].emplace_back();
      listed["value"] = CohortText(cohort.value);
      FieldWriter io(listed);
      ListedFields(io, cohort);
    }
    if (cohort.unseen) object["unseen"].push_back(CohortText(cohort.value));
    seen += cohort.unseen ? 0 : 1;
  }
  object["seen"] = seen;
  return object;
}

core::CohortVerdict& CohortOf(std::vector<core::CohortVerdict>& cohorts, const std::string& value) {
  const auto found =
      std::ranges::find_if(cohorts, [&](const auto& cohort) { return cohort.value == value; });
  if (found != cohorts.end()) return *found;
  cohorts.emplace_back().value = value;
  return cohorts.back();
}

void ReadListed(ObjectReader& reader, const char* field, core::Verdict verdict,
                std::vector<core::CohortVerdict>& cohorts) {
  reader.Each(field, {0, kMaxCohorts}, [&](ObjectReader& item, std::size_t) {
    item.Require("value", "");
    core::CohortVerdict& cohort =
        CohortOf(cohorts, item.AnyText("value", kLongestCohort).value_or(""));
    cohort.verdict = verdict;
    FieldReader io(item);
    ListedFields(io, cohort);
  });
}

void ReadCohortVerdicts(ObjectReader reader, const core::RolloutState& state,
                        core::ObjectiveVerdict& verdict) {
  std::vector<core::CohortVerdict>& cohorts = verdict.cohorts;
  for (std::size_t i = 0; state.frozen && i < state.frozen->objectives.size(); ++i) {
    const core::FrozenObjective& objective = state.frozen->objectives[i];
    if (objective.name != verdict.objective) continue;
    cohorts.clear();
    for (const std::string& value : objective.cohorts) cohorts.emplace_back().value = value;
  }
  ReadListed(reader, "worse", core::Verdict::kFail, cohorts);
  ReadListed(reader, "pointing", core::Verdict::kInconclusive, cohorts);
  std::vector<std::string> unseen;
  FieldReader io(reader);
  Cohorts(io, "unseen", unseen);
  for (const std::string& value : unseen) CohortOf(cohorts, value).unseen = true;
}

bool EraseCountsOfEach(json& list) {
  if (!list.is_array()) return false;
  for (json& item : list) {
    if (!item.is_object()) return false;
    item.erase("canary");
    item.erase("baseline");
  }
  return true;
}

}  // namespace

void Fields(FieldWriter& io, const core::Counts& counts) { CountsFields(io, counts); }

void Fields(FieldReader& io, core::Counts& counts) {
  CountsFields(io, counts);
  if (counts.bad <= counts.total) return;
  io.reader.Report(
      "bad", "is " + json(counts.bad).dump() + ", but total is " + json(counts.total).dump(), "");
}

void Fields(auto& io, Of<core::PairedCounts> auto& counts) {
  io.Object("canary", counts.canary);
  io.Object("baseline", counts.baseline);
}

void Fields(auto& io, Of<core::CohortEvidence> auto& cohort) {
  Capital(io, "share", cohort.share);
  io.Object("rollout", cohort.rollout);
}

void Fields(auto& io, Of<core::ShiftEvidence> auto& bound) {
  Capital(io, "share", bound.share);
  Capital(io, "likelihood", bound.likelihood);
}

void Fields(auto& io, Of<core::ScoreEvidence> auto& score) {
  Capital(io, "spread", score.spread);
  io.Object("seen", score.seen);
}

// A hair above 1 is left for sums that were rounded.
constexpr Bounds kStartedWeight{.least = 0, .most = 1.000001};

void Fields(auto& io, Of<core::WarmUpEvidence> auto& warm_up) {
  Capital(io, "share", warm_up.share);
  Capital(io, "fast", warm_up.fast);
  Capital(io, "practical", warm_up.practical);
  io.Number("startedWeight", warm_up.started_weight, kStartedWeight, Given::kNeeded);
}

void Fields(auto& io, Of<core::EvidenceState> auto& state) {
  io.Part("capital", [&state](auto& part) {
    Capital(part, "share", state.share);
    Capital(part, "fast", state.fast);
    Capital(part, "practical", state.practical);
    Capital(part, "ratio", state.ratio);
    Capital(part, "absolute", state.absolute);
    Capital(part, "freshRatio", state.fresh_ratio);
    Capital(part, "freshAbsolute", state.fresh_absolute);
    LimitCapital(part, state);
  });
  io.Number("startedWeight", state.started_weight, kStartedWeight, Given::kNeeded);
  io.Object("warmUp", state.warm_up, Given::kIfSet);
  io.Object("rollout", state.rollout, Given::kNeeded);
  io.Object("step", state.step, Given::kNeeded);
  io.Object("score", state.score, Given::kIfSet);
  io.List("cohorts", state.cohorts, {0, kMaxCohorts}, Given::kIfSet);
  io.List("bounds", state.bounds, {0, kMaxBounds}, Given::kIfSet);
}

void Fields(auto& io, Of<core::Checkpoint> auto& checkpoint) {
  io.Integer("blocksAbsorbed", checkpoint.blocks_absorbed, 0, kMaxBlocksAbsorbed);
  io.List("objectives", checkpoint.objectives, {0, kMaxObjectives});
}
template void Fields(FieldWriter& io, const core::Checkpoint& checkpoint);
template void Fields(FieldReader& io, core::Checkpoint& checkpoint);

void Fields(auto& io, Of<core::ObjectiveVerdict> auto& verdict) {
  io.Text("objective", verdict.objective, kMaxVerdictText, Given::kAlways);
  io.Word("dimension", verdict.dimension);
  io.Word("verdict", verdict.verdict);
  io.Word("reason", verdict.reason);
  io.Text("message", verdict.message, kLongestMessage);
  Tenths(io, "rollbackPercent", verdict.rollback_tenths);
  Tenths(io, "promotionPercent", verdict.promotion_tenths);
  io.Object("canary", verdict.counts.canary);
  io.Object("baseline", verdict.counts.baseline);
  Tenths(io, "limitPercent", verdict.limit_tenths, Given::kIfSet);
  Tenths(io, "shiftPercent", verdict.shift_tenths, Given::kIfSet);
  io.Flag("shiftFound", verdict.shift_shown);
}

void Verdicts(FieldWriter& io, const core::RolloutState& state) {
  io.List("verdicts", state.verdicts, {0, kMaxObjectives});
  json& list = io.object["verdicts"];
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& cohorts = state.verdicts[i].cohorts;
    if (!cohorts.empty()) list[i]["cohorts"] = CohortsToJson(cohorts);
  }
}

void Verdicts(FieldReader& io, core::RolloutState& state) {
  io.reader.Each("verdicts", {0, kMaxObjectives}, [&](ObjectReader& item, std::size_t) {
    core::ObjectiveVerdict& verdict = state.verdicts.emplace_back();
    FieldReader fields(item);
    Fields(fields, verdict);
    if (item.Has("cohorts")) ReadCohortVerdicts(item.Child("cohorts"), state, verdict);
  });
}

bool EraseCounts(json& status) {
  const auto verdicts = status.find("verdicts");
  if (verdicts == status.end() || !EraseCountsOfEach(*verdicts)) return false;
  for (json& verdict : *verdicts) {
    const auto cohorts = verdict.find("cohorts");
    if (cohorts == verdict.end()) continue;
    if (!cohorts->is_object()) return false;
    cohorts->erase("seen");
    cohorts->erase("unseen");
    for (json& listed : *cohorts) {
      if (!EraseCountsOfEach(listed)) return false;
    }
  }
  return true;
}

}  // namespace slogate::spec

#include "spec/status/evidence_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "spec/policy/policy_parts.h"
#include "spec/status/frozen_json.h"

namespace slogate::spec {
namespace {

// Finite in every sum. So far above what can be counted that one more block makes no difference.
constexpr double kMaxCounted = 1e100;

}  // namespace

nlohmann::json CountsToJson(const core::Counts& counts) {
  nlohmann::json object = {{"total", counts.total}, {"bad", counts.bad}};
  if (counts.squares != 0) object["squares"] = counts.squares;
  return object;
}

core::Counts ReadCounts(ObjectReader reader) {
  const auto number = [&](const char* field) {
    return reader.Number(field, 0, {.least = 0, .most = kMaxCounted});
  };
  const core::Counts counts{number("total"), number("bad"), number("squares")};
  if (counts.bad > counts.total) {
    reader.Report("bad",
                  "is " + nlohmann::json(counts.bad).dump() + ", but total is " +
                      nlohmann::json(counts.total).dump(),
                  "");
  }
  return counts;
}

namespace {

using nlohmann::json;

constexpr double kMaxCapital = 1e300;
constexpr std::int64_t kMaxBlocksAbsorbed = std::int64_t{1} << 53;

double Storable(double capital) {
  return capital > 0 ? std::min(capital, kMaxCapital) : 0;  // not a number is nothing
}

template <std::size_t kSize>
json ToJson(const std::array<double, kSize>& capital) {
  json list = json::array();
  for (const double value : capital) list.push_back(Storable(value));
  return list;
}

json ToJson(const core::PairedCounts& counts) {
  return {{"canary", CountsToJson(counts.canary)}, {"baseline", CountsToJson(counts.baseline)}};
}

json ToJson(const core::CohortEvidence& cohort) {
  return {{"share", ToJson(cohort.share)}, {"rollout", ToJson(cohort.rollout)}};
}

json ToJson(const core::ShiftEvidence& bound) {
  return {{"share", ToJson(bound.share)}, {"likelihood", ToJson(bound.likelihood)}};
}

template <typename Evidence>
void PutEach(json& object, const char* field, const std::vector<Evidence>& parts,
             std::size_t most) {
  if (parts.empty()) return;
  json list = json::array();
  for (const Evidence& part : parts) {
    if (list.size() < most) list.push_back(ToJson(part));
  }
  object[field] = std::move(list);
}

json ToJson(const core::EvidenceState& state) {
  json object = {{"capital",
                  {{"share", ToJson(state.share)},
                   {"fast", ToJson(state.fast)},
                   {"practical", ToJson(state.practical)},
                   {"ratio", ToJson(state.ratio)},
                   {"absolute", ToJson(state.absolute)},
                   {"freshRatio", ToJson(state.fresh_ratio)},
                   {"freshAbsolute", ToJson(state.fresh_absolute)}}},
                 {"startedWeight", state.started_weight},
                 {"rollout", ToJson(state.rollout)},
                 {"step", ToJson(state.step)}};
  if (state.score != core::ScoreEvidence{}) {
    object["score"] = {{"spread", ToJson(state.score.spread)},
                       {"seen", CountsToJson(state.score.seen)}};
  }
  PutEach(object, "cohorts", state.cohorts, kMaxCohorts);
  PutEach(object, "bounds", state.bounds, kMaxBounds);
  return object;
}

enum class EvidenceUnit { kCapital, kLogarithm };

// Plain capital, or, of versions that kept it so, its logarithm with null for none at all.
std::optional<double> CapitalOf(const json& item, EvidenceUnit unit) {
  if (unit == EvidenceUnit::kLogarithm && item.is_null()) return 0;
  if (!item.is_number()) return std::nullopt;
  const double number = item.get<double>();
  if (unit == EvidenceUnit::kLogarithm) return Storable(std::exp(number));
  return number >= 0 && number <= kMaxCapital ? std::optional(number) : std::nullopt;
}

template <std::size_t kSize>
void ReadEach(ObjectReader& reader, std::string_view field, std::array<double, kSize>& capital,
              EvidenceUnit unit = EvidenceUnit::kCapital) {
  reader.Require(field, "it is part of every checkpoint");
  const json* list = reader.List(field, {kSize, kSize});
  if (list == nullptr) return;
  for (std::size_t i = 0; i < kSize; ++i) {
    const auto value = CapitalOf((*list)[i], unit);
    if (!value) {
      reader.Report(field, "has an item that is no evidence", "");
      return;
    }
    capital[i] = *value;
  }
}

core::PairedCounts ReadPaired(ObjectReader reader) {
  return {ReadCounts(reader.Child("canary")), ReadCounts(reader.Child("baseline"))};
}

core::CohortEvidence ReadCohort(ObjectReader& reader) {
  core::CohortEvidence cohort;
  ReadEach(reader, "share", cohort.share);
  cohort.rollout = ReadPaired(reader.Child("rollout"));
  return cohort;
}

core::ShiftEvidence ReadBound(ObjectReader& reader) {
  core::ShiftEvidence bound;
  ReadEach(reader, "share", bound.share);
  ReadEach(reader, "likelihood", bound.likelihood);
  return bound;
}

core::ScoreEvidence ReadScore(ObjectReader reader) {
  core::ScoreEvidence score;
  ReadEach(reader, "spread", score.spread);
  score.seen = ReadCounts(reader.Child("seen"));
  return score;
}

void ReadCapital(ObjectReader reader, EvidenceUnit unit, core::EvidenceState& state) {
  ReadEach(reader, "share", state.share, unit);
  ReadEach(reader, "fast", state.fast, unit);
  ReadEach(reader, "practical", state.practical, unit);
  ReadEach(reader, "ratio", state.ratio, unit);
  ReadEach(reader, "absolute", state.absolute, unit);
  ReadEach(reader, "freshRatio", state.fresh_ratio, unit);
  ReadEach(reader, "freshAbsolute", state.fresh_absolute, unit);
}

core::EvidenceState ReadEvidence(ObjectReader& reader) {
  core::EvidenceState state;
  if (reader.Has("capital")) {
    ReadCapital(reader.Child("capital"), EvidenceUnit::kCapital, state);
  } else {
    ReadCapital(reader, EvidenceUnit::kLogarithm, state);
  }
  for (const char* field : {"startedWeight", "rollout", "step"}) {
    reader.Require(field, "");
  }
  // A hair above 1 is left for sums that were rounded.
  state.started_weight = reader.Number("startedWeight", 0, {.least = 0, .most = 1.000001});
  state.rollout = ReadPaired(reader.Child("rollout"));
  state.step = ReadPaired(reader.Child("step"));
  if (reader.Has("score")) state.score = ReadScore(reader.Child("score"));
  reader.Each("cohorts", {0, kMaxCohorts},
              [&](ObjectReader& item, std::size_t) { state.cohorts.push_back(ReadCohort(item)); });
  reader.Each("bounds", {0, kMaxBounds},
              [&](ObjectReader& item, std::size_t) { state.bounds.push_back(ReadBound(item)); });
  return state;
}

}  // namespace

json CheckpointToJson(const core::Checkpoint& checkpoint) {
  json objectives = json::array();
  for (const auto& evidence : checkpoint.objectives) objectives.push_back(ToJson(evidence));
  return {{"blocksAbsorbed", std::min(checkpoint.blocks_absorbed, kMaxBlocksAbsorbed)},
          {"objectives", std::move(objectives)}};
}

core::Checkpoint ReadCheckpoint(ObjectReader reader) {
  core::Checkpoint checkpoint;
  checkpoint.blocks_absorbed = reader.Integer("blocksAbsorbed", 0, 0, kMaxBlocksAbsorbed);
  reader.Each("objectives", {0, kMaxObjectives}, [&](ObjectReader& item, std::size_t) {
    checkpoint.objectives.push_back(ReadEvidence(item));
  });
  return checkpoint;
}

}  // namespace slogate::spec

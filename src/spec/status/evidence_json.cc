#include <array>
#include <cmath>

#include "spec/policy/policy_parts.h"
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

// kLogarithm: as earlier versions stored it, with null for none at all.
enum class CapitalUnit { kCapital, kLogarithm };

std::optional<double> CapitalOf(const json& item, CapitalUnit unit) {
  if (unit == CapitalUnit::kLogarithm && item.is_null()) return 0;
  if (!item.is_number()) return std::nullopt;
  const double number = item.get<double>();
  if (unit == CapitalUnit::kLogarithm) return Storable(std::exp(number));
  return number >= 0 && number <= kMaxCapital ? std::optional(number) : std::nullopt;
}

template <std::size_t kSize>
void Capital(FieldWriter& io, const char* name, const std::array<double, kSize>& capital,
             CapitalUnit = CapitalUnit::kCapital) {
  for (const double value : capital) io.object[name].push_back(Storable(value));
}

template <std::size_t kSize>
void Capital(FieldReader& io, const char* name, std::array<double, kSize>& capital,
             CapitalUnit unit = CapitalUnit::kCapital) {
  io.reader.Require(name, "it is part of every checkpoint");
  const json* list = io.reader.List(name, {kSize, kSize});
  if (list == nullptr) return;
  for (std::size_t i = 0; i < kSize; ++i) {
    const auto value = CapitalOf((*list)[i], unit);
    if (!value) return io.reader.Report(name, "has an item that is no evidence", "");
    capital[i] = *value;
  }
}

void CapitalFields(auto& io, auto& state, CapitalUnit unit) {
  Capital(io, "share", state.share, unit);
  Capital(io, "fast", state.fast, unit);
  Capital(io, "practical", state.practical, unit);
  Capital(io, "ratio", state.ratio, unit);
  Capital(io, "absolute", state.absolute, unit);
  Capital(io, "freshRatio", state.fresh_ratio, unit);
  Capital(io, "freshAbsolute", state.fresh_absolute, unit);
}

void AllCapital(FieldWriter& io, const core::EvidenceState& state) {
  FieldWriter capital(io.object["capital"]);
  CapitalFields(capital, state, CapitalUnit::kCapital);
}

void AllCapital(FieldReader& io, core::EvidenceState& state) {
  if (!io.reader.Has("capital")) return CapitalFields(io, state, CapitalUnit::kLogarithm);
  ObjectReader child = io.reader.Child("capital");
  FieldReader capital(child);
  CapitalFields(capital, state, CapitalUnit::kCapital);
}

void CountsFields(auto& io, auto& counts) {
  io.Number("total", counts.total, kCounted);
  io.Number("bad", counts.bad, kCounted);
  io.Number("squares", counts.squares, kCounted, Given::kIfSet);
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

void Fields(auto& io, Of<core::EvidenceState> auto& state) {
  AllCapital(io, state);
  // A hair above 1 is left for sums that were rounded.
  io.Number("startedWeight", state.started_weight, {.least = 0, .most = 1.000001}, Given::kNeeded);
  io.Object("rollout", state.rollout, Given::kNeeded);
  io.Object("step", state.step, Given::kNeeded);
  io.Object("score", state.score, Given::kIfSet);
  io.List("cohorts", state.cohorts, {0, kMaxCohorts}, Given::kIfSet);
  io.List("bounds", state.bounds, {0, kMaxBounds}, Given::kIfSet);
}

namespace {

void CheckpointFields(auto& io, auto& checkpoint) {
  io.Integer("blocksAbsorbed", checkpoint.blocks_absorbed, 0, kMaxBlocksAbsorbed);
  io.List("objectives", checkpoint.objectives, {0, kMaxObjectives});
}

}  // namespace

void Fields(FieldWriter& io, const core::Checkpoint& checkpoint) {
  CheckpointFields(io, checkpoint);
}
void Fields(FieldReader& io, core::Checkpoint& checkpoint) { CheckpointFields(io, checkpoint); }

}  // namespace slogate::spec

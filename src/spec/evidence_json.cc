#include "spec/evidence_json.h"

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "spec/policy_parts.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();
constexpr Bounds kSum{};
constexpr std::int64_t kMostBlocks = std::int64_t{1} << 53;

json Storable(double number) {
  if (std::isnan(number) || number == kMinusInfinity) return nullptr;
  if (std::isinf(number)) return std::numeric_limits<double>::max();
  return number;
}

template <std::size_t kSize>
json ToJson(const std::array<double, kSize>& logs) {
  json list = json::array();
  for (const double log : logs) list.push_back(Storable(log));
  return list;
}

json ToJson(const core::Counts& counts) { return {{"total", counts.total}, {"bad", counts.bad}}; }

json ToJson(const core::PairedCounts& counts) {
  return {{"canary", ToJson(counts.canary)}, {"baseline", ToJson(counts.baseline)}};
}

json ToJson(const core::EvidenceState& state) {
  return {{"share", ToJson(state.share)},
          {"fast", ToJson(state.fast)},
          {"practical", ToJson(state.practical)},
          {"startedWeight", state.started_weight},
          {"ratio", ToJson(state.ratio)},
          {"absolute", ToJson(state.absolute)},
          {"freshRatio", ToJson(state.fresh_ratio)},
          {"freshAbsolute", ToJson(state.fresh_absolute)},
          {"rollout", ToJson(state.rollout)},
          {"step", ToJson(state.step)}};
}

template <std::size_t kSize>
void ReadLogs(ObjectReader& reader, std::string_view field, std::array<double, kSize>& logs) {
  reader.Require(field, "it is part of every checkpoint");
  const json* list = reader.List(field, {kSize, kSize});
  if (list == nullptr) return;
  for (std::size_t i = 0; i < kSize; ++i) {
    const json& item = (*list)[i];
    if (item.is_number()) {
      logs[i] = item.get<double>();
    } else if (item.is_null()) {
      logs[i] = kMinusInfinity;
    } else {
      reader.Report(field, "has an item that is neither a number nor null", "");
      return;
    }
  }
}

core::Counts ReadCounts(ObjectReader reader) {
  return {reader.Number("total", 0, kSum), reader.Number("bad", 0, kSum)};
}

core::PairedCounts ReadPaired(ObjectReader reader) {
  return {ReadCounts(reader.Child("canary")), ReadCounts(reader.Child("baseline"))};
}

core::EvidenceState ReadEvidence(ObjectReader& reader) {
  core::EvidenceState state;
  ReadLogs(reader, "share", state.share);
  ReadLogs(reader, "fast", state.fast);
  ReadLogs(reader, "practical", state.practical);
  // A hair above 1 is left for sums that were rounded.
  state.started_weight = reader.Number("startedWeight", 0, {.least = 0, .most = 1.000001});
  ReadLogs(reader, "ratio", state.ratio);
  ReadLogs(reader, "absolute", state.absolute);
  ReadLogs(reader, "freshRatio", state.fresh_ratio);
  ReadLogs(reader, "freshAbsolute", state.fresh_absolute);
  state.rollout = ReadPaired(reader.Child("rollout"));
  state.step = ReadPaired(reader.Child("step"));
  return state;
}

}  // namespace

json CheckpointToJson(const core::Checkpoint& checkpoint) {
  json objectives = json::array();
  for (const auto& evidence : checkpoint.objectives) objectives.push_back(ToJson(evidence));
  return {{"blocksAbsorbed", checkpoint.blocks_absorbed}, {"objectives", std::move(objectives)}};
}

core::Checkpoint ReadCheckpoint(ObjectReader reader) {
  core::Checkpoint checkpoint;
  checkpoint.blocks_absorbed = reader.Integer("blocksAbsorbed", 0, 0, kMostBlocks);
  reader.Each("objectives", {0, kMostObjectives}, [&](ObjectReader& item, std::size_t) {
    checkpoint.objectives.push_back(ReadEvidence(item));
  });
  return checkpoint;
}

}  // namespace slogate::spec

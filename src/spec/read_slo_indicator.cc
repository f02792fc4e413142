#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "spec/indicator_json.h"
#include "spec/slo_parts.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kLongestName = 253;
constexpr const char* kKinds =
    "give counters, histogram, promql, score, scoreHistogram, ratio, composite or journey";

core::RatioIndicator ReadRatio(ObjectReader reader) {
  core::RatioIndicator ratio;
  ratio.bad_ratio = ReadPromql(reader, "badRatio", IndicatorUse::kOfService);
  reader.RefuseOthers();
  return ratio;
}

// Names of objectives, each once.
std::vector<std::string> ReadParts(ObjectReader& reader, std::string_view field) {
  std::vector<std::string> parts = reader.Texts(field, kMostSloObjectives, kLongestName);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto end = parts.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(parts.begin(), end, parts[i]) == end) continue;
    reader.Report(std::string(field) + "[" + std::to_string(i) + "]",
                  "'" + parts[i] + "' is named twice", "remove one");
  }
  return parts;
}

core::CompositeIndicator ReadComposite(ObjectReader reader) {
  core::CompositeIndicator composite;
  if (!reader.IsObject()) return composite;
  if (reader.Require("of", "name the objectives that a request must keep, all of them")) {
    const std::size_t before = reader.MistakeCount();
    composite.of = ReadParts(reader, "of");
    if (reader.MistakeCount() == before && composite.of.size() < 2) {
      reader.Report("of", "names fewer than two objectives",
                    "name at least two, or use that objective itself");
    }
  }
  if (reader.Has("perRequest")) {
    ObjectReader exact = reader.Child("perRequest");
    int kinds = 0;
    composite.per_request =
        ReadIndicatorKinds(exact, kLongestSelector, IndicatorUse::kOfService, kinds);
    if (kinds != 1 && exact.IsObject()) {
      exact.Report("", kinds == 0 ? "says nothing to count" : "has more than one kind",
                   "give one of counters, histogram, promql, score or scoreHistogram");
    }
    exact.RefuseOthers();
  }
  reader.RefuseOthers();
  return composite;
}

core::JourneyStep ReadStep(ObjectReader& item, const std::vector<core::JourneyStep>& earlier) {
  core::JourneyStep step;
  if (item.Require("objective", "name the objective of this step")) {
    step.objective = item.Text("objective", kLongestName).value_or("");
  }
  step.weight = item.Number("weight", 1, {.least = 0, .most = 1, .above_least = true});
  step.after = ReadParts(item, "after");
  const auto is_earlier = [&](const std::string& name) {
    return std::any_of(earlier.begin(), earlier.end(),
                       [&](const core::JourneyStep& other) { return other.objective == name; });
  };
  if (!step.objective.empty() && is_earlier(step.objective)) {
    item.Report("objective", "'" + step.objective + "' is a step already", "remove one");
  }
  for (std::size_t i = 0; i < step.after.size(); ++i) {
    if (is_earlier(step.after[i])) continue;
    item.Report("after[" + std::to_string(i) + "]",
                "'" + step.after[i] + "' is no step before this one",
                "list the steps in the order in which users take them");
  }
  item.RefuseOthers();
  return step;
}

core::JourneyIndicator ReadJourney(ObjectReader reader) {
  core::JourneyIndicator journey;
  if (!reader.IsObject()) return journey;
  if (reader.Require("steps", "list the steps that users take, such as - objective: search")) {
    const std::size_t before = reader.MistakeCount();
    reader.Each("steps", {1, kMostSloObjectives}, [&](ObjectReader& item, std::size_t) {
      journey.steps.push_back(ReadStep(item, journey.steps));
    });
    if (reader.MistakeCount() == before && journey.steps.size() < 2) {
      reader.Report("steps", "has a single step",
                    "list at least two, or use that objective itself");
    }
  }
  reader.RefuseOthers();
  return journey;
}

}  // namespace

core::Sli ReadSli(ObjectReader& objective) {
  if (!objective.Require("indicator", kKinds)) return {};
  ObjectReader reader = objective.Child("indicator");
  if (!reader.IsObject()) return {};
  int kinds = 0;
  core::Sli sli;
  auto counted = ReadIndicatorKinds(reader, kLongestSelector, IndicatorUse::kOfService, kinds);
  if (counted) sli = std::move(*counted);
  const auto read = [&](const char* kind, auto read_kind) {
    if (!reader.Has(kind)) return;
    sli = read_kind(reader.Child(kind));
    ++kinds;
  };
  read("ratio", ReadRatio);
  read("composite", ReadComposite);
  read("journey", ReadJourney);
  if (kinds > 1) reader.Report("", "has more than one kind", "keep one of them");
  if (kinds == 0) reader.Report("", "says nothing to count", kKinds);
  reader.RefuseOthers();
  return sli;
}

}  // namespace slogate::spec

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "spec/policy/policy_parts.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/names.h"
#include "spec/text/units.h"

namespace slogate::spec {
namespace {

constexpr const char* kKinds =
    "give counters, histogram, promql, score, scoreHistogram, ratio, composite or journey";

// Names of objectives, each once.
std::vector<std::string> ReadParts(ObjectReader& reader, std::string_view field) {
  std::vector<std::string> parts = reader.Texts(field, kMaxSloObjectives, kLongestName);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto end = parts.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(parts.begin(), end, parts[i]) == end) continue;
    reader.Report(std::string(field) + "[" + std::to_string(i) + "]",
                  "'" + parts[i] + "' is named twice", "remove one");
  }
  return parts;
}

core::CompositeIndicator ReadComposite(ObjectReader& reader) {
  core::CompositeIndicator composite;
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
  return composite;
}

core::JourneyStep ReadStep(ObjectReader& item, const std::vector<core::JourneyStep>& earlier) {
  core::JourneyStep step;
  item.Require("objective", "name the objective of this step");
  step.objective = item.Text("objective", kLongestName).value_or("");
  step.weight = item.Number("weight", 1, {.least = 0, .most = 1, .above_min = true});
  step.after = ReadParts(item, "after");
  const auto is_earlier = [&](const std::string& name) {
    return std::ranges::any_of(
        earlier, [&](const core::JourneyStep& other) { return other.objective == name; });
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

core::JourneyIndicator ReadJourney(ObjectReader& reader) {
  core::JourneyIndicator journey;
  if (reader.Require("steps", "list the steps that users take, such as - objective: search")) {
    const std::size_t before = reader.MistakeCount();
    reader.Each("steps", {1, kMaxSloObjectives}, [&](ObjectReader& item, std::size_t) {
      journey.steps.push_back(ReadStep(item, journey.steps));
    });
    if (reader.MistakeCount() == before && journey.steps.size() < 2) {
      reader.Report("steps", "has a single step",
                    "list at least two, or use that objective itself");
    }
  }
  return journey;
}

constexpr std::size_t kLongestDescription = 1050;
constexpr std::size_t kLongestLead = 253;

double DefaultTarget(int tier, core::Dimension dimension) {
  const core::TierDefaults defaults = core::DefaultsOf(tier);
  switch (dimension) {
    case core::Dimension::kAvailability:
      return defaults.availability;
    case core::Dimension::kLatency:
      return defaults.latency;
    case core::Dimension::kQuality:
      return defaults.quality;
  }
  return defaults.availability;
}

double ReadTarget(ObjectReader& item, std::optional<int> tier, core::Dimension dimension) {
  if (tier && !item.Has("target")) return DefaultTarget(*tier, dimension);
  if (!item.Require("target", "give the good events in percent, such as 99.5; or a tier")) {
    return 0.99;
  }
  return ReadPercentTarget(item, "target");
}

void ReadSla(ObjectReader& reader, core::SloObjective& objective) {
  if (!reader.Require("target", "give what the contract promises in percent, such as 99")) return;
  const std::size_t before = reader.MistakeCount();
  objective.sla_target = ReadPercentTarget(reader, "target");
  if (reader.MistakeCount() == before && *objective.sla_target >= objective.target) {
    reader.Report("target", "is not looser than the objective's own target",
                  "aim higher than the contract promises: lower this, or raise the objective");
  }
}

std::vector<core::CohortTarget> ReadCohortTargets(ObjectReader& cohorts, int most) {
  std::vector<core::CohortTarget> targets;
  if (!cohorts.Has("targets")) return targets;
  ObjectReader reader = cohorts.Child("targets");
  const std::vector<std::string> names = reader.Names();
  if (names.size() > static_cast<std::size_t>(most)) {
    cohorts.Report("targets", "has more cohorts than max", "raise max, or name fewer");
    return targets;
  }
  for (const std::string& name : names) {
    if (name.empty() || name.size() > kLongestCohort) {
      cohorts.Report("targets", "has an empty or very long cohort", "name a value of the label");
    }
    targets.push_back({name, ReadPercentTarget(reader, name)});
  }
  return targets;
}

bool KeepsCohorts(const core::Sli& sli) {
  const auto* indicator = std::get_if<core::Indicator>(&sli);
  if (const auto* composite = std::get_if<core::CompositeIndicator>(&sli)) {
    if (composite->per_request) indicator = &*composite->per_request;
  }
  return indicator != nullptr && !std::holds_alternative<core::PromqlIndicator>(*indicator);
}

void ReadSloCohorts(ObjectReader& reader, core::SloCohorts& cohorts) {
  cohorts.by = ReadCohortLabel(reader);
  cohorts.most =
      static_cast<int>(reader.Integer("max", cohorts.most, 1, std::int64_t{kMaxCohorts}));
  cohorts.targets = ReadCohortTargets(reader, cohorts.most);
  cohorts.page = reader.Flag("page", false);
}

core::SloObjective ReadObjective(ObjectReader& item, std::optional<int> tier,
                                 const core::BudgetWindow& window,
                                 const std::vector<core::SloObjective>& others) {
  core::SloObjective objective;
  objective.name = ReadSloName(item, "name", "the objective");
  RefuseTwin(item, objective.name, others);
  objective.description = item.AnyText("description", kLongestDescription).value_or("");
  item.Require("dimension", "write availability, latency or quality");
  objective.dimension =
      item.Word<core::Dimension>("dimension").value_or(core::Dimension::kAvailability);
  objective.leads = item.Text("leads", kLongestLead).value_or("");
  const core::Mode mode = objective.leads.empty() ? core::Mode::kEnforce : core::Mode::kReport;
  objective.mode = item.Word<core::Mode>("mode").value_or(mode);
  objective.target = ReadTarget(item, tier, objective.dimension);
  item.Part("sla", objective, ReadSla);
  objective.indicator = ReadSli(item);
  item.Part("cohorts", objective.cohorts, ReadSloCohorts);
  if (objective.cohorts && !KeepsCohorts(objective.indicator)) {
    item.Report("cohorts", "cannot be counted by this indicator",
                "count with counters, histogram, score or scoreHistogram");
  }
  objective.labels = ReadLabels(item, "labels");
  objective.alerting = ReadAlerting(item, window);
  item.RefuseOthers();
  return objective;
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
    kinds += ReadKind(reader, kind, sli, read_kind) ? 1 : 0;
  };
  read("ratio", [](ObjectReader& child) {
    return core::RatioIndicator{ReadPromql(child, "badRatio", IndicatorUse::kOfService)};
  });
  read("composite", ReadComposite);
  read("journey", ReadJourney);
  if (kinds > 1) reader.Report("", "has more than one kind", "keep one of them");
  if (kinds == 0) reader.Report("", "says nothing to count", kKinds);
  reader.RefuseOthers();
  return sli;
}

bool IsSloName(std::string_view text) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !text.empty() && text.size() <= 63 && letter_or_digit(text.front()) &&
         letter_or_digit(text.back()) && std::ranges::all_of(text, [&](char c) {
           return letter_or_digit(c) || c == '-' || c == '_' || c == '.';
         });
}

std::string ReadSloName(ObjectReader& object, std::string_view field, const std::string& of_what) {
  if (!object.Require(field, "give the name of " + of_what)) return "";
  const auto name = object.Text(field, 512);
  if (!name) return "";
  if (IsSloName(*name)) return *name;
  object.Report(field, "'" + *name + "' is not a name",
                "use at most 63 letters, digits, dashes, underscores or dots, with a letter or "
                "digit at both ends");
  return "";
}

double ReadPercentTarget(ObjectReader& object, std::string_view field) {
  const std::size_t before = object.MistakeCount();
  const double percent = object.Number(field, 99, {.least = 0, .most = 100, .above_min = true});
  if (object.MistakeCount() > before) return 0.99;
  if (percent == 100) {
    object.Report(field, "100 leaves no error budget", "use a number below 100, such as 99.9");
  } else if (percent < 1) {
    object.Report(field, "is in percent, and below 1", FixOfShare(percent));
  }
  return ShareOf(percent);
}

std::vector<core::SloObjective> ReadSloObjectives(ObjectReader& spec, std::optional<int> tier,
                                                  const core::BudgetWindow& window) {
  std::vector<core::SloObjective> objectives;
  if (!spec.Require("objectives", "give at least one objective")) return objectives;
  spec.Each("objectives", {1, kMaxSloObjectives}, [&](ObjectReader& item, std::size_t) {
    objectives.push_back(ReadObjective(item, tier, window, objectives));
  });
  return objectives;
}

}  // namespace slogate::spec

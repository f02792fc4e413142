#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "spec/percent.h"
#include "spec/policy_parts.h"
#include "spec/slices_json.h"
#include "spec/slo_parts.h"

namespace slogate::spec {
namespace {

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

std::optional<double> ReadSla(ObjectReader& item, double target) {
  if (!item.Has("sla")) return std::nullopt;
  ObjectReader reader = item.Child("sla");
  if (!reader.IsObject()) return std::nullopt;
  std::optional<double> sla;
  if (reader.Require("target", "give what the contract promises in percent, such as 99")) {
    const std::size_t before = reader.MistakeCount();
    sla = ReadPercentTarget(reader, "target");
    if (reader.MistakeCount() == before && *sla >= target) {
      reader.Report("target", "is not looser than the objective's own target",
                    "aim higher than the contract promises: lower this, or raise the objective");
    }
  }
  reader.RefuseOthers();
  return sla;
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

std::optional<core::SloCohorts> ReadSloCohorts(ObjectReader& item, const core::Sli& sli) {
  if (!item.Has("cohorts")) return std::nullopt;
  core::SloCohorts cohorts;
  ObjectReader reader = item.Child("cohorts");
  if (!reader.IsObject()) return cohorts;
  cohorts.by = ReadCohortLabel(reader);
  cohorts.most =
      static_cast<int>(reader.Integer("max", cohorts.most, 1, std::int64_t{kMostCohorts}));
  cohorts.targets = ReadCohortTargets(reader, cohorts.most);
  if (!KeepsCohorts(sli)) {
    item.Report("cohorts", "cannot be counted by this indicator",
                "count with counters, histogram, score or scoreHistogram");
  }
  reader.RefuseOthers();
  return cohorts;
}

std::string ReadObjectiveName(ObjectReader& item, const std::vector<core::SloObjective>& others) {
  std::string name = ReadSloName(item, "name", "the objective");
  const bool twice = std::any_of(
      others.begin(), others.end(),
      [&](const core::SloObjective& other) { return !name.empty() && other.name == name; });
  if (twice) item.Report("name", "'" + name + "' is listed twice", "give each its own name");
  return name;
}

core::SloObjective ReadObjective(ObjectReader& item, std::optional<int> tier,
                                 const core::BudgetWindow& window,
                                 const std::vector<core::SloObjective>& others) {
  core::SloObjective objective;
  objective.name = ReadObjectiveName(item, others);
  objective.description = item.AnyText("description", kLongestDescription).value_or("");
  item.Require("dimension", "write availability, latency or quality");
  objective.dimension =
      item.Word<core::Dimension>("dimension").value_or(core::Dimension::kAvailability);
  objective.leads = item.Text("leads", kLongestLead).value_or("");
  const core::Mode mode = objective.leads.empty() ? core::Mode::kEnforce : core::Mode::kAdvise;
  objective.mode = item.Word<core::Mode>("mode").value_or(mode);
  objective.target = ReadTarget(item, tier, objective.dimension);
  objective.sla_target = ReadSla(item, objective.target);
  objective.indicator = ReadSli(item);
  objective.cohorts = ReadSloCohorts(item, objective.indicator);
  objective.labels = ReadLabels(item, "labels");
  objective.alerting = ReadAlerting(item, window);
  item.RefuseOthers();
  return objective;
}

}  // namespace

bool IsSloName(std::string_view text) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !text.empty() && text.size() <= 63 && letter_or_digit(text.front()) &&
         letter_or_digit(text.back()) && std::all_of(text.begin(), text.end(), [&](char c) {
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
  const double percent = object.Number(field, 99, {.least = 0, .most = 100, .above_least = true});
  if (object.MistakeCount() > before) return 0.99;
  if (percent == 100) {
    object.Report(field, "100 leaves no error budget", "use a number below 100, such as 99.9");
  } else if (percent < 1) {
    object.Report(field, "is in percent, and below 1", MendOfShare(percent));
  }
  return ShareOf(percent);
}

std::vector<core::SloObjective> ReadSloObjectives(ObjectReader& spec, std::optional<int> tier,
                                                  const core::BudgetWindow& window) {
  std::vector<core::SloObjective> objectives;
  if (!spec.Require("objectives", "give at least one objective")) return objectives;
  spec.Each("objectives", {1, kMostSloObjectives}, [&](ObjectReader& item, std::size_t) {
    objectives.push_back(ReadObjective(item, tier, window, objectives));
  });
  return objectives;
}

}  // namespace slogate::spec

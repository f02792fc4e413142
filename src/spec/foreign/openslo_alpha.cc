// SLOs of openslo/v1alpha: each objective has a ratio of its own.
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "spec/foreign/openslo_parts.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/names.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kLongestAlphaText = 1050;
constexpr std::size_t kLongestAlphaWord = 253;

// A unit of timeWindows.
struct AlphaUnit {
  std::string_view word;
  core::Duration length;  // 0: it differs
  std::optional<core::CalendarUnit> calendar;
};
constexpr std::array<AlphaUnit, 8> kAlphaUnits = {
    {{"Second", std::chrono::seconds(1), std::nullopt},
     {"Minute", std::chrono::minutes(1), std::nullopt},
     {"Hour", std::chrono::hours(1), std::nullopt},
     {"Day", std::chrono::hours(24), core::CalendarUnit::kDay},
     {"Week", std::chrono::hours(24 * 7), core::CalendarUnit::kWeek},
     {"Month", core::Duration(0), core::CalendarUnit::kMonth},
     {"Quarter", core::Duration(0), core::CalendarUnit::kQuarter},
     {"Year", core::Duration(0), core::CalendarUnit::kYear}}};

core::BudgetWindow RollingAlpha(ObjectReader& item, const AlphaUnit& unit, std::int64_t count) {
  if (unit.length.count() == 0) {
    item.Report("unit", "rolls by months, quarters or years, which differ in length",
                "give days, such as unit: Day and count: 30, or a calendar");
    return kDefaultWindow;
  }
  const core::Duration length = unit.length * count;
  if (length < std::chrono::hours(1) || length > std::chrono::hours(24 * 366)) {
    item.Report("count", "makes a window that is out of range", "use 1 hour to 366 days");
  }
  return length;
}

core::BudgetWindow AlignedAlpha(ObjectReader& item, const AlphaUnit& unit, std::int64_t count) {
  if (count != 1) {
    item.Report("count", "spans several calendar units, which has no equivalent",
                "use one Day, Week, Month, Quarter or Year");
  }
  if (!unit.calendar) {
    item.Report("unit", "is no unit of the calendar", "use Day, Week, Month, Quarter or Year");
  }
  return unit.calendar.value_or(core::CalendarUnit::kMonth);
}

core::BudgetWindow ReadAlphaWindow(ObjectReader& item, Remarks& remarks) {
  core::BudgetWindow window = kDefaultWindow;
  const bool rolling = item.Flag("isRolling", !item.Has("calendar"));
  item.Require("unit", "write Day");
  std::vector<std::string> words;
  for (const AlphaUnit& unit : kAlphaUnits) words.emplace_back(unit.word);
  const auto word = item.Choice("unit", words);
  const std::int64_t count = item.Integer("count", 1, 1, 100'000);
  for (const AlphaUnit& unit : kAlphaUnits) {
    if (word != unit.word) continue;
    window = rolling ? RollingAlpha(item, unit, count) : AlignedAlpha(item, unit, count);
  }
  const auto* const unit = std::get_if<core::CalendarUnit>(&window);
  RemarkOnCalendar(item, unit != nullptr ? std::optional(*unit) : std::nullopt, remarks);
  item.RefuseOthers();
  return window;
}

std::string ReadAlphaSource(ObjectReader& ratio, const std::string& field) {
  if (!ratio.Require(field, "give source, queryType and query")) return "";
  ObjectReader source = ratio.Child(field);
  if (!source.IsObject()) return "";
  const auto refuse_other = [&](const char* name, std::string_view known) {
    const auto value = source.Text(name, kLongestAlphaWord);
    if (!value || Lower(*value) == known || (known == "prometheus" && *value == "sloth")) return;
    source.Report(name, "'" + *value + "' has no equivalent",
                  "slogate reads PromQL from Prometheus only");
  };
  refuse_other("source", "prometheus");
  refuse_other("queryType", "promql");
  source.Has("metadata");
  std::string query = ReadOpenSloQuery(source);
  source.RefuseOthers();
  return query;
}

ForeignSli ReadAlphaRatio(ObjectReader ratio, Remarks& remarks) {
  if (!ratio.IsObject()) return {};
  const bool counter = ratio.Flag("counter", true);
  // Whether the counts rise for ever or are of each interval; a range over {{.window}} says it too.
  ratio.Flag("incremental", true);
  const bool good = ratio.Has("good");
  if (good == ratio.Has("bad")) {
    ratio.Report("", good ? "has both bad and good" : "has neither bad nor good",
                 good ? "keep one of them" : "give one of them");
  }
  const std::string part_field = good ? "good" : "bad";
  const std::string total = ReadAlphaSource(ratio, "total");
  const std::string part = ratio.Has(part_field) ? ReadAlphaSource(ratio, part_field) : "";
  ratio.RefuseOthers();
  if (total.empty() || part.empty()) return {};
  return CountRatio(ratio, {"total.query", total}, {part_field + ".query", part}, good, counter,
                    remarks);
}

core::SloObjective ReadAlphaObjective(ObjectReader& item, std::string name, Remarks& remarks) {
  core::SloObjective objective;
  objective.name = std::move(name);
  objective.description = item.AnyText("displayName", kLongestAlphaText).value_or("");
  if (item.Require("target", "give a share, such as 0.995")) {
    objective.target =
        item.Number("target", 0.99, {.least = 0, .most = 0.999999999, .above_min = true});
  }
  for (const char* field : {"op", "value"}) {
    if (!item.Has(field)) continue;
    remarks.Add(item.Path(field), "is left out: a ratio of events has no threshold", "remove it");
  }
  for (const char* field : {"timeSliceTarget", "timeSliceWindow"}) item.Has(field);
  const std::size_t before = item.MistakeCount();
  if (item.Require("ratioMetrics", "give good or bad, and total")) {
    ForeignSli found = ReadAlphaRatio(item.Child("ratioMetrics"), remarks);
    objective.indicator = std::move(found.sli);
    objective.cohorts = std::move(found.cohorts);
  }
  if (item.MistakeCount() == before) GuessDimension(objective, item.Path(""), "OpenSLO", remarks);
  item.RefuseOthers();
  return objective;
}

void ReadAlphaSpec(ObjectReader spec, const std::string& title, core::ServiceLevelObjective& slo,
                   Remarks& remarks, OpenSloDocuments& documents) {
  if (!spec.IsObject()) return;
  const std::string description = spec.AnyText("description", kLongestAlphaText).value_or("");
  slo.service = ReadSloName(spec, "service", "the service");
  slo.window = documents.terms().default_window;
  if (spec.Has("timeWindows")) {
    spec.Each("timeWindows", {1, 1}, [&](ObjectReader& item, std::size_t) {
      slo.window = ReadAlphaWindow(item, remarks);
    });
  } else {
    remarks.Guess(spec.Path("timeWindows"),
                  "is missing and taken as 30 days, rolling, or "
                  "as --default-slo-period says",
                  "give unit: Day and count: 30");
  }
  ReadOpenSloMethod(spec);
  if (spec.Has("indicator")) {
    spec.Report("indicator", "has a thresholdMetric, which has no equivalent: it counts no events",
                "remove it and give objectives[].ratioMetrics");
  }
  const core::Alerting alerting = ReadOpenSloAlerting(spec, remarks, documents);
  if (!spec.Require("objectives", "give at least one objective")) return;
  spec.Each("objectives", {1, kMaxSloObjectives}, [&](ObjectReader& item, std::size_t i) {
    const std::string tail = "-" + std::to_string(i);
    const std::string name = slo.name.substr(0, 63 - tail.size()) + tail;
    core::SloObjective objective = ReadAlphaObjective(item, name, remarks);
    if (objective.description.empty()) {
      objective.description = description.empty() ? title : description;
    }
    objective.alerting = alerting;
    slo.objectives.push_back(std::move(objective));
  });
  spec.RefuseOthers();
}

}  // namespace

core::ServiceLevelObjective ReadOpenSloAlpha(ObjectReader& object, Remarks& remarks,
                                             OpenSloDocuments& documents) {
  auto [slo, title] = ReadOpenSloHead(object, remarks);
  if (object.Require("spec", "give spec with service and objectives")) {
    ReadAlphaSpec(object.Child("spec"), title, slo, remarks, documents);
  }
  object.RefuseOthers("an OpenSLO document");
  return slo;
}

}  // namespace slogate::spec

// Objectives in the form of Pyrra.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "promql/selector.h"
#include "promql/writer.h"
#include "spec/foreign/foreign_form.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/names.h"
#include "spec/text/units.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestPyrraText = 1050;
constexpr std::size_t kLongestMetric = 2048;
constexpr std::size_t kMaxPyrraGroups = 16;
constexpr std::size_t kMaxPyrraName = 253;
constexpr DurationBounds kPyrraWindows{std::chrono::hours(1), std::chrono::hours(24 * 366)};
constexpr std::string_view kPyrraPrefix = "pyrra.dev/";  // of labels that go into the rules

class PyrraReader {
 public:
  explicit PyrraReader(Remarks& remarks) : remarks_(remarks) {}

  void Read(ObjectReader& spec, core::ServiceLevelObjective& slo, core::SloObjective& objective) {
    objective.description = spec.AnyText("description", kLongestPyrraText).value_or("");
    ReadTarget(spec, objective);
    if (spec.Require("window", "give a window, such as 4w")) {
      slo.window = spec.Time("window", kDefaultWindow, kPyrraWindows);
    }
    if (spec.Require("indicator", "give ratio, latency or bool_gauge")) {
      ReadIndicator(spec.Child("indicator"), objective);
    }
    if (spec.Has("alerting")) ReadAlerting(spec.Child("alerting"), objective.alerting);
    if (spec.Text("partial_response_strategy", kMaxPyrraName).value_or("abort") == "warn") {
      remarks_.Add(spec.Path("partial_response_strategy"),
                   "is not kept: an answer that calls itself partial decides nothing here",
                   "remove it");
    }
    spec.RefuseOthers();
  }

 private:
  // A number in quotes, as Kubernetes wants it, or a plain one.
  static void ReadTarget(ObjectReader& spec, core::SloObjective& objective) {
    if (!spec.Require("target", "give the good events in percent, such as \"99.5\"")) return;
    if (!spec.IsText("target")) {
      objective.target = ReadPercentTarget(spec, "target");
      return;
    }
    const auto text = spec.Text("target", 32);
    const auto percent = text ? ParseNumber<double>(*text) : std::nullopt;
    if (percent) {
      const json number = {{"target", *percent}};
      std::vector<Mistake> mistakes;
      ObjectReader reader(number, "", mistakes);
      objective.target = ReadPercentTarget(reader, "target");
      for (const Mistake& mistake : mistakes) spec.Report("target", mistake.message, mistake.fix);
    } else if (text) {
      spec.Report("target", "'" + *text + "' is no number", "give percent, such as \"99.5\"");
    }
  }

  void ReadIndicator(ObjectReader indicator, core::SloObjective& objective) {
    if (!indicator.IsObject()) return;
    int kinds = 0;
    const auto read = [&](const char* kind, core::Dimension dimension, const auto& read_kind) {
      ForeignSli found;
      if (!ReadKind(indicator, kind, found, read_kind)) return;
      ++kinds;
      objective.dimension = dimension;
      objective.name = dimension == core::Dimension::kLatency ? "latency" : "availability";
      objective.indicator = std::move(found.sli);
      objective.cohorts = std::move(found.cohorts);
    };
    read("ratio", core::Dimension::kAvailability,
         [](ObjectReader& ratio) { return ReadCounters(ratio, "errors", false); });
    read("latency", core::Dimension::kLatency,
         [](ObjectReader& latency) { return ReadCounters(latency, "success", true); });
    read("bool_gauge", core::Dimension::kAvailability,
         [](ObjectReader& gauge) { return ReadGauge(gauge); });
    if (indicator.Has("latencyNative")) {
      ++kinds;
      RefuseNative(indicator);
    }
    if (kinds != 1) {
      indicator.Report("", kinds == 0 ? "says nothing to count" : "has more than one kind",
                       "give one of ratio, latency and bool_gauge");
    }
    indicator.RefuseOthers();
  }

  // `owner`.`field`.metric, a metric with matchers.
  static std::optional<core::Selector> ReadMetric(ObjectReader& owner, const char* field) {
    if (!owner.Require(field, "give metric, such as requests_total{job=\"api\"}")) {
      return std::nullopt;
    }
    ObjectReader reader = owner.Child(field);
    auto selector = ReadSelectorText(reader);
    reader.RefuseOthers();
    return selector;
  }

  static std::optional<core::Selector> ReadSelectorText(ObjectReader& reader) {
    if (!reader.Require("metric", "give a metric, such as requests_total{job=\"api\"}")) {
      return std::nullopt;
    }
    const auto text = reader.AnyText("metric", kLongestMetric);
    if (!text) return std::nullopt;
    auto selector = promql::ParseSelector(promql::OneLine(*text));
    if (selector) return std::move(*selector);
    reader.Report("metric", selector.error().message, selector.error().fix);
    return std::nullopt;
  }

  static ForeignSli ReadCounters(ObjectReader& reader, const char* part_field, bool part_is_good) {
    auto total = ReadMetric(reader, "total");
    auto part = ReadMetric(reader, part_field);
    ForeignSli found;
    found.cohorts = CohortsOf(reader, "grouping", Grouping(reader));
    if (!total || !part) return found;
    if (*total == *part) {
      reader.Report(part_field, "is the same as the total",
                    part_is_good ? "select only the good events" : "select only the bad events");
    }
    found.sli = CountersOf(std::move(*total), std::move(*part), part_is_good);
    return found;
  }

  // Each sample is an event: 1 is good, 0 is bad.
  static ForeignSli ReadGauge(ObjectReader& gauge) {
    const auto selector = ReadSelectorText(gauge);
    if (const auto labels = Grouping(gauge); !labels.empty()) {
      gauge.Report("grouping", "keeps groups of a gauge, whose samples cannot be counted apart",
                   "write one SLO for each " + labels.front() + ", with a matcher of it");
    }
    if (!selector) return {};
    const std::string series = promql::ToText(*selector) + "[{{.window}}]";
    core::PromqlIndicator promql;
    promql.total = "sum(count_over_time(" + series + "))";
    promql.part = "sum(sum_over_time(" + series + "))";
    promql.part_is_good = true;
    return {core::Indicator(std::move(promql)), std::nullopt};
  }

  static std::vector<std::string> Grouping(ObjectReader& reader) {
    return reader.Texts("grouping", kMaxPyrraGroups, kLongestMetric);
  }

  static void RefuseNative(ObjectReader& indicator) {
    ObjectReader native = indicator.Child("latencyNative");
    const auto latency = native.Text("latency", 32).value_or("");
    ObjectReader total = native.Child("total");
    const auto metric = total.AnyText("metric", kLongestMetric).value_or("requests");
    const auto length = ParseDuration(latency);
    const std::string seconds =
        length ? json(static_cast<double>(length->count()) / 1000).dump() : "1";
    const std::string range = "increase(" + promql::OneLine(metric) + "[{{.window}}])";
    indicator.Report("latencyNative", "counts a native histogram, which is not read exactly",
                     "write latency with the buckets of the classic histogram, or in slogate's "
                     "form promql: {total: 'sum(histogram_count(" +
                         range + "))', good: 'sum(histogram_fraction(0, " + seconds + ", " + range +
                         ") * histogram_count(" + range + "))'}");
  }

  void ReadAlerting(ObjectReader reader, core::Alerting& alerting) {
    if (!reader.IsObject()) return;
    const bool on = !reader.Flag("disabled", false) && reader.Flag("burnrates", true);
    alerting.page.enabled = on;
    alerting.ticket.enabled = on;
    alerting.name = reader.Text("name", kMaxPyrraName).value_or("");
    for (const char* field : {"absent", "absentName"}) {
      if (!reader.Has(field) ||
          (std::string_view(field) == "absent" && !reader.Flag(field, true))) {
        continue;
      }
      remarks_.Add(reader.Path(field), "is left out: gate rules writes no alert of this name",
                   "write an alert with absent() where you need it");
    }
    reader.RefuseOthers();
  }

  Remarks& remarks_;
};

// Takes what has Pyrra's prefix out of `texts`, without it.
core::Labels TakePrefixed(core::Labels& texts, const std::string& field, Remarks& remarks) {
  core::Labels taken;
  std::erase_if(texts, [&](const auto& one) {
    if (!one.first.starts_with(kPyrraPrefix)) return false;
    const std::string name = one.first.substr(kPyrraPrefix.size());
    if (promql::IsLabelName(name) && !name.starts_with("__")) {
      taken.emplace_back(name, one.second);
    } else {
      remarks.Add("metadata." + field + "." + one.first,
                  "cannot be a label of Prometheus and is left out",
                  "use a name of letters, digits and underscores");
    }
    return true;
  });
  return taken;
}

}  // namespace

bool IsPyrra(const json& document) {
  return TextIn(document, "apiVersion").starts_with("pyrra.dev/") &&
         TextIn(document, "kind") == "ServiceLevelObjective";
}

ParsedSlo ParsePyrra(const YamlDocument& document, const std::string& file) {
  ParsedSlo parsed;
  parsed.line = document.start.line;
  core::ServiceLevelObjective slo;
  core::SloObjective objective;
  slo.form = core::SloForm::kPyrra;
  slo.gate = core::DefaultGate();
  Remarks remarks;
  ObjectReader object(document.value, "", parsed.mistakes);
  ReadWords(object, {{"apiVersion", "pyrra.dev/v1alpha1"}, {"kind", "ServiceLevelObjective"}});
  if (object.Require("metadata", "give metadata.name")) {
    ObjectReader metadata = object.Child("metadata");
    slo.name = ReadName(metadata, "name", NameRule::kDnsSubdomain, "the object");
    slo.service = slo.name.empty() ? "" : ReadSloName(metadata, "name", "the object");
    if (metadata.Has("namespace")) {
      slo.ns = ReadName(metadata, "namespace", NameRule::kDnsLabel, "the namespace");
    }
    if (metadata.IsObject()) ReadObjectMetadata(metadata, slo);
  }
  object.Has("status");
  if (object.Require("spec", "give spec with target, window and indicator")) {
    ObjectReader spec = object.Child("spec");
    if (spec.IsObject()) PyrraReader(remarks).Read(spec, slo, objective);
  }
  object.RefuseOthers("an object of Pyrra");
  slo.labels = TakePrefixed(slo.object_labels, "labels", remarks);
  objective.alerting.annotations = TakePrefixed(slo.object_annotations, "annotations", remarks);
  slo.objectives.push_back(std::move(objective));
  BlockByCohorts(slo);
  PlaceMistakes(document, file, parsed.mistakes);
  SortMistakes(parsed.mistakes);
  std::move(remarks).Move(document, file, parsed.remarks, parsed.guesses);
  AddPlace(document, "metadata.name", "spec.service", parsed);
  AddPlace(document, "spec", "spec.objectives[0]", parsed);
  for (const auto& [theirs, ours] :
       {std::pair{"target", "target"}, std::pair{"indicator", "indicator"},
        std::pair{"alerting", "alerting"}, std::pair{"description", "description"}}) {
    AddPlace(document, std::string("spec.") + theirs, std::string("spec.objectives[0].") + ours,
             parsed);
  }
  AddPlace(document, "spec.window", "spec.window", parsed);
  parsed.name = slo.name;
  if (parsed.mistakes.empty()) parsed.slo = std::move(slo);
  return parsed;
}

}  // namespace slogate::spec

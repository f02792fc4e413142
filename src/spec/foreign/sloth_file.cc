#include <nlohmann/json.hpp>
#include <utility>

#include "spec/foreign/foreign_form.h"
#include "spec/policy/policy_parts.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/names.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 1050;
constexpr std::size_t kMaxSlothName = 253;

// The same fields as files and as Kubernetes objects spell them.
struct Spelling {
  const char* error_query;
  const char* total_query;
  const char* error_ratio_query;
  const char* page_alert;
  const char* ticket_alert;
  const char* plugins;
};
constexpr Spelling kFile{"error_query", "total_query",  "error_ratio_query",
                         "page_alert",  "ticket_alert", "slo_plugins"};
constexpr Spelling kObject{"errorQuery", "totalQuery",  "errorRatioQuery",
                           "pageAlert",  "ticketAlert", "sloPlugins"};

class SlothReader {
 public:
  SlothReader(const Spelling& spelling, Remarks& remarks)
      : spelling_(spelling), remarks_(remarks) {}

  void Read(ObjectReader& spec, core::ServiceLevelObjective& slo) {
    slo.service = ReadSloName(spec, "service", "the service");
    slo.labels = ReadLabels(spec, "labels", LabelValues::kScalars);
    RefusePlugins(spec);
    if (!spec.Require("slos", "give at least one SLO")) return;
    spec.Each("slos", {1, kMaxSloObjectives}, [&](ObjectReader& item, std::size_t) {
      slo.objectives.push_back(ReadObjective(item, slo.objectives));
    });
  }

 private:
  void RefusePlugins(ObjectReader& owner) {
    for (const char* field : {spelling_.plugins, "plugins"}) RefuseRulePlugins(owner, field);
  }

  core::SloObjective ReadObjective(ObjectReader& item,
                                   const std::vector<core::SloObjective>& others) {
    core::SloObjective objective;
    objective.name = ReadSloName(item, "name", "the SLO");
    RefuseTwin(item, objective.name, others);
    objective.description = item.AnyText("description", kLongestText).value_or("");
    if (item.Require("objective", "give the good events in percent, such as 99.9")) {
      objective.target = ReadPercentTarget(item, "objective");
    }
    objective.labels = ReadLabels(item, "labels", LabelValues::kScalars);
    RefusePlugins(item);
    const std::size_t before = item.MistakeCount();
    if (item.Require("sli", "give sli.events with two queries")) {
      ForeignSli found = ReadIndicator(item.Child("sli"));
      objective.indicator = std::move(found.sli);
      objective.cohorts = std::move(found.cohorts);
    }
    if (item.MistakeCount() == before) {
      GuessDimension(objective, item.Path("name"), "Sloth", remarks_);
    }
    if (item.Has("alerting")) objective.alerting = ReadAlerts(item.Child("alerting"));
    item.RefuseOthers();
    return objective;
  }

  ForeignSli ReadIndicator(ObjectReader reader) {
    ForeignSli found;
    if (!reader.IsObject()) return found;
    int kinds = 0;
    const auto read = [&](const char* kind, const auto& read_kind) {
      kinds += ReadKind(reader, kind, found, read_kind) ? 1 : 0;
    };
    read("events", [this](ObjectReader& events) { return ReadEvents(events); });
    read("raw", [this](ObjectReader& raw) {
      std::string query = ReadQuery(raw, spelling_.error_ratio_query);
      RefuseGroups(raw, {spelling_.error_ratio_query, query});
      return ForeignSli{core::RatioIndicator{std::move(query)}, std::nullopt};
    });
    if (reader.Has("plugin")) {
      RefuseSliPlugin(reader, spelling_.error_query, spelling_.total_query);
      ++kinds;
    }
    if (kinds != 1) {
      reader.Report("", kinds == 0 ? "says nothing to count" : "has more than one kind",
                    "give one of events and raw");
    }
    reader.RefuseOthers();
    return found;
  }

  ForeignSli ReadEvents(ObjectReader& reader) {
    const std::string bad = ReadQuery(reader, spelling_.error_query);
    const std::string total = ReadQuery(reader, spelling_.total_query);
    if (bad.empty() || total.empty()) return {};
    if (ReadAlike(bad, total)) {
      reader.Report(spelling_.error_query, "is the same as the total",
                    "select only the bad events");
    }
    return SliOf(reader, {spelling_.total_query, total}, {spelling_.error_query, bad}, false,
                 remarks_);
  }

  core::Alerting ReadAlerts(ObjectReader reader) {
    core::Alerting alerting;
    if (!reader.IsObject()) return alerting;
    alerting.name = reader.Text("name", kMaxSlothName).value_or("");
    alerting.labels = ReadLabels(reader, "labels", LabelValues::kScalars);
    alerting.annotations = ReadAnnotations(reader, "annotations", LabelValues::kScalars);
    alerting.page = ReadAlert(reader, spelling_.page_alert, "disable", LabelValues::kScalars);
    alerting.ticket = ReadAlert(reader, spelling_.ticket_alert, "disable", LabelValues::kScalars);
    reader.RefuseOthers();
    return alerting;
  }

  const Spelling& spelling_;
  Remarks& remarks_;
};

bool IsObjectForm(const json& document) {
  return document.contains("kind") || document.contains("apiVersion");
}

void ReadObjectForm(ObjectReader& object, core::ServiceLevelObjective& slo, Remarks& remarks) {
  ReadWords(object, {{"apiVersion", "sloth.slok.dev/v1"}, {"kind", "PrometheusServiceLevel"}});
  if (object.Require("metadata", "give metadata.name")) {
    ObjectReader metadata = object.Child("metadata");
    slo.name = ReadName(metadata, "name", NameRule::kDnsSubdomain, "the object");
    if (metadata.Has("namespace")) {
      slo.ns = ReadName(metadata, "namespace", NameRule::kDnsLabel, "the namespace");
    }
    if (metadata.IsObject()) ReadObjectMetadata(metadata, slo);
  }
  object.Has("status");
  if (!object.Require("spec", "give spec with service and slos")) return;
  ObjectReader spec = object.Child("spec");
  SlothReader(kObject, remarks).Read(spec, slo);
  spec.RefuseOthers();
}

void AddPlaces(const YamlDocument& document, const std::string& root, ParsedSlo& parsed,
               std::size_t objectives) {
  AddPlace(document, root + "service", "spec.service", parsed);
  AddPlace(document, root + "labels", "spec.labels", parsed);
  for (std::size_t i = 0; i < objectives; ++i) {
    const std::string from = root + "slos[" + std::to_string(i) + "]";
    const std::string to = "spec.objectives[" + std::to_string(i) + "]";
    AddPlace(document, from, to, parsed);
    for (const auto& [theirs, ours] :
         {std::pair{".name", ".name"}, std::pair{".objective", ".target"},
          std::pair{".sli", ".indicator"}, std::pair{".labels", ".labels"},
          std::pair{".alerting", ".alerting"}, std::pair{".description", ".description"}}) {
      AddPlace(document, from + theirs, to + ours, parsed);
    }
  }
}

}  // namespace

bool IsSloth(const json& document) {
  if (TextIn(document, "apiVersion").starts_with("sloth.slok.dev/")) return true;
  if (TextIn(document, "kind") == "PrometheusServiceLevel") return true;
  return !IsObjectForm(document) && (document.contains("version") || document.contains("slos"));
}

ParsedSlo ParseSloth(const YamlDocument& document, const std::string& file, core::Duration window) {
  ParsedSlo parsed;
  parsed.line = document.start.line;
  core::ServiceLevelObjective slo;
  slo.form = core::SloForm::kSloth;
  slo.window = window;
  slo.gate = core::DefaultGate();
  Remarks remarks;
  ObjectReader object(document.value, "", parsed.mistakes);
  const bool is_object = IsObjectForm(document.value);
  if (is_object) {
    ReadObjectForm(object, slo, remarks);
  } else {
    ReadWords(object, {{"version", "prometheus/v1"}});
    SlothReader(kFile, remarks).Read(object, slo);
    slo.name = DnsNameOf(slo.service);
  }
  object.RefuseOthers("a Sloth file");
  BlockByCohorts(slo);
  PlaceMistakes(document, file, parsed.mistakes);
  SortMistakes(parsed.mistakes);
  std::move(remarks).Move(document, file, parsed.remarks, parsed.guesses);
  AddPlaces(document, is_object ? "spec." : "", parsed, slo.objectives.size());
  parsed.name = slo.name;
  if (parsed.mistakes.empty()) parsed.slo = std::move(slo);
  return parsed;
}

}  // namespace slogate::spec

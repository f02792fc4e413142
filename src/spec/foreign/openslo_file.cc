#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "promql/selector.h"
#include "spec/foreign/foreign_form.h"
#include "spec/foreign/openslo_parts.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/names.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestText = 1050;

std::string NameOf(const YamlDocument& document) {
  const auto metadata = document.value.find("metadata");
  return metadata == document.value.end() ? "" : TextIn(*metadata, "name");
}

core::SloObjective ReadObjective(ObjectReader& item, const std::string& name, std::size_t place,
                                 std::size_t count) {
  core::SloObjective objective;
  const std::string title = item.Text("displayName", kLongestText).value_or("");
  objective.name = name;
  if (count > 1) {
    const std::string tail = DnsNameOf(title);
    objective.name += "-" + (tail.empty() ? std::to_string(place + 1) : tail);
  }
  if (objective.name.size() > 63) objective.name.resize(63);
  while (!objective.name.empty() && !IsSloName(objective.name)) objective.name.pop_back();
  objective.description = title;
  if (item.Has("target") == item.Has("targetPercent")) {
    item.Report("", item.Has("target") ? "has both target and targetPercent" : "has no target",
                "give one of target, such as 0.995, and targetPercent, such as 99.5");
  } else if (item.Has("targetPercent")) {
    objective.target = ReadPercentTarget(item, "targetPercent");
  } else {
    objective.target =
        item.Number("target", 0.99, {.least = 0, .most = 0.999999999, .above_min = true});
  }
  for (const char* field : {"op", "value"}) {
    if (!item.Has(field)) continue;
    item.Report(field, "belongs to thresholdMetric, which has no equivalent",
                "remove it and count events with a ratioMetric");
  }
  for (const char* field : {"timeSliceTarget", "timeSliceWindow"}) item.Has(field);
  item.RefuseOthers();
  return objective;
}

core::Labels ReadLabels(ObjectReader& metadata, Remarks& remarks) {
  core::Labels labels;
  if (!metadata.Has("labels")) return labels;
  ObjectReader reader = metadata.Child("labels");
  for (const std::string& name : reader.Names()) {
    const auto scalar = reader.Scalar(name);
    const auto value = scalar ? scalar : reader.IsText(name) ? reader.Text(name, 1024) : scalar;
    if (value && promql::IsLabelName(name) && !name.starts_with("__")) {
      labels.emplace_back(name, *value);
    } else {
      remarks.Add(reader.Path(name), "cannot be a label of Prometheus and is left out",
                  "use a name of letters, digits and underscores, and one text");
    }
  }
  std::ranges::sort(labels);
  return labels;
}

class SloReader {
 public:
  SloReader(OpenSloDocuments& documents, Remarks& remarks)
      : documents_(documents), remarks_(remarks) {}

  core::ServiceLevelObjective Read(ObjectReader& object) {
    const auto version = object.Text("apiVersion", 64).value_or("");
    if (version != "openslo/v1") {
      object.Report("apiVersion", "'" + version + "' is unknown",
                    "write apiVersion: openslo/v1; openslo/v1alpha is read as well");
    }
    auto [slo, title] = ReadOpenSloHead(object, remarks_);
    title_ = std::move(title);
    if (object.Require("spec", "give spec with service, indicator and objectives")) {
      ReadSpec(object.Child("spec"), slo);
    }
    object.RefuseOthers("an OpenSLO document");
    return slo;
  }

 private:
  void ReadSpec(ObjectReader spec, core::ServiceLevelObjective& slo) {
    if (!spec.IsObject()) return;
    const std::string description = spec.AnyText("description", kLongestText).value_or("");
    const std::string& text = description.empty() ? title_ : description;
    bool all_titled = true;
    slo.service = ReadSloName(spec, "service", "the service");
    slo.window = ReadOpenSloWindow(spec, remarks_, documents_.terms().default_window);
    ReadOpenSloMethod(spec);
    const std::size_t before = spec.MistakeCount();
    OpenSloIndicator indicator = ReadIndicator(spec);
    const bool sound = spec.MistakeCount() == before;
    slo.prometheus.address = std::move(indicator.address);
    const core::Alerting alerting = ReadOpenSloAlerting(spec, remarks_, documents_);
    if (!spec.Require("objectives", "give at least one objective")) return;
    const json* list = spec.List("objectives", {1, kMaxSloObjectives});
    spec.Each("objectives", {1, kMaxSloObjectives}, [&](ObjectReader& item, std::size_t i) {
      core::SloObjective objective = ReadObjective(item, slo.name, i, list->size());
      all_titled = all_titled && !objective.description.empty();
      if (objective.description.empty()) objective.description = text;
      objective.indicator = indicator.found.sli;
      objective.cohorts = indicator.found.cohorts;
      objective.alerting = alerting;
      if (sound) GuessDimension(objective, item.Path(""), "OpenSLO", remarks_);
      RefuseTwins(item, slo.objectives, objective);
      slo.objectives.push_back(std::move(objective));
    });
    if (all_titled) RemarkLost(spec.Path("description"), description);
    if (all_titled || !description.empty()) RemarkLost("metadata.displayName", title_);
    spec.RefuseOthers();
  }

  void RemarkLost(const std::string& field, const std::string& text) {
    if (text.empty()) return;
    remarks_.Add(field, "is left out: an objective has one text, and has it already",
                 "convert the file and add it to description");
  }

  static void RefuseTwins(ObjectReader& item, const std::vector<core::SloObjective>& others,
                          const core::SloObjective& objective) {
    for (const core::SloObjective& other : others) {
      if (other.name != objective.name) continue;
      item.Report("displayName", "names the objective like another one",
                  "give each a displayName of its own");
      return;
    }
  }

  OpenSloIndicator ReadIndicator(ObjectReader& spec) {
    OpenSloIndicator indicator;
    const bool inlined = spec.Has("indicator");
    if (inlined == spec.Has("indicatorRef")) {
      spec.Report("indicator", inlined ? "is given besides indicatorRef" : "is missing",
                  inlined ? "keep one of them" : "give indicator or indicatorRef");
      return indicator;
    }
    if (!inlined) {
      const auto name = spec.Text("indicatorRef", 253);
      if (!name) return indicator;
      documents_.Follow(spec, "indicatorRef", "SLI", *name,
                        [&](ObjectReader& sli, Remarks& remarks) {
                          indicator = ReadOpenSloIndicator(sli, remarks, documents_);
                        });
      return indicator;
    }
    ObjectReader sli = spec.Child("indicator");
    sli.Has("metadata");
    if (sli.Require("spec", "give spec.ratioMetric")) {
      ObjectReader sli_spec = sli.Child("spec");
      indicator = ReadOpenSloIndicator(sli_spec, remarks_, documents_);
    }
    sli.RefuseOthers();
    return indicator;
  }

  OpenSloDocuments& documents_;
  Remarks& remarks_;
  std::string title_;  // of the whole SLO
};

ParsedSlo ParseSlo(const YamlDocument& document, OpenSloDocuments& documents) {
  ParsedSlo parsed;
  parsed.line = document.start.line;
  Remarks remarks;
  ObjectReader object(document.value, "", parsed.mistakes);
  const bool alpha = TextIn(document.value, "apiVersion") == "openslo/v1alpha";
  core::ServiceLevelObjective slo = alpha ? ReadOpenSloAlpha(object, remarks, documents)
                                          : SloReader(documents, remarks).Read(object);
  BlockByCohorts(slo);
  PlaceMistakes(document, documents.file(), parsed.mistakes);
  std::move(remarks).Move(document, documents.file(), parsed.remarks, parsed.guesses);
  documents.TakeFindings(parsed.mistakes, parsed.remarks);
  SortMistakes(parsed.mistakes);
  parsed.mistakes.erase(std::unique(parsed.mistakes.begin(), parsed.mistakes.end()),
                        parsed.mistakes.end());
  AddPlace(document, "spec.service", "spec.service", parsed);
  for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
    const std::string at = "spec.objectives[" + std::to_string(i) + "]";
    AddPlace(document, at, at, parsed);
    const bool percent = document.fields.contains(at + ".targetPercent");
    AddPlace(document, at + (percent ? ".targetPercent" : ".target"), at + ".target", parsed);
    const bool inlined = document.fields.contains("spec.indicator");
    const std::string whole = inlined ? "spec.indicator" : "spec.indicatorRef";
    AddPlace(document, alpha ? at + ".ratioMetrics" : whole, at + ".indicator", parsed);
  }
  parsed.name = NameOf(document);
  if (parsed.mistakes.empty()) parsed.slo = std::move(slo);
  return parsed;
}

}  // namespace

void ReadOpenSloMethod(ObjectReader& spec) {
  if (!spec.Require("budgetingMethod", "write budgetingMethod: Occurrences")) return;
  const auto method =
      spec.Choice("budgetingMethod", {"Occurrences", "Timeslices", "RatioTimeslices"});
  if (!method || *method == "Occurrences") return;
  spec.Report("budgetingMethod",
              *method + " has no equivalent: slogate's budgets are sums of events",
              "write Occurrences");
}

OpenSloHead ReadOpenSloHead(ObjectReader& object, Remarks& remarks) {
  OpenSloHead head;
  head.slo.form = core::SloForm::kOpenSlo;
  head.slo.gate = core::DefaultGate();
  object.Has("kind");
  object.Has("apiVersion");
  if (!object.Require("metadata", "give metadata.name")) return head;
  ObjectReader metadata = object.Child("metadata");
  head.slo.name = ReadName(metadata, "name", NameRule::kDnsSubdomain, "the SLO");
  head.title = metadata.AnyText("displayName", kLongestText).value_or("");
  head.slo.labels = ReadLabels(metadata, remarks);
  return head;
}

void OpenSloDocuments::Read(const YamlDocument& document, const std::string& file,
                            const ReadSpec& read) {
  std::vector<Mistake> mistakes;
  Remarks remarks;
  ObjectReader object(document.value, "", mistakes);
  if (object.Require("spec", "give spec")) {
    ObjectReader spec = object.Child("spec");
    if (spec.IsObject()) read(spec, remarks);
  }
  PlaceMistakes(document, file, mistakes);
  mistakes_.insert(mistakes_.end(), mistakes.begin(), mistakes.end());
  std::vector<Mistake> guesses;
  std::move(remarks).Move(document, file, remarks_, guesses);
}

void OpenSloDocuments::Follow(ObjectReader& owner, std::string_view field, const std::string& kind,
                              const std::string& name,
                              const std::function<void(ObjectReader&, Remarks&)>& read) {
  for (const YamlDocument* document : documents_) {
    if (TextIn(document->value, "kind") != kind || NameOf(*document) != name) continue;
    return Read(*document, file_, read);
  }
  std::vector<const NamedObject*> others;
  if (terms_.find_object) others = terms_.find_object(kind, name);
  if (others.size() == 1) return Read(others.front()->document, others.front()->file, read);
  const std::string what = "names the " + kind + " '" + BoundedUtf8(name, 60) + "', which is ";
  if (others.empty()) {
    misses_ = true;
    owner.Report(field, what + "in none of the files that were given",
                 "give the file that has it as well");
  } else {
    owner.Report(field, what + "in " + others[0]->file + " and in " + others[1]->file,
                 "rename one of them, or give one of the files");
  }
}

void OpenSloDocuments::TakeFindings(std::vector<Mistake>& mistakes, std::vector<Mistake>& remarks) {
  mistakes.insert(mistakes.end(), mistakes_.begin(), mistakes_.end());
  for (const Mistake& remark : remarks_) {
    if (std::ranges::find(remarks, remark) == remarks.end()) {
      remarks.push_back(remark);
    }
  }
  mistakes_.clear();
  remarks_.clear();
}

bool IsOpenSlo(const json& document) {
  return TextIn(document, "apiVersion").starts_with("openslo");
}

void ParseOpenSlo(const std::vector<YamlDocument*>& documents, const std::string& file,
                  const ReadTerms& terms, ParsedFile& parsed) {
  constexpr std::array<std::string_view, 4> kNamed = {"SLI", "DataSource", "AlertPolicy",
                                                      "AlertCondition"};
  OpenSloDocuments all(documents, file, terms);
  for (const YamlDocument* document : documents) {
    if (TextIn(document->value, "kind") == "SLO") parsed.slos.push_back(ParseSlo(*document, all));
  }
  parsed.names_others = all.misses();
  parsed.only_named = std::ranges::none_of(documents, [](const YamlDocument* document) {
    return TextIn(document->value, "kind") == "SLO";
  });
  for (YamlDocument* document : documents) {
    if (std::ranges::find(kNamed, TextIn(document->value, "kind")) == kNamed.end()) continue;
    parsed.named.push_back({file, std::move(*document)});
  }
}

}  // namespace slogate::spec

#include <nlohmann/json.hpp>
#include <utility>

#include "promql/selector.h"
#include "promql/writer.h"
#include "spec/foreign/foreign_form.h"
#include "spec/foreign/openslo_parts.h"
#include "spec/policy/policy_parts.h"
#include "spec/text/names.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kLongestQuery = 4096;
constexpr std::size_t kMaxMetricSourceName = 253;

class IndicatorReader {
 public:
  IndicatorReader(Remarks& remarks, OpenSloDocuments& documents)
      : remarks_(remarks), documents_(documents) {}

  OpenSloIndicator Read(ObjectReader& spec) {
    spec.Has("description");
    if (spec.Has("thresholdMetric")) {
      spec.Report("thresholdMetric", "has no equivalent: it compares a value, and counts no events",
                  "write a ratioMetric, such as the requests below the threshold and all requests");
    } else if (spec.Require("ratioMetric", "give good or bad, and total")) {
      found_.found = ReadRatio(spec.Child("ratioMetric"));
    }
    spec.RefuseOthers();
    return std::move(found_);
  }

 private:
  ForeignSli ReadRatio(ObjectReader ratio) {
    if (!ratio.IsObject()) return {};
    const bool counter = ratio.Flag("counter", true);
    if (ratio.Has("raw")) return {ReadRaw(ratio), std::nullopt};
    const bool good = ratio.Has("good");
    if (good == ratio.Has("bad")) {
      ratio.Report("", good ? "has both bad and good" : "has neither bad nor good",
                   good ? "keep one of them" : "give one of them");
    }
    const std::string part_field = good ? "good" : "bad";
    const std::string total = ReadSource(ratio, "total");
    const std::string part = ratio.Has(part_field) ? ReadSource(ratio, part_field) : "";
    ratio.Has("bad");
    ratio.RefuseOthers();
    if (total.empty() || part.empty()) return {};
    return CountRatio(ratio, {"total.metricSource.spec.query", total},
                      {part_field + ".metricSource.spec.query", part}, good, counter, remarks_);
  }

  core::Sli ReadRaw(ObjectReader& ratio) {
    for (const char* field : {"good", "bad", "total"}) {
      if (ratio.Has(field)) ratio.Report(field, "is given besides raw", "keep one of them");
    }
    ratio.Require("rawType", "write success or failure");
    const auto type = ratio.Choice("rawType", {"success", "failure"});
    std::string query = ReadSource(ratio, "raw");
    ratio.RefuseOthers();
    if (query.empty()) return {};
    if (query.find("{{.window}}") == std::string::npos) {
      if (!promql::ParseSelector(query)) {
        ratio.Report("raw.metricSource.spec.query",
                     "is neither a plain metric nor PromQL over {{.window}}",
                     "write a metric with labels, or PromQL over {{.window}}");
        return {};
      }
      query = "avg_over_time(" + query + "[{{.window}}])";
      remarks_.Add(ratio.Path("raw"),
                   "is averaged over time, so that quiet hours weigh as much as busy ones",
                   "count events with good and total where you can");
    }
    RefuseGroups(ratio, {"raw.metricSource.spec.query", query});
    return core::RatioIndicator{type == "success" ? "1 - (" + query + ")" : query};
  }

  std::string ReadSource(ObjectReader& ratio, std::string_view field) {
    if (!ratio.Require(field, "give metricSource.spec.query")) return "";
    ObjectReader metric = ratio.Child(field);
    std::string query;
    if (metric.Require("metricSource", "give metricSource.spec.query")) {
      query = ReadMetricSource(metric.Child("metricSource"));
    }
    metric.RefuseOthers();
    return query;
  }

  std::string ReadMetricSource(ObjectReader source) {
    if (!source.IsObject()) return "";
    CheckType(source);
    if (source.Has("metricSourceRef")) {
      const auto name = source.Text("metricSourceRef", kMaxMetricSourceName);
      if (name) {
        documents_.Follow(source, "metricSourceRef", "DataSource", *name,
                          [this](ObjectReader& spec, Remarks&) { ReadDataSource(spec); });
      }
    }
    std::string query;
    if (source.Require("spec", "give spec.query")) {
      ObjectReader spec = source.Child("spec");
      query = ReadOpenSloQuery(spec);
      spec.RefuseOthers();
    }
    source.RefuseOthers();
    return query;
  }

  static void CheckType(ObjectReader& owner) {
    const auto type = owner.Text("type", kMaxMetricSourceName);
    if (!type || *type == "Prometheus" || *type == "prometheus") return;
    owner.Report("type", "'" + *type + "' has no equivalent", "slogate reads from Prometheus only");
  }

  void ReadDataSource(ObjectReader& spec) {
    spec.Has("description");
    CheckType(spec);
    ObjectReader details = spec.Child("connectionDetails");
    for (const char* field : {"url", "address", "server"}) {
      if (!details.Has(field)) continue;
      const auto address = details.Text(field, 2048);
      if (!address) continue;
      const std::string problem = UrlProblem(*address);
      if (problem.empty()) {
        found_.address = *address;
      } else {
        details.Report(field, problem, "write it as http://prometheus.monitoring:9090");
      }
    }
    spec.RefuseOthers();
  }

  Remarks& remarks_;
  OpenSloDocuments& documents_;
  OpenSloIndicator found_;
};

}  // namespace

ForeignSli CountRatio(ObjectReader& ratio, const ForeignQuery& total, const ForeignQuery& part,
                      bool part_is_good, bool counter, Remarks& remarks) {
  const auto total_counter = promql::ParseSelector(total.text);
  const auto part_counter = promql::ParseSelector(part.text);
  if (total_counter && part_counter) {
    if (!counter) {
      ratio.Report("counter", "is false, and events cannot be counted by a value that falls",
                   "give counters, or PromQL over {{.window}} that counts events");
    }
    const auto increase = [](const ForeignQuery& query) {
      return ForeignQuery(query.field, "sum(increase(" + query.text + "[{{.window}}]))");
    };
    return {IndicatorOf(increase(total), increase(part), part_is_good), std::nullopt};
  }
  bool windows = true;
  for (const ForeignQuery* query : {&total, &part}) {
    if (query->text.find("{{.window}}") != std::string::npos) continue;
    windows = false;
    ratio.Report(query->field, "is neither a plain counter nor PromQL over {{.window}}",
                 "write a metric with labels, or sum(rate(requests_total[{{.window}}]))");
  }
  if (!windows) return {};
  return SliOf(ratio, total, part, part_is_good, remarks);
}

std::string ReadOpenSloQuery(ObjectReader& source) {
  if (!source.Require("query", "write PromQL")) return "";
  const auto text = source.AnyText("query", kLongestQuery);
  std::string query = promql::OneLine(text.value_or(""));
  if (query.empty() && text) source.Report("query", "is empty", "write PromQL");
  if (!query.empty()) CheckPromql(source, "query", *text, IndicatorUse::kOfService);
  return query;
}

OpenSloIndicator ReadOpenSloIndicator(ObjectReader& spec, Remarks& remarks,
                                      OpenSloDocuments& documents) {
  return IndicatorReader(remarks, documents).Read(spec);
}

}  // namespace slogate::spec

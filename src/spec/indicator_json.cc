#include "spec/indicator_json.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "spec/selector_text.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestPromql = 4096;

core::Selector ReadSelector(ObjectReader& owner, std::string_view field, std::size_t longest) {
  if (!owner.Require(field,
                     "write a metric name with label matchers, such as "
                     "http_requests_total{job=\"shop\"}")) {
    return {};
  }
  const auto text = owner.Text(field, longest);
  if (!text) return {};
  auto selector = ParseSelector(*text);
  if (selector) return std::move(*selector);
  owner.Report(field, selector.error().message, selector.error().mend);
  return {};
}

// Which of good and bad is given; reports none and both.
bool PartIsGood(ObjectReader& owner) {
  const bool good = owner.Has("good");
  const bool bad = owner.Has("bad");
  if (good && bad) owner.Report("", "has both bad and good", "keep one of them");
  if (!good && !bad) owner.Report("", "has neither bad nor good", "give one of them");
  return good && !bad;
}

core::CounterIndicator ReadCounters(ObjectReader reader, std::size_t longest) {
  core::CounterIndicator counters;
  if (!reader.IsObject()) return counters;
  counters.total = ReadSelector(reader, "total", longest);
  counters.part_is_good = PartIsGood(reader);
  const char* part = counters.part_is_good ? "good" : "bad";
  for (const char* given : {"bad", "good"}) {
    if (reader.Has(given)) counters.part = ReadSelector(reader, given, longest);
  }
  if (!counters.part.metric.empty() && counters.part == counters.total) {
    reader.Report(part, "is the same as total", "select only the events that are meant");
  }
  reader.RefuseOthers();
  return counters;
}

core::HistogramIndicator ReadHistogram(ObjectReader reader, std::size_t longest) {
  core::HistogramIndicator histogram;
  if (!reader.IsObject()) return histogram;
  histogram.histogram = ReadSelector(reader, "metric", longest);
  const std::string& metric = histogram.histogram.metric;
  for (const char* suffix : {"_bucket", "_count", "_sum"}) {
    if (metric.ends_with(suffix)) {
      reader.Report("metric", "ends in " + std::string(suffix), "give the base name without it");
    }
  }
  for (const auto& matcher : histogram.histogram.matchers) {
    if (matcher.name == "le") {
      reader.Report("metric", "matches the label le", "remove it and give threshold instead");
    }
  }
  if (reader.Require("threshold", "give a bucket bound, such as 0.3")) {
    histogram.threshold = reader.Number("threshold", 1, {.least = 0, .above_least = true});
  }
  reader.RefuseOthers();
  return histogram;
}

std::string ReadPromql(ObjectReader& owner, std::string_view field) {
  if (!owner.Require(field, "write PromQL with {{.window}} and {{.arm}}")) return "";
  std::string promql = owner.Text(field, kLongestPromql).value_or("");
  for (const std::string placeholder : {"{{.window}}", "{{.arm}}"}) {
    if (!promql.empty() && promql.find(placeholder) == std::string::npos) {
      owner.Report(field, "has no " + placeholder,
                   "write it as in sum(increase(requests_total{ {{.arm}} }[{{.window}}]))");
    }
  }
  std::size_t at = 0;
  while ((at = promql.find("{{.", at)) != std::string::npos) {
    const std::string_view rest = std::string_view(promql).substr(at);
    if (!rest.starts_with("{{.window}}") && !rest.starts_with("{{.arm}}")) {
      owner.Report(field, "has an unknown placeholder", "use {{.window}} and {{.arm}} only");
      break;
    }
    ++at;
  }
  return promql;
}

core::PromqlIndicator ReadPromqlIndicator(ObjectReader reader) {
  core::PromqlIndicator promql;
  if (!reader.IsObject()) return promql;
  promql.total = ReadPromql(reader, "total");
  promql.part_is_good = PartIsGood(reader);
  for (const char* given : {"bad", "good"}) {
    if (reader.Has(given)) promql.part = ReadPromql(reader, given);
  }
  promql.enough_to_promote = reader.Flag("enoughToPromote", false);
  reader.RefuseOthers();
  return promql;
}

json ToJson(const core::CounterIndicator& counters) {
  return {{"counters",
           {{"total", ToText(counters.total)},
            {counters.part_is_good ? "good" : "bad", ToText(counters.part)}}}};
}

json ToJson(const core::HistogramIndicator& histogram) {
  return {
      {"histogram", {{"metric", ToText(histogram.histogram)}, {"threshold", histogram.threshold}}}};
}

json ToJson(const core::PromqlIndicator& promql) {
  return {{"promql",
           {{"total", promql.total},
            {promql.part_is_good ? "good" : "bad", promql.part},
            {"enoughToPromote", promql.enough_to_promote}}}};
}

json ToJson(const core::ScoreIndicator& score) {
  json fields = {{"total", ToText(score.total)}, {"sum", ToText(score.sum)}};
  if (score.squares) fields["squares"] = ToText(*score.squares);
  return {{"score", std::move(fields)}};
}

json ToJson(const core::ScoreHistogramIndicator& score) {
  return {{"scoreHistogram", {{"metric", ToText(score.histogram)}}}};
}

}  // namespace

std::optional<core::Indicator> ReadIndicator(ObjectReader& owner, std::size_t longest_selector) {
  if (!owner.Require("indicator", "give counters, histogram or promql")) return std::nullopt;
  ObjectReader reader = owner.Child("indicator");
  if (!reader.IsObject()) return std::nullopt;
  std::optional<core::Indicator> indicator;
  int given = 0;
  if (reader.Has("counters")) {
    indicator = ReadCounters(reader.Child("counters"), longest_selector);
    ++given;
  }
  if (reader.Has("histogram")) {
    indicator = ReadHistogram(reader.Child("histogram"), longest_selector);
    ++given;
  }
  if (reader.Has("promql")) {
    indicator = ReadPromqlIndicator(reader.Child("promql"));
    ++given;
  }
  if (given > 1) reader.Report("", "has more than one kind", "keep one of them");
  if (given == 0) {
    reader.Report("", "says nothing to count", "give counters, histogram or promql");
  }
  reader.RefuseOthers();
  return indicator;
}

json IndicatorToJson(const core::Indicator& indicator) {
  return std::visit([](const auto& kind) { return ToJson(kind); }, indicator);
}

}  // namespace slogate::spec

#include "spec/indicator_json.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "spec/selector_text.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

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

json IndicatorToJson(const core::Indicator& indicator) {
  return std::visit([](const auto& kind) { return ToJson(kind); }, indicator);
}

}  // namespace slogate::spec

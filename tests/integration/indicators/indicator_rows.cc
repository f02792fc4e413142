#include "integration/indicators/indicator_rows.h"

#include <ostream>

namespace slogate::tests {
namespace {

constexpr const char* kSloHead = R"(apiVersion: slogate.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: SERVICE}
spec:
  service: SERVICE
  window: 5d
  prometheus: {address: 'http://given.by.the.test:9090', scrapeInterval: 30s}
  objectives:
)";

// What composites and journeys are made of.
constexpr const char* kParts = R"(    - name: failing
      dimension: availability
      target: 80
      indicator:
        counters:
          total: http_requests_total{job="shop"}
          bad: http_requests_total{job="shop",code="500"}
    - name: slow
      dimension: latency
      target: 80
      indicator: {histogram: {metric: 'http_seconds{job="shop"}', threshold: 0.3}}
)";

constexpr const char* kPolicyHead = R"(apiVersion: slogate.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: shop}
spec:
  workload: {ref: {name: shop}}
  routes: [httpRoute: {name: shop, canaryService: shop-canary, baselineService: shop-baseline}]
  prometheus: {address: 'http://given.by.the.test:9090', scrapeInterval: 30s}
  tracks: ARMS
  budget: {}
  steps:
    - {weight: 20, minDuration: 24h, require: NoHarmSeen}
)";

constexpr const char* kRequested = R"(    - name: asked
      dimension: quality
      target: 80
      indicator:
)";

constexpr const char* kReference = R"(  slo: {name: SERVICE}
  objectives:
    - {name: failing, mode: Report}
    - {name: slow, mode: Report}
)";

void Replace(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// `yaml` as the value of `indicator:`.
std::string Indented(const std::string& yaml) {
  std::string text = "        " + yaml;
  Replace(text, "\n", "\n        ");
  return text + "\n";
}

}  // namespace

const std::vector<IndicatorRow>& IndicatorRows() {
  static const std::vector<IndicatorRow> kRows = {
      {.name = "CountersOfBad",
       .of_policy = R"(counters:
  total: http_requests_total
  bad: http_requests_total{code="500"})",
       .of_slo = R"(counters:
  total: http_requests_total{job="shop"}
  bad: http_requests_total{job="shop",code="500"})"},
      {.name = "CountersOfGood",
       .of_policy = R"(counters:
  total: http_requests_total
  good: http_requests_total{code=~"2.."})",
       .of_slo = R"(counters:
  total: http_requests_total{job="shop"}
  good: http_requests_total{job="shop",code=~"2.."})"},
      {.name = "Histogram",
       .of_policy = "histogram: {metric: http_seconds, threshold: 0.3}",
       .of_slo = R"(histogram: {metric: 'http_seconds{job="shop"}', threshold: 0.3})",
       .bad = 2},
      {.name = "PromqlOfBad",
       .of_policy = R"(promql:
  total: sum(increase(http_requests_total{ {{.track}} }[{{.window}}]))
  bad: sum(increase(http_requests_total{code="500",{{.track}}}[{{.window}}])))",
       .of_slo = R"(promql:
  total: sum(increase(http_requests_total{job="shop"}[{{.window}}]))
  bad: sum(increase(http_requests_total{job="shop",code="500"}[{{.window}}])))",
       .not_compared = "its PromQL cannot tell the tracks apart"},
      {.name = "PromqlOfGood",
       .of_policy = R"(promql:
  total: sum(increase({__name__="http_requests_total",{{.track}}}[{{.window}}]))
  good: >-
    sum(increase(http_requests_total{{{.track}},code="200"}[{{.window}}])))",
       .of_slo = R"(promql:
  total: sum(increase({__name__="http_requests_total",job="shop"}[{{.window}}]))
  good: sum(increase(http_requests_total{job="shop",code="200"}[{{.window}}])))",
       .not_compared = "its PromQL cannot tell the tracks apart"},
      {.name = "PromqlPerSecond",
       .of_policy = "",
       .of_slo = R"(promql:
  total: sum(rate(http_requests_total{job="shop"}[{{.window}}]))
  bad: sum(rate(http_requests_total{job="shop",code="500"}[{{.window}}]))
  perSecond: true)",
       .not_compared = "its PromQL cannot tell the tracks apart"},
      {.name = "Score",
       .of_policy = "score: {total: answers_total, sum: answers_score_sum}",
       .of_slo = R"(score:
  total: answers_total{job="shop"}
  sum: answers_score_sum{job="shop"})",
       .bad = 3},
      {.name = "ScoreWithSquares",
       .of_policy =
           "score: {total: answers_total, sum: answers_score_sum, squares: answers_squares_sum}",
       .of_slo = R"(score:
  total: answers_total{job="shop"}
  sum: answers_score_sum{job="shop"}
  squares: answers_squares_sum{job="shop"})",
       .bad = 3},
      {.name = "ScoreHistogram",
       .of_policy = "scoreHistogram: {metric: grade}",
       .of_slo = R"(scoreHistogram: {metric: 'grade{job="shop"}'})",
       .bad = 3},
      {.name = "Ratio",
       .of_policy = "",
       .of_slo = R"(ratio:
  badRatio: >-
    sum(rate(http_requests_total{job="shop",code="500"}[{{.window}}]))
    / sum(rate(http_requests_total{job="shop"}[{{.window}}])))",
       .counted = false,
       .not_compared = "it is a ratio, not events"},
      {.name = "CompositePerRequest",
       .of_policy = "",
       .of_slo = R"(composite:
  of: [failing, slow]
  perRequest:
    counters:
      total: http_requests_total{job="shop"}
      bad: http_faulty_total{job="shop"})",
       .bad = 2.5},
      {.name = "CompositeOfParts",
       .of_policy = "",
       .of_slo = "composite: {of: [failing, slow]}",
       .bad = 1 + 2,
       .not_compared = "it has no perRequest that counts its events"},
      {.name = "Journey",
       .of_policy = "",
       .of_slo = R"(journey:
  steps:
    - {objective: failing}
    - {objective: slow, weight: 0.5, after: [failing]})",
       // 2.5 % are lost in either step.
       .bad = (1 - 0.975 * 0.975) / 0.025,
       .not_compared = "a journey is not the events of one workload"}};
  return kRows;
}

std::ostream& operator<<(std::ostream& out, const IndicatorRow& row) { return out << row.name; }

std::string ServiceOf(const IndicatorRow& row) {
  std::string service = row.name;
  for (char& letter : service) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return service;
}

std::string SloText(const IndicatorRow& row, const std::string& service) {
  const bool has_parts = row.of_slo.find("failing") != std::string::npos;
  std::string text =
      std::string(kSloHead) + (has_parts ? kParts : "") + kRequested + Indented(row.of_slo);
  Replace(text, "SERVICE", service);
  return text;
}

std::string PolicyText(const IndicatorRow& row, const std::string& tracks) {
  std::string text = kPolicyHead;
  Replace(text, "ARMS", tracks);
  if (!row.of_policy.empty()) {
    std::string own = kRequested + Indented(row.of_policy);
    Replace(own, "target: 80", "target: 80\n      window: 5d");
    return text + "  objectives:\n" + own;
  }
  std::string reference = kReference;
  Replace(reference, "SERVICE", ServiceOf(row));
  return text + reference + "---\n" + SloText(row, ServiceOf(row));
}

}  // namespace slogate::tests

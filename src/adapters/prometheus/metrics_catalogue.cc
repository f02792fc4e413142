#include "adapters/prometheus/metrics_catalogue.h"

#include <algorithm>
#include <utility>

namespace slogate::adapters::prometheus {
namespace {

constexpr std::size_t kMostSeries = 5000;

ports::ErrorCode CodeOf(core::SourceProblem problem) {
  switch (problem) {
    case core::SourceProblem::kUnauthorized:
      return ports::ErrorCode::kUnauthorized;
    case core::SourceProblem::kTimeout:
      return ports::ErrorCode::kTimeout;
    case core::SourceProblem::kBadQuery:
    case core::SourceProblem::kNotPrometheus:
    case core::SourceProblem::kMalformed:
    case core::SourceProblem::kTooLarge:
      return ports::ErrorCode::kMalformedResponse;
    case core::SourceProblem::kNone:
    case core::SourceProblem::kUnreachable:
    case core::SourceProblem::kServerError:
      break;
  }
  return ports::ErrorCode::kUnavailable;
}

}  // namespace

PrometheusCatalogue::PrometheusCatalogue(Transport transport) : transport_(std::move(transport)) {}

ports::Result<std::vector<ports::SeriesLabels>> PrometheusCatalogue::Series(
    const ports::MetricsConnection& connection, const std::vector<std::string>& selectors,
    core::TimePoint now) {
  std::string query;
  for (const std::string& selector : selectors) {
    query += (query.empty() ? "" : " or ") + selector;
  }
  QueryApi api(transport_, connection);
  Answered<Reply> reply = api.Instant(query, now);
  if (!reply) return ports::Fail(CodeOf(reply.error().problem), reply.error().message);
  std::vector<ports::SeriesLabels> series;
  for (const auto& [labels, samples] : reply->series) {
    if (series.size() == kMostSeries) break;
    series.emplace_back(labels.begin(), labels.end());
  }
  std::sort(series.begin(), series.end());
  return series;
}

}  // namespace slogate::adapters::prometheus

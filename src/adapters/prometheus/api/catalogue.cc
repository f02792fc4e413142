#include "adapters/prometheus/api/catalogue.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "adapters/prometheus/api/query_api.h"
#include "promql/writer.h"
#include "spec/text/units.h"

namespace slogate::adapters::prometheus {
namespace {

constexpr std::size_t kMaxSeries = 5000;
constexpr core::Duration kDefaultRetention = std::chrono::hours(24 * 15);  // Prometheus' own

ports::ErrorCode CodeOf(core::SourceProblem problem) {
  switch (problem) {
    case core::SourceProblem::kUnauthorized:
      return ports::ErrorCode::kUnauthorized;
    case core::SourceProblem::kTimeout:
      return ports::ErrorCode::kTimeout;
    case core::SourceProblem::kBadQuery:
      return ports::ErrorCode::kInvalidArgument;
    case core::SourceProblem::kNotPrometheus:
    case core::SourceProblem::kMalformed:
    case core::SourceProblem::kTooLarge:
      return ports::ErrorCode::kMalformedResponse;
    case core::SourceProblem::kNone:
    case core::SourceProblem::kUnreachable:
    case core::SourceProblem::kServerError:
    case core::SourceProblem::kPartial:
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
    if (series.size() == kMaxSeries) break;
    series.emplace_back(labels.begin(), labels.end());
  }
  std::ranges::sort(series);
  return series;
}

ports::Result<std::vector<ports::SeriesGroup>> PrometheusCatalogue::Groups(
    const ports::MetricsConnection& connection, const std::string& series,
    const std::vector<std::string>& by, core::TimePoint now) {
  std::string labels;
  for (const std::string& label : by)
    labels += (labels.empty() ? "" : ",") + promql::LabelText(label);
  QueryApi api(transport_, connection);
  Answered<Reply> reply = api.Instant("count by (" + labels + ") (" + series + ")", now);
  if (!reply) return ports::Fail(CodeOf(reply.error().problem), reply.error().message);
  std::vector<ports::SeriesGroup> groups;
  for (const auto& [names, samples] : reply->series) {
    if (groups.size() == kMaxSeries) break;
    if (samples.empty()) continue;
    groups.push_back({{names.begin(), names.end()}, samples.back().value});
  }
  std::ranges::sort(groups, [](const auto& a, const auto& b) { return a.labels < b.labels; });
  return groups;
}

ports::Result<std::optional<core::Duration>> PrometheusCatalogue::Retention(
    const ports::MetricsConnection& connection) {
  QueryApi api(transport_, connection);
  const Answered<std::string> page = api.Page("/api/v1/status/flags");
  if (page) return RetentionOf(*page);
  // Others that answer queries have no such page, and proxies that let queries through refuse it.
  if (page.error().problem == core::SourceProblem::kNotPrometheus ||
      page.error().problem == core::SourceProblem::kUnauthorized) {
    return std::nullopt;
  }
  return ports::Fail(CodeOf(page.error().problem), page.error().message);
}

std::optional<core::Duration> RetentionOf(std::string_view flags) {
  const nlohmann::json page = nlohmann::json::parse(flags, nullptr, false);
  if (!page.is_object()) return std::nullopt;
  const auto data = page.find("data");
  if (data == page.end() || !data->is_object()) return std::nullopt;
  const auto flag = [&](const char* name) {
    const auto found = data->find(name);
    return found != data->end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (flag("storage.tsdb.path").empty()) return std::nullopt;
  for (const char* const name : {"storage.tsdb.retention.time", "storage.tsdb.retention"}) {
    const std::string text = flag(name);
    const std::optional<core::Duration> time = spec::ParseDuration(text);
    if (time && time->count() > 0) return time;
    // Years, which are not read here, are longer than most windows.
    if (!time && !text.empty()) return std::nullopt;
  }
  const std::string size = flag("storage.tsdb.retention.size");
  if (!size.empty() && size != "0B" && size != "0") return std::nullopt;
  return kDefaultRetention;
}

}  // namespace slogate::adapters::prometheus

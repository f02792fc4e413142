#include "adapters/prometheus/api/query_api.h"

#include <algorithm>
#include <list>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "adapters/http/printable.h"
#include "promql/writer.h"
#include "spec/text/units.h"

namespace slogate::adapters::prometheus {
namespace {

using core::SourceProblem;

constexpr std::size_t kResponseLimit = 16U << 20U;

// Host and port of an address; never its user part.
std::string HostOf(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme != std::string_view::npos) address.remove_prefix(scheme + 3);
  address = address.substr(0, address.find_first_of("/?#"));
  const std::size_t user = address.rfind('@');
  if (user != std::string_view::npos) address.remove_prefix(user + 1);
  return Shorten(address);
}

SourceProblem ProblemOfFailure(http::Failure failure) {
  switch (failure) {
    case http::Failure::kBadUrl:
    case http::Failure::kUnreachable:
    case http::Failure::kTls:
    case http::Failure::kStopped:
      return SourceProblem::kUnreachable;
    case http::Failure::kTimeout:
      return SourceProblem::kTimeout;
    case http::Failure::kTruncated:
    case http::Failure::kInternal:
      return SourceProblem::kMalformed;
    case http::Failure::kTooLarge:
      return SourceProblem::kTooLarge;
  }
  return SourceProblem::kUnreachable;
}

SourceProblem ProblemOfStatus(int status, bool prometheus_says_why) {
  if (status == 401 || status == 403) return SourceProblem::kUnauthorized;
  if (status >= 500 || status == 429) return SourceProblem::kServerError;
  return prometheus_says_why ? SourceProblem::kBadQuery : SourceProblem::kNotPrometheus;
}

bool HasControl(const std::string& text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

tl::unexpected<SourceFailure> Refused(const std::string& field) {
  return Failed(core::SourceProblem::kUnauthorized,
                field + " holds a line break or another control character; remove it");
}

constexpr std::size_t kMaxClients = 32;

bool Same(const http::Tls& a, const http::Tls& b) {
  return a.ca_pem == b.ca_pem && a.client_certificate_pem == b.client_certificate_pem &&
         a.client_key_pem == b.client_key_pem && a.server_name == b.server_name;
}

class ClientPool {
 public:
  // Shared, since a call may still be under way when its client leaves the pool.
  std::shared_ptr<http::Client> For(const http::Tls& tls) {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (Same(entry.tls, tls)) return entry.client;
    }
    if (entries_.size() >= kMaxClients) entries_.pop_front();
    entries_.push_back({tls, std::make_shared<http::Client>(tls)});
    return entries_.back().client;
  }

 private:
  struct Entry {
    http::Tls tls;
    std::shared_ptr<http::Client> client;
  };

  std::mutex mutex_;
  std::list<Entry> entries_;
};

constexpr std::size_t kMaxSeries = 5000;
constexpr core::Duration kDefaultRetention = std::chrono::hours(24 * 15);  // Prometheus' own

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

Answered<Reply> Interpret(const http::HttpResult<http::Response>& result, const std::string& host) {
  const std::string operation = "querying Prometheus at " + host + ": ";
  if (!result) {
    return Failed(ProblemOfFailure(result.error().failure),
                  operation + Shorten(result.error().message));
  }
  const http::Response& response = *result;
  if (response.status >= 200 && response.status < 300) {
    auto reply = ParseReply(response.body);
    if (!reply) return Failed(reply.error().problem, operation + reply.error().message);
    return reply;
  }
  const std::string own = ErrorOf(response.body);
  const SourceProblem problem = ProblemOfStatus(response.status, !own.empty());
  std::string message = operation + "status " + std::to_string(response.status);
  if (!own.empty()) message += ", " + own;
  if (problem == SourceProblem::kNotPrometheus) {
    message += "; there is no query API under this address, check its path";
  }
  return Failed(problem, std::move(message));
}

Answered<Reply> QueryApi::Instant(const std::string& query, core::TimePoint at) {
  return Post("/api/v1/query",
              "query=" + http::PercentEncoded(query) + "&time=" + promql::TimeText(at));
}

Answered<Reply> QueryApi::Range(const std::string& query, core::TimePoint first,
                                core::TimePoint last, core::Duration step) {
  return Post("/api/v1/query_range",
              "query=" + http::PercentEncoded(query) + "&start=" + promql::TimeText(first) +
                  "&end=" + promql::TimeText(last) + "&step=" + promql::DurationText(step));
}

Answered<std::string> QueryApi::Page(const std::string& path) {
  auto result = Send("GET", path, "");
  if (!result) return tl::unexpected(result.error());
  const std::string host = HostOf(connection_.address);
  if (!*result) return tl::unexpected(Interpret(*result, host).error());
  http::Response& response = **result;
  if (response.status >= 200 && response.status < 300) return std::move(response.body);
  return tl::unexpected(WithHint({ProblemOfStatus(response.status, false),
                                  "asking Prometheus at " + host + " for " + path + ": status " +
                                      std::to_string(response.status)}));
}

Answered<http::HttpResult<http::Response>> QueryApi::Send(const std::string& method,
                                                          const std::string& path,
                                                          std::string body) {
  auto headers = HeadersOf(connection_);
  if (!headers) return tl::unexpected(headers.error());
  http::OutgoingRequest request;
  request.method = method;
  request.url = connection_.address;
  while (!request.url.empty() && request.url.back() == '/') request.url.pop_back();
  request.url += path;
  request.headers = std::move(*headers);
  request.timeout = connection_.timeout;
  request.response_limit = kResponseLimit;
  request.body = std::move(body);
  const http::Tls tls{connection_.ca_pem, connection_.client_certificate_pem,
                      connection_.client_key_pem, connection_.server_name};
  return transport_(tls, request);
}

Answered<Reply> QueryApi::Post(const std::string& path, const std::string& form) {
  const auto result =
      Send("POST", path, form + "&timeout=" + promql::DurationText(connection_.timeout));
  if (!result) return tl::unexpected(result.error());
  if (*result) {
    const auto date = (*result)->headers.find("date");
    if (date != (*result)->headers.end()) server_time_ = spec::ParseHttpDate(date->second);
  }
  auto reply = Interpret(*result, HostOf(connection_.address));
  if (!reply) return tl::unexpected(WithHint(std::move(reply.error())));
  return reply;
}

SourceFailure QueryApi::WithHint(SourceFailure failure) const {
  const bool refused = failure.problem == SourceProblem::kUnauthorized;
  if (refused && !connection_.unauthorized_hint.empty()) {
    failure.message += "; " + connection_.unauthorized_hint;
  }
  return failure;
}

Answered<HeaderList> HeadersOf(const ports::MetricsConnection& connection) {
  HeaderList headers;
  for (const auto& [name, value] : connection.headers) {
    const std::string trimmed(http::Trimmed(value));
    if (name.empty() || HasControl(name) || name.find(':') != std::string::npos ||
        HasControl(trimmed)) {
      return Refused("a header");
    }
    headers.emplace_back(name, trimmed);
  }
  const std::string token(http::Trimmed(connection.bearer_token));
  const std::string password(http::Trimmed(connection.basic_password));
  if (HasControl(token)) return Refused("the bearer token");
  if (!token.empty()) {
    headers.emplace_back("Authorization", "Bearer " + token);
  } else if (!connection.basic_username.empty()) {
    headers.emplace_back("Authorization",
                         "Basic " + http::EncodeBase64(connection.basic_username + ":" + password));
  }
  headers.emplace_back("Accept", "application/json");
  headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  return headers;
}

Transport PooledTransport() {
  return [pool = std::make_shared<ClientPool>()](const http::Tls& tls,
                                                 const http::OutgoingRequest& request) {
    return pool->For(tls)->Send(request);
  };
}

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
  for (const std::string& label : by) labels += (labels.empty() ? "" : ",") + label;
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
  // Others that answer queries have no such page.
  if (page.error().problem == core::SourceProblem::kNotPrometheus) return std::nullopt;
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

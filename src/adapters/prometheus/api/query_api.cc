#include "adapters/prometheus/api/query_api.h"

#include <string_view>

#include "adapters/http/encoding.h"
#include "adapters/prometheus/api/client_pool.h"
#include "promql/writer.h"
#include "spec/text/time_text.h"

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

}  // namespace slogate::adapters::prometheus

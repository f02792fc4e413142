#include "adapters/prometheus/api/query_api.h"

#include <array>
#include <charconv>
#include <string_view>

#include "adapters/prometheus/api/client_pool.h"
#include "promql/writer.h"

namespace slogate::adapters::prometheus {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<int> Number(std::string_view text) {
  int value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || value < 0) {
    return std::nullopt;
  }
  return value;
}

std::optional<unsigned> MonthNumber(std::string_view name) {
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == name) return i + 1;
  }
  return std::nullopt;
}

}  // namespace

std::optional<core::TimePoint> ParseHttpDate(std::string_view text) {
  // Fixed widths: "Sun, 06 Nov 1994 08:49:37 GMT".
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" ||
      text[19] != ':' || text[22] != ':') {
    return std::nullopt;
  }
  const auto day = Number(text.substr(5, 2));
  const auto month = MonthNumber(text.substr(8, 3));
  const auto year = Number(text.substr(12, 4));
  const auto hour = Number(text.substr(17, 2));
  const auto minute = Number(text.substr(20, 2));
  const auto second = Number(text.substr(23, 2));
  if (!day || !month || !year || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return core::TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
         std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

namespace {

using core::SourceProblem;

constexpr std::size_t kResponseLimit = 16U << 20U;

std::string FormEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kHex[byte >> 4U];
    encoded += kHex[byte & 0xfU];
  }
  return encoded;
}

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
  return Post("/api/v1/query", "query=" + FormEncode(query) + "&time=" + promql::TimeText(at));
}

Answered<Reply> QueryApi::Range(const std::string& query, core::TimePoint first,
                                core::TimePoint last, core::Duration step) {
  return Post("/api/v1/query_range",
              "query=" + FormEncode(query) + "&start=" + promql::TimeText(first) +
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
  http::Request request;
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
    if (date != (*result)->headers.end()) server_time_ = ParseHttpDate(date->second);
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

#include "adapters/prometheus/api/query_api.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "adapters/http/printable.h"
#include "promql/expression.h"
#include "promql/writer.h"
#include "spec/text/units.h"

namespace slogate::adapters::prometheus {
namespace {

constexpr int kMaxWaits = 2;
// Each of its components names the host that it runs on.
constexpr const char* kHostOfVictoriaMetrics = "x-server-hostname";

// Host and port of an address; never its user part.
std::string HostOf(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme != std::string_view::npos) address.remove_prefix(scheme + 3);
  address = address.substr(0, address.find_first_of("/?#"));
  const std::size_t user = address.rfind('@');
  if (user != std::string_view::npos) address.remove_prefix(user + 1);
  return Shorten(address);
}

bool HasControl(const std::string& text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

tl::unexpected<SourceFailure> Refused(const std::string& field) {
  return Failed(core::SourceProblem::kUnauthorized,
                field + " holds a line break or another control character; remove it");
}

// What an older Prometheus says of names in quotes is only that it cannot read them.
SourceFailure WithNames(SourceFailure failure, const std::string& query) {
  if (failure.problem == core::SourceProblem::kBadQuery && promql::HasQuotedNames(query)) {
    failure.message += "; names in quotes need Prometheus 3";
  }
  return failure;
}

}  // namespace

QueryApi::QueryApi(const Transport& transport, const ports::MetricsConnection& connection)
    : QueryApi(transport, connection, Limits()) {}

QueryApi::QueryApi(const Transport& transport, const ports::MetricsConnection& connection,
                   Limits limits)
    : transport_(transport),
      connection_(connection),
      limits_{limits.timeout > core::Duration(0) ? limits.timeout : connection.timeout,
              limits.reply_bytes},
      host_(HostOf(connection.address)),
      secrets_(connection) {}

Answered<Reply> QueryApi::Instant(const std::string& query, core::TimePoint at) {
  auto reply = Ask("/api/v1/query",
                   "query=" + http::PercentEncoded(query) + "&time=" + promql::TimeText(at));
  return reply ? reply : tl::unexpected(WithNames(std::move(reply.error()), query));
}

Answered<Reply> QueryApi::Range(const std::string& query, core::TimePoint first,
                                core::TimePoint last, core::Duration step) {
  auto reply = Ask("/api/v1/query_range",
                   "query=" + http::PercentEncoded(query) + "&start=" + promql::TimeText(first) +
                       "&end=" + promql::TimeText(last) + "&step=" + promql::DurationText(step));
  return reply ? reply : tl::unexpected(WithNames(std::move(reply.error()), query));
}

std::optional<bool> QueryApi::IsVictoriaMetrics() const {
  return transport_.habits().IsVictoriaMetrics(connection_.address);
}

Answered<std::string> QueryApi::Page(const std::string& path) {
  core::Duration left = limits_.timeout;
  auto result = Send("GET", path, "", left);
  if (!result) return tl::unexpected(result.error());
  if (!*result) return tl::unexpected(Interpret(*result, host_).error());
  http::Response& response = **result;
  if (response.status >= 200 && response.status < 300) return std::move(response.body);
  Attempt attempt;
  attempt.unauthorized_hint = connection_.unauthorized_hint;
  SourceFailure failure = FailureOfStatus(response, attempt, secrets_);
  return Failed(failure.problem,
                "asking Prometheus at " + host_ + " for " + path + ": " + failure.message);
}

Answered<QueryApi::Exchanged> QueryApi::Send(const std::string& method, const std::string& path,
                                             std::string body, core::Duration& left) {
  auto headers = HeadersOf(connection_);
  if (!headers) return tl::unexpected(headers.error());
  http::OutgoingRequest request;
  request.method = method;
  request.url = connection_.address;
  while (!request.url.empty() && request.url.back() == '/') request.url.pop_back();
  request.url += path;
  request.headers = std::move(*headers);
  if (method == "POST") {
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  }
  request.response_limit = limits_.reply_bytes;
  request.budget = &RepliesOfTheProcess();
  request.stop = connection_.stop;
  request.body = std::move(body);
  const http::Tls tls{connection_.ca_pem, connection_.client_certificate_pem,
                      connection_.client_key_pem, connection_.server_name};
  for (int waits = 0;; ++waits) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point began = Clock::now();
    request.timeout = std::max(left, core::Duration(1));
    Exchanged result = transport_(tls, request);
    left -= std::chrono::duration_cast<core::Duration>(Clock::now() - began);
    if (!result || waits == kMaxWaits) return result;
    const std::optional<core::Duration> wait = RetryAfter(*result);
    if (!wait || *wait >= left) return result;
    transport_.WaitFor(*wait, connection_.stop);
    left -= *wait;
  }
}

Answered<QueryApi::Exchange> QueryApi::SendQuery(const std::string& path, const std::string& form) {
  ServerHabits& habits = transport_.habits();
  core::Duration left = limits_.timeout;
  Attempt attempt;
  attempt.refused_post = habits.RefusedPost(connection_.address);
  attempt.query_bytes = form.size();
  attempt.stop = connection_.stop;
  attempt.unauthorized_hint = connection_.unauthorized_hint;
  if (attempt.refused_post == 0) {
    auto posted = Send("POST", path, form, left);
    if (!posted) return tl::unexpected(posted.error());
    if (!*posted || !RefusesMethod(**posted)) return Exchange{std::move(*posted), attempt};
    attempt.refused_post = (*posted)->status;
  }
  auto got = Send("GET", path + "?" + form, "", left);
  if (!got) return tl::unexpected(got.error());
  const bool answered =
      *got && (((*got)->status >= 200 && (*got)->status < 300) || !ErrorOf((*got)->body).empty());
  if (answered) {
    habits.Remember(connection_.address, attempt.refused_post);
  } else {
    habits.Forget(connection_.address);
  }
  return Exchange{std::move(*got), attempt};
}

Answered<Reply> QueryApi::Ask(const std::string& path, const std::string& form) {
  const auto exchange = SendQuery(path, form + "&timeout=" + promql::DurationText(limits_.timeout));
  if (!exchange) return tl::unexpected(exchange.error());
  const Exchanged& result = exchange->result;
  if (result) {
    const auto date = result->headers.find("date");
    if (date != result->headers.end()) server_time_ = spec::ParseHttpDate(date->second);
    if (result->status == 200) {
      transport_.habits().RememberServer(connection_.address,
                                         result->headers.contains(kHostOfVictoriaMetrics));
    }
  }
  return Interpret(result, host_, exchange->attempt, secrets_);
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
  return headers;
}

}  // namespace slogate::adapters::prometheus

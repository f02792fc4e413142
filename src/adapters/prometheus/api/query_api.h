// Prometheus' query API over HTTP.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "adapters/http/client.h"
#include "adapters/prometheus/api/reply.h"
#include "slogate/core/time.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::adapters::prometheus {

// Sends one request with these certificates. Thread-safe.
using Transport =
    std::function<http::HttpResult<http::Response>(const http::Tls&, const http::OutgoingRequest&)>;

// One Prometheus, for the length of one reading. Every failure has its own reason; messages name
// the host and never a query, a header or a body other than Prometheus' own error text.
class QueryApi {
 public:
  QueryApi(const Transport& transport, const ports::MetricsConnection& connection)
      : transport_(transport), connection_(connection) {}

  // The expression's value at `at`; a range selector gives raw samples.
  Answered<Reply> Instant(const std::string& query, core::TimePoint at);

  // The expression's value at `first`, `first` + `step`, ... `last`.
  Answered<Reply> Range(const std::string& query, core::TimePoint first, core::TimePoint last,
                        core::Duration step);

  // A page of its own, such as /api/v1/status/flags, as text. A status of 400 and above is a
  // failure of kNotPrometheus, kUnauthorized or kServerError.
  Answered<std::string> Page(const std::string& path);

  // Prometheus' time, to the second, as its latest answer reported it.
  std::optional<core::TimePoint> server_time() const { return server_time_; }

 private:
  Answered<http::HttpResult<http::Response>> Send(const std::string& method,
                                                  const std::string& path, std::string body);
  Answered<Reply> Post(const std::string& path, const std::string& form);
  SourceFailure WithHint(SourceFailure failure) const;

  const Transport& transport_;
  const ports::MetricsConnection& connection_;
  std::optional<core::TimePoint> server_time_;
};

// What an answer means: the reply in it, or why there is none. Pure.
Answered<Reply> Interpret(const http::HttpResult<http::Response>& result, const std::string& host);

}  // namespace slogate::adapters::prometheus

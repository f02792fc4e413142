// Prometheus' query API over HTTP.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/client.h"
#include "adapters/prometheus/api/reply.h"
#include "slogate/core/time.h"
#include "slogate/ports/metrics_source.h"
#include "slogate/ports/survey.h"

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

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// The connection's own headers and its Authorization. White space around a Secret's value, such as
// the line break an editor leaves, is dropped. kUnauthorized, naming the field and not the value,
// when a control character is left: it could smuggle a header in.
Answered<HeaderList> HeadersOf(const ports::MetricsConnection& connection);

// A transport over HTTP that keeps one client, with its open connections, for each set of
// certificates; the least recently made goes when there are many.
Transport PooledTransport();

// Which series a Prometheus has.

// Thread-safe.
class PrometheusCatalogue : public ports::MetricsCatalogue {
 public:
  explicit PrometheusCatalogue(Transport transport = PooledTransport());

  ports::Result<std::vector<ports::SeriesLabels>> Series(const ports::MetricsConnection& connection,
                                                         const std::vector<std::string>& selectors,
                                                         core::TimePoint now) override;

  ports::Result<std::vector<ports::SeriesGroup>> Groups(const ports::MetricsConnection& connection,
                                                        const std::string& series,
                                                        const std::vector<std::string>& by,
                                                        core::TimePoint now) override;

  ports::Result<std::optional<core::Duration>> Retention(
      const ports::MetricsConnection& connection) override;

 private:
  const Transport transport_;
};

// What Prometheus' own page of flags says of retention. Pure; never throws on any text.
std::optional<core::Duration> RetentionOf(std::string_view flags);

}  // namespace slogate::adapters::prometheus

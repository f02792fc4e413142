// Prometheus' query API over HTTP.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/prometheus/api/refusal.h"
#include "adapters/prometheus/api/reply.h"
#include "adapters/prometheus/api/transport.h"
#include "slogate/core/time.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::adapters::prometheus {

// One Prometheus, for the length of one reading. Every failure has its own reason; messages name
// the host and never a query, a header or a credential.
//
// Queries go out as POST. Where POST is answered 403, 405 or 501, and not by Prometheus, the same
// query is asked once with GET; the transport remembers servers of which that was true. An answer
// 429 or 503 with a Retry-After within the time limit is waited for, twice at most: the whole
// exchange takes no longer than the connection's timeout.
class QueryApi {
 public:
  struct Limits {
    core::Duration timeout{0};  // of one query; 0: the connection's
    std::size_t reply_bytes = 16U << 20U;
  };

  QueryApi(const Transport& transport, const ports::MetricsConnection& connection);
  QueryApi(const Transport& transport, const ports::MetricsConnection& connection, Limits limits);

  // The expression's value at `at`; a range selector gives raw samples.
  Answered<Reply> Instant(const std::string& query, core::TimePoint at);

  // The expression's value at `first`, `first` + `step`, ... `last`.
  Answered<Reply> Range(const std::string& query, core::TimePoint first, core::TimePoint last,
                        core::Duration step);

  // Whether the server is VictoriaMetrics, as its answers say; nothing before the first.
  std::optional<bool> IsVictoriaMetrics() const;

  // A page of its own, such as /api/v1/status/flags, as text. A status of 300 and above is a
  // failure of kNotPrometheus, kUnauthorized or kServerError.
  Answered<std::string> Page(const std::string& path);

  // Prometheus' time, to the second, as its latest answer reported it.
  std::optional<core::TimePoint> server_time() const { return server_time_; }
  // As an answer reported it that another has asked for.
  void NoteServerTime(std::optional<core::TimePoint> time) { server_time_ = time; }

  // Whether only GET is let through to the server, as its answers say: a query has to fit in a URL.
  bool AsksByUrl() const { return transport_.habits().RefusedPost(connection_.address) != 0; }

  const Transport& transport() const { return transport_; }
  const ports::MetricsConnection& connection() const { return connection_; }

 private:
  using Exchanged = http::HttpResult<http::Response>;
  struct Exchange {
    Exchanged result;
    Attempt attempt;
  };

  // `left` is what remains of the time limit, and becomes less.
  Answered<Exchanged> Send(const std::string& method, const std::string& path, std::string body,
                           core::Duration& left);
  Answered<Exchange> SendQuery(const std::string& path, const std::string& form);
  Answered<Reply> Ask(const std::string& path, const std::string& form);

  const Transport& transport_;
  const ports::MetricsConnection& connection_;
  const Limits limits_;
  const std::string host_;
  const Secrets secrets_;
  std::optional<core::TimePoint> server_time_;
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// The connection's own headers and its Authorization. White space around a Secret's value, such as
// the line break an editor leaves, is dropped. kUnauthorized, naming the field and not the value,
// when a control character is left: it could smuggle a header in.
Answered<HeaderList> HeadersOf(const ports::MetricsConnection& connection);

}  // namespace slogate::adapters::prometheus

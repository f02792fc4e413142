// Stands before a real Prometheus and answers as other servers and proxies do.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "adapters/http/client.h"
#include "support/http_server.h"

namespace slogate::testing {

enum class Dialect {
  kPrometheus,       // as it answers, under the path prefix
  kGzip,             // the same, compressed
  kInfos,            // with notes, as Prometheus 3 has them
  kOldInfos,         // with a note among the warnings, as Prometheus 2.48 had them
  kVictoria,         // with isPartial: false
  kThanosPartial,    // a store is away; every series whose code is 500 with it
  kVictoriaPartial,  // likewise, by isPartial: true
  kCortexPartial,    // likewise, in Cortex' words
  kQueryWarning,     // the result of the query is not whole
  kPost405,          // POST is refused, in a word
  kPost403,          // POST is refused, as the API server's proxy refuses it
  kPost405Get414,    // and URLs are too long
  kNoGetNoPost,      // both are refused
  kLogin302,         // a redirect to a login page
  kMoved308,         // a redirect to another address
  kLoginPage,        // 200 with a page to log in
  kBusyOnce,         // the first of every two answers is 429, at once again
  kBusy,             // 429, again in two minutes
  kTenant,           // 401 without X-Scope-OrgID: shop
  kForbidden,        // 403 with the token that was sent
  kCutShort,         // half of the answer
  kSilent,           // nothing at all
};

// Thread-safe. Requests are recorded with their headers.
class DialectFront {
 public:
  explicit DialectFront(std::string upstream);

  void Set(Dialect dialect) { dialect_ = dialect; }
  // With a path prefix, as behind an ingress.
  std::string address() const { return server_.url() + kPrefix; }
  std::vector<HttpRequest> requests() const { return server_.requests(); }

 private:
  static constexpr const char* kPrefix = "/prometheus";

  void Answer(const HttpRequest& request, HttpExchange& exchange);
  // True when the answer is given without Prometheus.
  bool AnswersAlone(const HttpRequest& request, HttpExchange& exchange);

  const std::string upstream_;
  std::atomic<Dialect> dialect_ = Dialect::kPrometheus;
  std::atomic<int> answers_ = 0;
  adapters::http::Client client_;
  HttpServer server_;  // last: its threads use all the others
};

}  // namespace slogate::testing

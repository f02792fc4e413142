// A real Prometheus with a day of counts that ends now.
#pragma once

#include <string>
#include <vector>

#include "support/process.h"

namespace slogate::testing {

// A service that counts 6,000 requests an hour for a day; the shares of them that fail.
struct BackfilledService {
  std::string name;
  double bad_ratio = 0;
  double bad_ratio_of_last_hour = 0;
};

// http_requests_total{service, code}: 200 and 500. Throws std::runtime_error when Prometheus does
// not become ready. Not thread-safe.
class BackfilledPrometheus {
 public:
  explicit BackfilledPrometheus(const std::vector<BackfilledService>& services);
  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  void Backfill(const std::vector<BackfilledService>& services);
  bool Ready() const;

  TemporaryFolder folder_;
  const int port_;
  Process process_;
};

}  // namespace slogate::testing

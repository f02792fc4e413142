// A real Prometheus that scrapes a misbehaving service once a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "adapters/http/client.h"
#include "adapters/prometheus/api/reply.h"
#include "integration/counting/scraped_service.h"
#include "slogate/core/counts.h"
#include "support/process.h"

namespace slogate::testing {

// A target as Prometheus is to know it: where to scrape, and its labels.
struct KnownTarget {
  std::string path;  // name of the script
  std::string instance;
  std::string test_case;
  std::string zone = "a";
};

// Not thread-safe. Throws std::runtime_error when Prometheus does not become ready.
class CountingBed {
 public:
  explicit CountingBed(const std::vector<Script>& scripts);

  ScrapedService& service() { return service_; }
  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // Replaces the targets that Prometheus knows, by its file discovery.
  void Know(const std::vector<KnownTarget>& targets);
  void Start();
  void Kill();  // SIGKILL

  // Whether an instant query has an answer that is not empty.
  bool Has(const std::string& query);

  // The number of every scrape that Prometheus kept, per series, from `from` to `until`.
  adapters::prometheus::SeriesMap KeptScrapes(core::TimePoint from, core::TimePoint until);

 private:
  bool Ready();
  adapters::prometheus::Answered<adapters::prometheus::Reply> Ask(const std::string& query,
                                                                  core::TimePoint at);

  TemporaryFolder folder_;
  ScrapedService service_;
  const int port_;
  adapters::http::Client client_;
  Process process_;
};

}  // namespace slogate::testing

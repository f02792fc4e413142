// A real Prometheus on loopback.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "demo/process/process.h"
#include "demo/process/temporary_folder.h"

namespace slogate::demo {

// Something to scrape, with the labels that its series get.
struct ScrapeTarget {
  std::string ns;
  std::string service;
  int port = 0;
};

// Not for use by two threads at once.
class PrometheusServer {
 public:
  // Every target is scraped at /metrics/<ns>/<service> and labelled namespace and service.
  // `program` is looked up in PATH, or names a file. Throws std::runtime_error when there is none
  // or it does not become ready.
  PrometheusServer(std::chrono::milliseconds scrape_interval,
                   const std::vector<ScrapeTarget>& targets, std::string program = "prometheus");
  ~PrometheusServer();

  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // The only value of an instant query; std::nullopt when there is none or not one.
  std::optional<double> Value(const std::string& query) const;

  void Start();  // does nothing while it runs
  void Stop();   // in good order
  void Kill();   // SIGKILL; what was scraped stays

 private:
  void WriteConfig(std::chrono::milliseconds scrape_interval,
                   const std::vector<ScrapeTarget>& targets);

  const std::string program_;
  TemporaryFolder folder_;
  const int port_;
  Process process_;
};

}  // namespace slogate::demo

// A real Prometheus on loopback.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/client.h"
#include "adapters/process/process.h"
#include "adapters/server/http_server.h"
#include "demo/machine/machine.h"

namespace slogate::demo {

// Something to scrape, with the labels that its series get.
struct ScrapeTarget {
  std::string ns;
  std::string service;
  int port = 0;
  std::string pod = {};                           // empty: no label of it
  std::vector<std::string> jobs = {"simulated"};  // each of which scrapes it
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
  adapters::process::Process process_;
};

// Stands before a Prometheus and answers for it, or badly.

// Thread-safe.
class MetricsFront {
 public:
  enum class Mode {
    kPass,         // as Prometheus answers
    kServerError,  // 500
    kNotANumber,   // every sample's value becomes NaN
    kNothing,      // an empty result
    kWrongPath,    // 404 with a page for people
    // A store is away, which a warning says: the one that holds the errors (code 5xx) of Services
    // named *-canary, or of the others.
    kPartialCanary,
    kPartialBaseline,
  };

  // Throws std::runtime_error when it cannot listen.
  explicit MetricsFront(std::string upstream);

  std::string address() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  void Set(Mode mode) { mode_ = mode; }

 private:
  adapters::server::Page Answer(const adapters::server::IncomingRequest& request);
  adapters::server::Page Forward(const adapters::server::IncomingRequest& request);

  const std::string upstream_;
  std::atomic<Mode> mode_ = Mode::kPass;
  adapters::http::Client client_;
  std::unique_ptr<adapters::server::HttpServer> server_;  // last: its threads use all the others
};

}  // namespace slogate::demo

// The service under release and its users: requests follow the gateway's weights to the pods that
// can serve, and each version answers as its profile says. Prometheus scrapes it.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "adapters/server/http_server.h"

namespace slogate::demo {

// How well one version of the simulated service answers.

inline constexpr std::size_t kLatencyBuckets = 7;
inline constexpr std::array<const char*, kLatencyBuckets> kLatencyBounds = {
    "0.05", "0.1", "0.2", "0.3", "0.5", "1", "+Inf"};

struct TrafficProfile {
  double error_share = 0.005;
  double slow_share = 0.01;         // slower than the threshold; the median is the same for all
  double wrong_share = 0.03;        // of the answers that are no errors
  const char* code_label = "code";  // by which it counts its requests
  const char* error_code = "500";   // that it counts failed ones under
};

// "good", "errors", "slow-tail", "wrong", or, with a fifth of the requests failing, "renames-label"
// (`status` for `code`) and "renames-value" (`error` for `500`); anything else is "good".
TrafficProfile ProfileNamed(const std::string& name);

// Counters of one version of the service, as its pods would expose them.
struct TrafficCounters {
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::int64_t grounded = 0;
  std::int64_t ungrounded = 0;
  std::array<std::int64_t, kLatencyBuckets> latency{};  // not cumulative
  std::int64_t bad = 0;             // failed, ungrounded, slow, or several of these
  const char* code_label = "code";  // of the profile that answered last
  const char* error_code = "500";

  // Answers `requests` more.
  void Answer(std::int64_t requests, const TrafficProfile& profile, std::mt19937_64& random);
};

// What a simulated service must know of a cluster.

struct Backend {
  std::string service;
  int weight = 0;
};

// A route as it is served.
struct ServedRoute {
  std::string ns;
  std::string name;
  std::vector<std::vector<Backend>> rules;
};

// The pods of one version that can serve.
struct ServingPods {
  std::string hash;     // their label pod-template-hash
  std::string profile;  // how they answer (traffic_profile.h)
  int count = 0;
};

// Implementations are thread-safe, and fast: they are asked many times a second.
class TrafficView {
 public:
  virtual ~TrafficView() = default;
  virtual std::vector<ServedRoute> Routes() const = 0;
  virtual std::vector<ServingPods> Behind(const std::string& ns,
                                          const std::string& service) const = 0;
};

struct TrafficSettings {
  double requests_per_second = 2000;
  std::uint64_t seed = 1;
};

// What the pods behind a Service have answered, all versions together.
struct ServedRequests {
  std::int64_t all = 0;
  std::int64_t bad = 0;  // an error, slower than the threshold, or a wrong answer; each counts once
};

// Thread-safe. Metrics, at /metrics/<namespace>/<service>, of every Service that a route names:
//   http_requests_total{code}, http_request_duration_seconds_{bucket,count,sum},
//   answers_total{grounded}, process_start_time_seconds
// each with the pod_template_hash of the version that answered.
class SimulatedService {
 public:
  // `view` outlives it.
  explicit SimulatedService(const TrafficView& view);
  ~SimulatedService();

  // From now on users send requests to every route of this namespace (its last rule).
  void AddTraffic(const std::string& ns, const TrafficSettings& settings);
  void RemoveTraffic(const std::string& ns);

  // From now on this share of the requests of one route fails as well, whichever version answers,
  // as when something fails that all of them need; 0 ends it.
  void SetIncident(const std::string& ns, const std::string& route, double error_share);

  int port() const { return server_->port(); }

  ServedRequests ServedBy(const std::string& ns, const std::string& service) const;

  // Requests of this namespace that found no pod to serve them, by Service; empty when none was
  // lost.
  std::map<std::string, std::int64_t> Lost(const std::string& ns) const;

 private:
  struct Users {
    TrafficSettings settings;
    std::mt19937_64 random;
    std::map<std::string, std::int64_t> lost;  // requests, by Service
  };
  void Run();
  void Advance(const ServedRoute& route, Users& users, double seconds);
  void Send(const ServedRoute& route, const std::string& service, std::int64_t requests,
            Users& users);
  std::string Expose(const std::string& ns, const std::string& service) const;

  const TrafficView& view_;
  const std::chrono::system_clock::time_point started_;
  mutable std::mutex mutex_;
  std::map<std::string, Users> users_;
  std::map<std::string, double> incidents_;  // ns/route: share of errors
  std::map<std::string, std::map<std::string, TrafficCounters>> counters_;  // ns/service, hash
  std::atomic<bool> stop_ = false;
  std::unique_ptr<adapters::server::HttpServer> server_;
  std::thread thread_;
};

}  // namespace slogate::demo

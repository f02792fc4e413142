#include "demo/service/simulated_service.h"

#include <algorithm>
#include <sstream>

#include "demo/machine/loopback.h"

namespace slogate::demo {

using adapters::server::IncomingRequest;
using adapters::server::Page;

namespace {

constexpr std::size_t kFastBuckets = 4;  // at or below the threshold
// Shares among fast and among slow requests. The median stays below 0.1 s for every profile.
constexpr std::array<double, kLatencyBuckets> kShare = {0.3, 0.4, 0.2, 0.1, 0.6, 0.3, 0.1};

std::int64_t Binomial(std::int64_t trials, double share, std::mt19937_64& random) {
  if (trials <= 0 || share <= 0) return 0;
  return std::binomial_distribution<std::int64_t>(trials, std::min(share, 1.0))(random);
}

constexpr std::chrono::milliseconds kTick{25};
constexpr const char* kPath = "/metrics/";

std::int64_t Poisson(double mean, std::mt19937_64& random) {
  return mean <= 0 ? 0 : std::poisson_distribution<std::int64_t>(mean)(random);
}

void WriteVersion(std::ostream& text, const std::string& hash, const TrafficCounters& counters) {
  const std::string version = "pod_template_hash=\"" + hash + "\"";
  const std::string requests = std::string("http_requests_total{") + counters.code_label + "=\"";
  text << requests << "200\"," << version << "} " << counters.succeeded << "\n"
       << requests << counters.error_code << "\"," << version << "} " << counters.failed << "\n"
       << "answers_total{grounded=\"true\"," << version << "} " << counters.grounded << "\n"
       << "answers_total{grounded=\"false\"," << version << "} " << counters.ungrounded << "\n";
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < kLatencyBuckets; ++i) {
    sum += counters.latency[i];
    text << "http_request_duration_seconds_bucket{le=\"" << kLatencyBounds[i] << "\"," << version
         << "} " << sum << "\n";
  }
  text << "http_request_duration_seconds_count{" << version << "} " << sum << "\n";
}

}  // namespace

TrafficProfile ProfileNamed(const std::string& name) {
  TrafficProfile profile;
  if (name == "errors") profile.error_share = 0.05;
  if (name == "slow-tail") profile.slow_share = 0.08;
  if (name == "wrong") profile.wrong_share = 0.15;
  if (name.starts_with("renames-")) profile.error_share = 0.2;
  if (name == "renames-label") profile.code_label = "status";
  if (name == "renames-value") profile.error_code = "error";
  return profile;
}

void TrafficCounters::Answer(std::int64_t requests, const TrafficProfile& profile,
                             std::mt19937_64& random) {
  code_label = profile.code_label;
  error_code = profile.error_code;
  const std::int64_t errors = Binomial(requests, profile.error_share, random);
  failed += errors;
  succeeded += requests - errors;
  const std::int64_t wrong = Binomial(requests - errors, profile.wrong_share, random);
  ungrounded += wrong;
  grounded += requests - errors - wrong;

  // Slowness strikes good and bad answers alike.
  const std::int64_t slow_and_bad = Binomial(errors + wrong, profile.slow_share, random);
  const std::int64_t only_slow = Binomial(requests - errors - wrong, profile.slow_share, random);
  bad += errors + wrong + only_slow;
  const std::int64_t slow = slow_and_bad + only_slow;
  std::int64_t left = requests - slow;
  double share_left = 1;
  for (std::size_t i = 0; i < kLatencyBuckets; ++i) {
    if (i == kFastBuckets) {
      left = slow;
      share_left = 1;
    }
    const bool last = i + 1 == kFastBuckets || i + 1 == kLatencyBuckets;
    const std::int64_t here = last ? left : Binomial(left, kShare[i] / share_left, random);
    latency[i] += here;
    left -= here;
    share_left -= kShare[i];
  }
}

SimulatedService::SimulatedService(const TrafficView& view)
    : view_(view), started_(std::chrono::system_clock::now()) {
  server_ = ListenOnLoopback([this](const IncomingRequest& request) -> Page {
    const std::string rest =
        request.target.starts_with(kPath) ? request.target.substr(std::string(kPath).size()) : "";
    const std::size_t slash = rest.find('/');
    if (slash == std::string::npos) return {.status = 404, .body = ""};
    return {.content_type = "text/plain; version=0.0.4",
            .body = Expose(rest.substr(0, slash), rest.substr(slash + 1))};
  });
  thread_ = std::thread([this] { Run(); });
}

SimulatedService::~SimulatedService() {
  stop_ = true;
  thread_.join();
  server_.reset();
}

void SimulatedService::AddTraffic(const std::string& ns, const TrafficSettings& settings) {
  const std::lock_guard lock(mutex_);
  users_[ns] = {settings, std::mt19937_64(settings.seed), {}};
}

void SimulatedService::RemoveTraffic(const std::string& ns) {
  const std::lock_guard lock(mutex_);
  users_.erase(ns);
}

void SimulatedService::SetIncident(const std::string& ns, const std::string& route,
                                   double error_share) {
  const std::lock_guard lock(mutex_);
  incidents_[ns + "/" + route] = error_share;
}

ServedRequests SimulatedService::ServedBy(const std::string& ns, const std::string& service) const {
  ServedRequests served;
  const std::lock_guard lock(mutex_);
  const auto found = counters_.find(ns + "/" + service);
  if (found == counters_.end()) return served;
  for (const auto& [hash, counters] : found->second) {
    served.all += counters.succeeded + counters.failed;
    served.bad += counters.bad;
  }
  return served;
}

std::map<std::string, std::int64_t> SimulatedService::Lost(const std::string& ns) const {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(ns);
  if (found == users_.end()) return {};
  return found->second.lost;
}

void SimulatedService::Run() {
  auto last = std::chrono::steady_clock::now();
  while (!stop_) {
    std::this_thread::sleep_for(kTick);
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last).count();
    last = now;
    const std::vector<ServedRoute> routes = view_.Routes();
    const std::lock_guard lock(mutex_);
    for (const ServedRoute& route : routes) {
      const auto users = users_.find(route.ns);
      if (users != users_.end()) Advance(route, users->second, seconds);
    }
  }
}

void SimulatedService::Advance(const ServedRoute& route, Users& users, double seconds) {
  if (route.rules.empty()) return;
  const std::vector<Backend>& backends = route.rules.back();
  double sum = 0;
  for (const Backend& backend : backends) sum += backend.weight;
  if (sum <= 0) return;
  for (const Backend& backend : backends) {
    const double mean = users.settings.requests_per_second * seconds * backend.weight / sum;
    Send(route, backend.service, Poisson(mean, users.random), users);
  }
}

void SimulatedService::Send(const ServedRoute& route, const std::string& service,
                            std::int64_t requests, Users& users) {
  if (requests == 0) return;
  const std::vector<ServingPods> versions = view_.Behind(route.ns, service);
  int pods = 0;
  for (const ServingPods& version : versions) pods += version.count;
  if (pods == 0) {
    users.lost[service] += requests;
    return;
  }
  const auto incident = incidents_.find(route.ns + "/" + route.name);
  for (const ServingPods& version : versions) {
    const double share = static_cast<double>(version.count) / pods;
    TrafficProfile profile = ProfileNamed(version.profile);
    if (incident != incidents_.end()) profile.error_share += incident->second;
    const std::int64_t here =
        share >= 1 ? requests
                   : std::binomial_distribution<std::int64_t>(requests, share)(users.random);
    counters_[route.ns + "/" + service][version.hash].Answer(here, profile, users.random);
    requests -= here;
    pods -= version.count;
  }
}

std::string SimulatedService::Expose(const std::string& ns, const std::string& service) const {
  std::ostringstream text;
  text.precision(15);
  text << "process_start_time_seconds "
       << std::chrono::duration<double>(started_.time_since_epoch()).count() << "\n";
  const std::lock_guard lock(mutex_);
  const auto found = counters_.find(ns + "/" + service);
  if (found == counters_.end()) return text.str();
  for (const auto& [hash, counters] : found->second) WriteVersion(text, hash, counters);
  return text.str();
}

}  // namespace slogate::demo

#include "integration/ci/backfilled_prometheus.h"

#include <chrono>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "adapters/http/client.h"
#include "support/built_servers.h"

namespace slogate::testing {
namespace {

using namespace std::chrono_literals;

constexpr int kSamplesOfHour = 240;
constexpr int kSamples = 25 * kSamplesOfHour;
constexpr double kRequestsOfSample = 25;

}  // namespace

BackfilledPrometheus::BackfilledPrometheus(const std::vector<BackfilledService>& services)
    : folder_("slogate-ci"), port_(FreePort()) {
  Backfill(services);
  WriteFile(folder_.File("prometheus.yml"), "global: {scrape_interval: 15s}\n");
  process_ =
      Process::Start({{PrometheusProgram(), "--config.file=" + folder_.File("prometheus.yml"),
                       "--storage.tsdb.path=" + folder_.File("data"),
                       "--web.listen-address=127.0.0.1:" + std::to_string(port_)},
                      {},
                      folder_.File("prometheus.log")});
  if (!Await([this] { return Ready(); }, 60s)) {
    throw std::runtime_error("Prometheus did not become ready:\n" +
                             ReadFile(folder_.File("prometheus.log")));
  }
}

void BackfilledPrometheus::Backfill(const std::vector<BackfilledService>& services) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::ostringstream text;
  text << "# TYPE http_requests counter\n";
  for (const BackfilledService& service : services) {
    for (const bool bad : {false, true}) {
      double count = 0;
      for (int sample = kSamples; sample >= 0; --sample) {
        const double ratio =
            sample < kSamplesOfHour ? service.bad_ratio_of_last_hour : service.bad_ratio;
        count += kRequestsOfSample * (bad ? ratio : 1 - ratio);
        text << "http_requests_total{service=\"" << service.name << "\",code=\""
             << (bad ? "500" : "200") << "\"} " << std::round(count) << " "
             << (now - sample * 15s).time_since_epoch().count() << "\n";
      }
    }
  }
  text << "# EOF\n";
  WriteFile(folder_.File("counts.txt"), text.str());
  Process promtool =
      Process::Start({{PromtoolProgram(), "tsdb", "create-blocks-from", "openmetrics",
                       folder_.File("counts.txt"), folder_.File("data")},
                      {},
                      folder_.File("promtool.log")});
  if (promtool.Wait(60s) != 0) {
    throw std::runtime_error("promtool failed:\n" + ReadFile(folder_.File("promtool.log")));
  }
}

bool BackfilledPrometheus::Ready() const {
  adapters::http::Client client;
  adapters::http::OutgoingRequest request;
  request.url = address() + "/-/ready";
  const auto response = client.Send(request);
  return response && response->status == 200;
}

}  // namespace slogate::testing

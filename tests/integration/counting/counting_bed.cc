#include "integration/counting/counting_bed.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/evidence/chunk_reader.h"
#include "slogate/ports/metrics_source.h"
#include "support/built_servers.h"

namespace slogate::testing {
namespace {

std::string Configuration(int port) {
  return R"(
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: shop
    file_sd_configs: [{files: [targets.json], refresh_interval: 1s}]
  - job_name: self
    static_configs: [{targets: ["127.0.0.1:)" +
         std::to_string(port) + "\"]}]\n";
}

}  // namespace

CountingBed::CountingBed(const std::vector<Script>& scripts)
    : folder_("slogate-counting"), service_(scripts), port_(FreePort()) {
  WriteFile(folder_.File("prometheus.yml"), Configuration(port_));
  Know({});
}

void CountingBed::Know(const std::vector<KnownTarget>& targets) {
  nlohmann::json groups = nlohmann::json::array();
  for (const KnownTarget& target : targets) {
    groups.push_back({{"targets", {"127.0.0.1:" + std::to_string(service_.port())}},
                      {"labels",
                       {{"__metrics_path__", "/" + target.path},
                        {"instance", target.instance},
                        {"case", target.test_case},
                        {"zone", target.zone}}}});
  }
  WriteFile(folder_.File("targets.json"), groups.dump());
}

void CountingBed::Start() {
  process_ =
      Process::Start({{PrometheusProgram(), "--config.file=" + folder_.File("prometheus.yml"),
                       "--storage.tsdb.path=" + folder_.File("data"),
                       "--web.listen-address=127.0.0.1:" + std::to_string(port_)},
                      {},
                      folder_.File("prometheus.log")});
  if (!Await([this] { return Ready(); }, std::chrono::seconds(30))) {
    throw std::runtime_error("Prometheus did not become ready:\n" +
                             ReadFile(folder_.File("prometheus.log")));
  }
}

void CountingBed::Kill() { process_.Kill(); }

bool CountingBed::Ready() {
  adapters::http::OutgoingRequest request;
  request.url = address() + "/-/ready";
  const auto response = client_.Send(request);
  return response && response->status == 200;
}

adapters::prometheus::Answered<adapters::prometheus::Reply> CountingBed::Ask(
    const std::string& query, core::TimePoint at) {
  const adapters::prometheus::Transport transport =
      [this](const adapters::http::Tls&, const adapters::http::OutgoingRequest& request) {
        return client_.Send(request);
      };
  ports::MetricsConnection connection;
  connection.address = address();
  return adapters::prometheus::QueryApi(transport, connection).Instant(query, at);
}

bool CountingBed::Has(const std::string& query) {
  const auto now = std::chrono::floor<core::Duration>(std::chrono::system_clock::now());
  const auto reply = Ask(query, now);
  return reply && !reply->series.empty();
}

adapters::prometheus::SeriesMap CountingBed::KeptScrapes(core::TimePoint from,
                                                         core::TimePoint until) {
  const core::Duration range = until - from;
  auto reply = Ask("scrape_number[" + std::to_string(range.count()) + "ms]", until);
  if (!reply) throw std::runtime_error(reply.error().message);
  adapters::prometheus::SeriesMap kept;
  adapters::prometheus::Merge(kept, std::move(*reply), from, until);
  return kept;
}

}  // namespace slogate::testing

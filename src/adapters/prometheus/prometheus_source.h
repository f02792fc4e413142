// Counts events exactly, block by block, out of Prometheus' raw samples.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/prometheus/client_pool.h"
#include "adapters/prometheus/evidence_reader.h"
#include "adapters/prometheus/query_api.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::adapters::prometheus {

// Block (a, b] is closed, and read, once both clocks, the caller's `now` and Prometheus' own, have
// passed b + one scrape interval (a scrape's time-out is at most that). Gaps of up to five minutes
// between two scrapes are bridged; what came before is forgotten.
//
// Remembers for each key the blocks since the plan's first and five minutes of samples.
// Thread-safe.
class PrometheusSource : public ports::MetricsSource {
 public:
  explicit PrometheusSource(Transport transport = PooledTransport());

  core::EvidenceReading Count(const std::string& key, const ports::MetricsConnection& connection,
                              const core::ReadingPlan& plan, core::TimePoint now) override;

  // See history_reader.h.
  core::HistoryReading History(const ports::MetricsConnection& connection,
                               const core::ReadingPlan& plan, core::TimePoint now) override;

  void Forget(const std::string& key) override;

 private:
  // A reading under way keeps its entry alive when the key is forgotten.
  struct Entry {
    std::mutex mutex;
    EvidenceReader reader;
  };

  Transport transport_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace slogate::adapters::prometheus

#include "adapters/prometheus/prometheus_source.h"

#include <utility>

#include "adapters/prometheus/history_reader.h"

namespace slogate::adapters::prometheus {

PrometheusSource::PrometheusSource(Transport transport) : transport_(std::move(transport)) {}

core::EvidenceReading PrometheusSource::Count(const std::string& key,
                                              const ports::MetricsConnection& connection,
                                              const core::ReadingPlan& plan, core::TimePoint now) {
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Entry>& slot = entries_[key];
    if (!slot) slot = std::make_shared<Entry>();
    entry = slot;
  }
  const std::lock_guard lock(entry->mutex);
  return entry->reader.Read(transport_, connection, plan, now);
}

core::HistoryReading PrometheusSource::History(const ports::MetricsConnection& connection,
                                               const core::ReadingPlan& plan, core::TimePoint now) {
  return ReadHistory(transport_, connection, plan, now);
}

void PrometheusSource::Forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  entries_.erase(key);
}

}  // namespace slogate::adapters::prometheus

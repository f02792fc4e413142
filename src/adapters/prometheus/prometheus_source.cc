#include "adapters/prometheus/prometheus_source.h"

#include <utility>

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
  core::ReadingPlan baseline_only = plan;
  baseline_only.canary = plan.baseline;  // equal fetches are made once
  EvidenceReader reader;
  core::EvidenceReading evidence = reader.Read(transport_, connection, baseline_only, now);
  core::HistoryReading history;
  history.source = evidence.source;
  history.message = std::move(evidence.message);
  history.objectives.resize(plan.indicators.size());
  for (const core::Block& block : evidence.blocks) {
    for (std::size_t i = 0; i < block.objectives.size(); ++i) {
      const core::ObjectiveBlock& one = block.objectives[i];
      const bool sound = one.problem == core::CountProblem::kNone && !one.noted;
      history.objectives[i].blocks.push_back(sound ? one.counts.baseline : core::Counts{});
    }
  }
  return history;
}

void PrometheusSource::Forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  entries_.erase(key);
}

}  // namespace slogate::adapters::prometheus

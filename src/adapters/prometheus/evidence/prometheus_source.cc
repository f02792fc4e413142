#include "adapters/prometheus/evidence/prometheus_source.h"

#include <algorithm>
#include <utility>

#include "adapters/prometheus/evidence/bucket_bounds.h"
#include "adapters/prometheus/evidence/history_reader.h"
#include "promql/counted_series.h"

namespace slogate::adapters::prometheus {

using core::SourceProblem;

Answered<void> CheckPlan(const core::ReadingPlan& plan) {
  if (plan.block_length <= core::Duration(0) || plan.scrape_interval <= core::Duration(0) ||
      plan.first_block < 0) {
    return Failed(SourceProblem::kBadQuery, "the block length or the first block makes no sense");
  }
  return {};
}

core::EvidenceReading EvidenceReader::Read(const Transport& transport,
                                           const ports::MetricsConnection& connection,
                                           const core::ReadingPlan& plan, core::TimePoint now) {
  core::EvidenceReading reading;
  Notes notes;
  auto done = Prepare(connection, plan);
  if (done && walk_.HasNew(now)) {
    QueryApi api(transport, connection);
    done = ReadClosed(api, now, notes);
    warnings_ = notes.Lines();
  }
  if (!done) {
    reading.source = done.error().problem;
    reading.message = done.error().message;
  }
  reading.blocks = blocks_;
  reading.warnings = warnings_;
  return reading;
}

Answered<void> EvidenceReader::Prepare(const ports::MetricsConnection& connection,
                                       const core::ReadingPlan& plan) {
  auto sound = CheckPlan(plan);
  if (!sound) return sound;
  Question question{connection.address, plan.canary,       plan.baseline,       plan.indicators,
                    plan.slices,        plan.block_length, plan.scrape_interval};
  const bool goes_on = question_ == question && plan.first_block <= walk_.next_block() &&
                       (blocks_.empty() ? plan.first_block == walk_.next_block()
                                        : plan.first_block >= blocks_.front().index);
  if (!goes_on) {
    *this = EvidenceReader();
    auto fetches = PlanFetches(plan);
    if (!fetches) return tl::unexpected(fetches.error());
    walk_ = BlockWalk(std::move(*fetches), plan);
    question_ = std::move(question);
  }
  std::erase_if(blocks_, [&](const core::Block& block) { return block.index < plan.first_block; });
  return {};
}

Answered<void> EvidenceReader::ReadClosed(QueryApi& api, core::TimePoint now, Notes& notes) {
  const std::int64_t first_new = walk_.next_block();
  auto read = walk_.Advance(
      api, now,
      [this](BlockAssembly& assembly, std::int64_t index,
             const BlockBounds& bounds) -> Answered<void> {
        core::Block& block = blocks_.emplace_back();
        block.index = index;
        for (std::size_t i = 0; i < question_->indicators.size(); ++i) {
          block.objectives.push_back(assembly.Count(i, bounds));
        }
        return {};
      },
      notes);
  if (read && walk_.next_block() > first_new) NameBounds(api, notes);
  return read;
}

// A bound that no bucket has is worth a question of its own: the answer is the fix.
void EvidenceReader::NameBounds(QueryApi& api, Notes& notes) const {
  for (std::size_t i = 0; i < question_->indicators.size(); ++i) {
    const auto* indicator = std::get_if<core::HistogramIndicator>(&question_->indicators[i]);
    if (indicator == nullptr ||
        blocks_.back().objectives[i].problem != core::CountProblem::kNoSeries) {
      continue;
    }
    for (const auto* track : {&question_->canary, &question_->baseline}) {
      const auto bounds = ReadBucketBounds(api, indicator->histogram, *track, walk_.reached());
      if (!bounds || bounds->empty()) continue;
      const auto is_threshold = [&](const std::string& label) {
        return promql::IsBound(label, indicator->threshold);
      };
      if (std::any_of(bounds->labels.begin(), bounds->labels.end(), is_threshold)) continue;
      std::string list;
      for (const std::string& label : bounds->labels) list += (list.empty() ? "" : ", ") + label;
      notes.Add("no bucket has the threshold as its bound",
                indicator->histogram.metric + " has " + Shorten(list));
    }
  }
}

PrometheusSource::PrometheusSource(Transport transport) : transport_(std::move(transport)) {}

core::EvidenceReading PrometheusSource::Count(const std::string& key,
                                              const ports::MetricsConnection& connection,
                                              const core::ReadingPlan& plan, core::TimePoint now) {
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Entry>& stored = entries_[key];
    if (!stored) stored = std::make_shared<Entry>();
    entry = stored;
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

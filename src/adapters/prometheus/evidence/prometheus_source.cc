#include "adapters/prometheus/evidence/prometheus_source.h"

#include <algorithm>
#include <utility>

#include "adapters/prometheus/evidence/bucket_bounds.h"
#include "promql/counted_series.h"
#include "promql/writer.h"

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
                                           const core::ReadingPlan& plan, core::TimePoint now,
                                           const Sharing& sharing) {
  core::EvidenceReading reading;
  Notes notes;
  auto done = Prepare(connection, plan);
  if (done && walk_.HasNew(now)) {
    QueryApi api(transport, connection);
    SampleQueries queries(api, sharing.queries, sharing.rollout);
    done = ReadClosed(queries, now, notes);
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
  Question question{connection.address, connection.headers,  plan.canary,
                    plan.baseline,      plan.indicators,     plan.slices,
                    plan.block_length,  plan.scrape_interval};
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

Answered<void> EvidenceReader::ReadClosed(SampleQueries& queries, core::TimePoint now,
                                          Notes& notes) {
  const std::int64_t first_new = walk_.next_block();
  auto read = walk_.Advance(
      queries, now,
      [this](BlockAssembly& assembly, std::int64_t index,
             const BlockBounds& bounds) -> Answered<void> {
        core::Block& block = blocks_.emplace_back();
        block.index = index;
        for (std::size_t i = 0; i < question_->indicators.size(); ++i) {
          block.objectives.push_back(assembly.Count(i, bounds));
          KeepWords(i);
        }
        return {};
      },
      notes);
  if (read && walk_.next_block() > first_new) NameBounds(queries.api(), notes);
  return read;
}

// Values change with every block, and a message that did would be written with every block.
void EvidenceReader::KeepWords(std::size_t objective) {
  if (blocks_.size() < 2) return;
  core::ObjectiveBlock& newest = blocks_.back().objectives[objective];
  const core::ObjectiveBlock& before = (blocks_.end() - 2)->objectives[objective];
  const bool same = newest.problem == before.problem && newest.noted == before.noted &&
                    (newest.noted || newest.problem == core::CountProblem::kNotANumber ||
                     newest.problem == core::CountProblem::kInfinite ||
                     newest.problem == core::CountProblem::kInconsistent);
  if (same && !before.words.empty()) newest.words = before.words;
}

// A bound that no bucket has is worth a question of its own: the answer is the fix.
void EvidenceReader::NameBounds(QueryApi& api, Notes& notes) const {
  for (std::size_t i = 0; i < question_->indicators.size(); ++i) {
    const auto* indicator = std::get_if<core::HistogramIndicator>(&question_->indicators[i]);
    const core::CountProblem problem = blocks_.back().objectives[i].problem;
    if (indicator == nullptr || (problem != core::CountProblem::kNoSeries &&
                                 problem != core::CountProblem::kShapesDiffer)) {
      continue;
    }
    for (const auto* track : {&question_->canary, &question_->baseline}) {
      const auto bounds = ReadBucketBounds(api, indicator->histogram, *track, walk_.reached());
      if (!bounds || bounds->empty()) continue;
      const auto is_threshold = [&](const std::string& label) {
        return promql::IsBound(label, indicator->threshold);
      };
      if (std::ranges::any_of(bounds->labels, is_threshold)) continue;
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
  return entry->reader.Read(transport_, connection, plan, now, {&shared_, key});
}

core::HistoryReading PrometheusSource::History(const ports::MetricsConnection& connection,
                                               const core::ReadingPlan& plan, core::TimePoint now) {
  return ReadHistory(transport_, connection, plan, now);
}

void PrometheusSource::Forget(const std::string& key) {
  shared_.Forget(key);
  const std::lock_guard lock(mutex_);
  entries_.erase(key);
}

namespace {

using core::SourceProblem;

// One objective's history while it grows.
class Growing {
 public:
  Growing(std::string cohort_label, std::size_t max_pod_blocks)
      : cohort_label_(std::move(cohort_label)), max_pod_blocks_(max_pod_blocks) {}

  Answered<void> Add(const BaselineBlock& block) {
    blocks_.push_back(block.counts);
    AddPods(block, &core::PodHistory::blocks, blocks_.size());
    for (const BaselineBlock& scrape : block.scrapes) {
      scrapes_.push_back(scrape.counts);
      AddPods(scrape, &core::PodHistory::scrapes, scrapes_.size());
    }
    for (const auto& [value, counts] : block.cohorts) {
      auto found = cohorts_.find(value);
      if (found == cohorts_.end()) found = cohorts_.emplace(value, 0.0).first;
      found->second += counts.total;
    }
    return cohorts_.size() <= kMaxCohortValues ? Answered<void>() : TooManyValues(cohort_label_);
  }

  static tl::unexpected<SourceFailure> TooManyValues(const std::string& label) {
    return Failed(SourceProblem::kTooLarge,
                  "cohorts: the label " + promql::Quote(Shorten(label)) + " has more than " +
                      std::to_string(kMaxCohortValues) +
                      " values; name one with few, such as a language or a region");
  }

  core::ObjectiveHistory Take() {
    core::ObjectiveHistory history;
    for (auto& [pod, counts] : pods_) {
      counts.blocks.resize(blocks_.size());
      counts.scrapes.resize(scrapes_.size());
      history.pods.push_back(std::move(counts));
    }
    for (const auto& [value, events] : cohorts_) history.cohorts.push_back({value, events});
    std::ranges::stable_sort(history.cohorts,
                             [](const auto& a, const auto& b) { return a.events > b.events; });
    history.blocks = std::move(blocks_);
    history.scrapes = std::move(scrapes_);
    return history;
  }

 private:
  // The newest of `size` blocks, or of as many scrapes.
  void AddPods(const BaselineBlock& block, std::vector<core::Counts> core::PodHistory::*list,
               std::size_t size) {
    if (too_many_pods_) return;
    for (const auto& [pod, counts] : block.pods) {
      if (pod.empty()) continue;
      auto found = pods_.find(pod);
      if (found == pods_.end()) {
        found = pods_.emplace(pod, core::PodHistory{std::string(pod), {}}).first;
      }
      std::vector<core::Counts>& all = found->second.*list;
      all.resize(size);
      all.back() = counts;
    }
    too_many_pods_ = pods_.size() * (blocks_.size() + scrapes_.size()) > max_pod_blocks_;
    if (too_many_pods_) pods_.clear();
  }

  std::string cohort_label_;
  std::size_t max_pod_blocks_;
  std::vector<core::Counts> blocks_;
  std::vector<core::Counts> scrapes_;
  std::map<std::string, core::PodHistory, std::less<>> pods_;
  bool too_many_pods_ = false;
  std::map<std::string, double, std::less<>> cohorts_;
};

class HistoryReader {
 public:
  HistoryReader(const Transport& transport, const ports::MetricsConnection& connection,
                const core::ReadingPlan& plan)
      : api_(transport, connection), plan_(plan) {
    const std::size_t objectives = std::max<std::size_t>(1, plan.indicators.size());
    for (std::size_t i = 0; i < plan.indicators.size(); ++i) {
      growing_.emplace_back(LabelOf(i), kMaxPodBlocks / objectives);
    }
  }

  core::HistoryReading Read(core::TimePoint now) {
    core::HistoryReading history;
    history.objectives.resize(growing_.size());
    if (auto done = ReadInto(history, now); !done) {
      history.source = done.error().problem;
      history.message = done.error().message;
    }
    return history;
  }

 private:
  std::string LabelOf(std::size_t objective) const {
    return objective < plan_.slices.size() ? plan_.slices[objective].cohort_label : "";
  }

  Answered<void> ReadInto(core::HistoryReading& history, core::TimePoint now) {
    auto sound = CheckPlan(plan_);
    if (!sound) return sound;
    core::ReadingPlan baseline = plan_;
    baseline.canary = plan_.baseline;  // equal fetches are made once
    baseline.slices.clear();
    for (std::size_t i = 0; i < growing_.size(); ++i)
      baseline.slices.push_back({LabelOf(i), {}, {}});
    auto fetches = PlanFetches(baseline);
    if (!fetches) return tl::unexpected(fetches.error());
    BlockWalk walk(std::move(*fetches), plan_);
    auto apart = FindOverlap(now, history);
    if (!apart || !history.overlap.empty()) return apart;
    if (!walk.HasNew(now)) return {};
    for (std::size_t i = 0; i < growing_.size(); ++i) {
      auto few = CheckCohorts(i, now);
      if (!few) return few;
    }
    auto walked = Walk(walk, now);
    for (std::size_t i = 0; i < growing_.size(); ++i) history.objectives[i] = growing_[i].Take();
    return walked ? ReadBounds(walk.reached(), history) : walked;
  }

  Answered<void> Walk(BlockWalk& walk, core::TimePoint now) {
    Notes unread;
    SampleQueries own(api_);
    return walk.Advance(
        own, now,
        [this](BlockAssembly& assembly, std::int64_t, const BlockBounds& bounds) {
          Answered<void> added;
          for (std::size_t i = 0; i < growing_.size() && added; ++i) {
            added = growing_[i].Add(assembly.CountBaseline(i, bounds));
          }
          return added;
        },
        unread);
  }

  // A series that both tracks select is alive before the canary has traffic: it is the baseline's,
  // or the canary's where its counters begin with its process. One that is born later shows in the
  // blocks.
  Answered<void> FindOverlap(core::TimePoint now, core::HistoryReading& history) {
    if (!plan_.wants_history || !MayOverlap(plan_.canary, plan_.baseline)) return {};
    if (auto sound = PlanFetches(plan_); !sound) return tl::unexpected(sound.error());
    std::vector<std::string> asked;
    for (const core::Indicator& indicator : plan_.indicators) {
      const auto series = promql::CountedSeriesOf(indicator);
      if (!series) continue;
      std::vector<core::LabelMatcher> matchers = series->total.matchers;
      for (const auto* track : {&plan_.canary, &plan_.baseline}) {
        matchers.insert(matchers.end(), track->begin(), track->end());
      }
      std::string query =
          "topk(1, " + promql::NamedSelector({series->total.metric}, matchers) + ")";
      if (std::ranges::find(asked, query) != asked.end()) continue;
      const auto reply = api_.Instant(query, now);
      if (!reply) return tl::unexpected(reply.error());
      asked.push_back(std::move(query));
      if (reply->series.empty()) continue;
      history.overlap =
          OverlapWords(1, reply->series.front().first, OverlapFix(plan_.canary, plan_.baseline));
      return {};
    }
    return {};
  }

  // Asks before reading: the series of a label with a million values would be too many.
  Answered<void> CheckCohorts(std::size_t objective, core::TimePoint now) {
    const std::string label = LabelOf(objective);
    const auto series = promql::CountedSeriesOf(plan_.indicators[objective]);
    if (label.empty() || !series) return {};
    std::vector<core::LabelMatcher> matchers = series->total.matchers;
    matchers.insert(matchers.end(), plan_.baseline.begin(), plan_.baseline.end());
    const auto reply =
        api_.Instant("count(count by (" + promql::LabelText(label) + ") (" +
                         promql::NamedSelector({series->total.metric}, matchers) + "))",
                     now);
    if (!reply) return tl::unexpected(reply.error());
    const bool many = !reply->series.empty() && !reply->series.front().second.empty() &&
                      reply->series.front().second.back().value > kMaxCohortValues;
    return many ? Growing::TooManyValues(label) : Answered<void>();
  }

  Answered<void> ReadBounds(core::TimePoint at, core::HistoryReading& history) {
    for (std::size_t i = 0; i < growing_.size(); ++i) {
      const auto* indicator = std::get_if<core::HistogramIndicator>(&plan_.indicators[i]);
      if (indicator == nullptr) continue;
      const auto baseline = ReadBucketBounds(api_, indicator->histogram, plan_.baseline, at);
      if (!baseline) return tl::unexpected(baseline.error());
      // Without matchers it would be everybody's histogram.
      const auto canary = plan_.canary.empty()
                              ? BucketBounds()
                              : ReadBucketBounds(api_, indicator->histogram, plan_.canary, at);
      if (!canary) return tl::unexpected(canary.error());
      history.objectives[i].bounds = CommonBounds(*baseline, *canary);
    }
    return {};
  }

  QueryApi api_;
  const core::ReadingPlan& plan_;
  std::vector<Growing> growing_;
};

}  // namespace

core::HistoryReading ReadHistory(const Transport& transport,
                                 const ports::MetricsConnection& connection,
                                 const core::ReadingPlan& plan, core::TimePoint now) {
  return HistoryReader(transport, connection, plan).Read(now);
}

}  // namespace slogate::adapters::prometheus

// Everything remembered of one rollout's counts, and how it grows.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/evidence/block_walk.h"
#include "adapters/prometheus/evidence/pairing.h"
#include "adapters/prometheus/sharing/shared_queries.h"
#include "slogate/core/decide.h"
#include "slogate/core/observations.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::adapters::prometheus {

// kBadQuery when the plan's lengths or its first block make no sense.
Answered<void> CheckPlan(const core::ReadingPlan& plan);

// With whom a reading's queries may be shared; with nobody where `queries` is null.
struct Sharing {
  SharedQueries* queries = nullptr;
  std::string rollout = {};
};

// Reading block by block and a replay of everything give equal blocks. Not thread-safe.
class EvidenceReader {
 public:
  // Reads what is new up to the newest closed block. A plan with another question (address,
  // headers, which name a tenant, tracks, indicators, slices, lengths, an earlier first block)
  // starts again; a later first block drops the blocks before it. When Prometheus fails midway,
  // what was read before stays.
  core::EvidenceReading Read(const Transport& transport, const ports::MetricsConnection& connection,
                             const core::ReadingPlan& plan, core::TimePoint now,
                             const Sharing& sharing = {});

 private:
  // What must stay equal for blocks to be comparable.
  struct Question {
    std::string address;
    std::map<std::string, std::string> headers;
    std::vector<core::LabelMatcher> canary;
    std::vector<core::LabelMatcher> baseline;
    std::vector<core::Indicator> indicators;
    std::vector<core::Slices> slices;
    core::Duration block_length{0};
    core::Duration scrape_interval{0};

    friend bool operator==(const Question&, const Question&) = default;
  };

  Answered<void> Prepare(const ports::MetricsConnection& connection, const core::ReadingPlan& plan);
  Answered<void> ReadClosed(SampleQueries& queries, core::TimePoint now, Notes& notes);
  void KeepWords(std::size_t objective);
  void NameBounds(QueryApi& api, Notes& notes) const;

  std::optional<Question> question_;
  BlockWalk walk_;
  std::vector<core::Block> blocks_;
  std::vector<std::string> warnings_;  // of the last reading that read something
};

// Counts events exactly, block by block, out of Prometheus' raw samples.

// Block (a, b] is closed, and read, once both clocks, the caller's `now` and Prometheus' own, have
// passed b + one scrape interval (a scrape's time-out is at most that). Gaps of up to five minutes
// between two scrapes are bridged; what came before is forgotten.
//
// Rollouts that look at the same time and whose counters differ only in values of their labels
// share queries, see SharedQueries.
//
// Remembers for each key the blocks since the plan's first and five minutes of samples.
// Thread-safe.
class PrometheusSource : public ports::MetricsSource {
 public:
  explicit PrometheusSource(Transport transport = PooledTransport());

  core::EvidenceReading Count(const std::string& key, const ports::MetricsConnection& connection,
                              const core::ReadingPlan& plan, core::TimePoint now) override;

  // See ReadHistory below.
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
  SharedQueries shared_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
};

// The baseline before a rollout: its blocks, pods, cohorts and bucket bounds.

// Values of a cohort's label at most; more is a mistake in the policy.
inline constexpr std::size_t kMaxCohortValues = 10'000;

// Blocks and scrape intervals of all pods of all objectives at most, some 50 MB. With more pods
// than fit, an objective has none.
inline constexpr std::size_t kMaxPodBlocks = 2'000'000;

// Reads from plan.first_block to the newest closed block.
//   overlap  of counters that both tracks select, when a rollout is about to start
//            (plan.wants_history); then nothing else is read
//   blocks   one with a problem, or noted, counts as one without events
//   pods     by the label `pod`, else `instance`; the same holds for each of their blocks; absent
//            when series have neither, or there are too many
//   cohorts  by the label of plan.slices; kTooLarge, with the label and the fix, when it has more
//            than kMostCohortValues values
//   bounds   of a HistogramIndicator: those that every series alive at the end has, in the baseline
//            and, where it has series, in the canary
core::HistoryReading ReadHistory(const Transport& transport,
                                 const ports::MetricsConnection& connection,
                                 const core::ReadingPlan& plan, core::TimePoint now);

}  // namespace slogate::adapters::prometheus

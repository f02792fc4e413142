// Everything remembered of one rollout's counts, and how it grows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/prometheus/block_walk.h"
#include "adapters/prometheus/notes.h"
#include "adapters/prometheus/query_api.h"
#include "slogate/core/decide.h"
#include "slogate/core/observations.h"

namespace slogate::adapters::prometheus {

// kBadQuery when the plan's lengths or its first block make no sense.
Answered<void> CheckPlan(const core::ReadingPlan& plan);

// Reading block by block and a replay of everything give equal blocks. Not thread-safe.
class EvidenceReader {
 public:
  // Reads what is new up to the newest closed block. A plan with another question (address, arms,
  // indicators, slices, lengths, an earlier first block) starts anew; a later first block drops the
  // blocks before it. When Prometheus fails midway, what was read before stays.
  core::EvidenceReading Read(const Transport& transport, const ports::MetricsConnection& connection,
                             const core::ReadingPlan& plan, core::TimePoint now);

 private:
  // What must stay equal for blocks to be comparable.
  struct Question {
    std::string address;
    std::vector<core::LabelMatcher> canary;
    std::vector<core::LabelMatcher> baseline;
    std::vector<core::Indicator> indicators;
    std::vector<core::Slices> slices;
    core::Duration block_length{0};
    core::Duration scrape_interval{0};

    friend bool operator==(const Question&, const Question&) = default;
  };

  Answered<void> Prepare(const ports::MetricsConnection& connection, const core::ReadingPlan& plan);
  Answered<void> ReadClosed(QueryApi& api, core::TimePoint now, Notes& notes);
  void NameBounds(QueryApi& api, Notes& notes) const;

  std::optional<Question> question_;
  BlockWalk walk_;
  std::vector<core::Block> blocks_;
  std::vector<std::string> warnings_;  // of the last reading that read something
};

}  // namespace slogate::adapters::prometheus

// Everything remembered of one rollout's counts, and how it grows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/prometheus/fetch_plan.h"
#include "adapters/prometheus/notes.h"
#include "adapters/prometheus/query_api.h"
#include "adapters/prometheus/sample_store.h"
#include "slogate/core/decide.h"
#include "slogate/core/observations.h"

namespace slogate::adapters::prometheus {

// Longest stretch read in one go.
inline constexpr core::Duration kLongestPiece = std::chrono::minutes(15);

// Blocks that a reading may span at most; more is a mistake in the plan.
inline constexpr std::int64_t kMostBlocks = 500'000;

// Reading block by block and a replay of everything are the same function with other pieces, and
// give equal blocks. Not thread-safe.
class EvidenceReader {
 public:
  // Reads what is new up to the newest closed block. A plan with another question (address, arms,
  // indicators, lengths, an earlier first block) starts anew; a later first block drops the blocks
  // before it. When Prometheus fails midway, what was read before stays.
  core::EvidenceReading Read(const Transport& transport, const ports::MetricsConnection& connection,
                             const core::ReadingPlan& plan, core::TimePoint now);

 private:
  // What must stay equal for blocks to be comparable.
  struct Question {
    std::string address;
    std::vector<core::LabelMatcher> canary;
    std::vector<core::LabelMatcher> baseline;
    std::vector<core::Indicator> indicators;
    core::Duration block_length{0};
    core::Duration scrape_interval{0};

    friend bool operator==(const Question&, const Question&) = default;
  };

  Answered<void> Prepare(const ports::MetricsConnection& connection, const core::ReadingPlan& plan);
  Answered<void> ReadClosed(QueryApi& api, core::TimePoint now, Notes& notes);
  Answered<void> ReadPiece(QueryApi& api, const Piece& piece, core::TimePoint now, Notes& notes);
  void NameBounds(QueryApi& api, core::TimePoint at, Notes& notes);
  std::int64_t NewestClosed(core::TimePoint now) const;

  std::optional<Question> question_;
  FetchPlan fetches_;
  SampleStore store_;
  std::vector<core::Block> blocks_;
  std::int64_t next_block_ = 0;
  std::vector<std::string> warnings_;  // of the last reading that read something
};

}  // namespace slogate::adapters::prometheus

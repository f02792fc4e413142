// From the first block wanted to the newest closed one, chunk by chunk.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/evidence/block_assembly.h"
#include "adapters/prometheus/evidence/chunk_reader.h"
#include "adapters/prometheus/evidence/fetch_plan.h"
#include "adapters/prometheus/evidence/pairing.h"
#include "slogate/core/decide.h"

namespace slogate::adapters::prometheus {

// Longest stretch read in one go.
inline constexpr core::Duration kLongestChunk = std::chrono::minutes(15);

// Blocks that a reading may span at most; more is a mistake in the plan.
inline constexpr std::int64_t kMaxBlocks = 500'000;

// Walking in one go and block by block are the same function with other chunks, and count the same.
// Not thread-safe.
class BlockWalk {
 public:
  // Counts the block of this number; a failure ends the walk before it.
  using CountBlock =
      std::function<Answered<void>(BlockAssembly&, std::int64_t index, const BlockBounds&)>;

  BlockWalk() = default;
  BlockWalk(FetchPlan fetches, const core::ReadingPlan& plan);

  // Counts every block that is closed by both clocks, in order. What an answer too large leaves out
  // is asked for in smaller chunks. After a failure the next call goes on where it happened.
  Answered<void> Advance(SampleQueries& queries, core::TimePoint now, const CountBlock& count,
                         Notes& notes);

  // Whether the caller's clock has closed a block that is not counted.
  bool HasNew(core::TimePoint now) const { return next_block_ <= NewestClosed(now); }
  std::int64_t next_block() const { return next_block_; }
  // The end of what is counted.
  core::TimePoint reached() const { return core::TimePoint(next_block_ * block_length_); }

 private:
  Answered<std::vector<Estimates>> Fetch(SampleQueries& queries, const Chunk& chunk, Notes& notes);
  Answered<void> CountChunk(const Chunk& chunk, core::TimePoint now,
                            const std::vector<Estimates>& estimates, const CountBlock& count,
                            Notes& notes);
  std::int64_t NewestClosed(core::TimePoint now) const;

  FetchPlan fetches_;
  core::Duration block_length_{1};
  core::Duration scrape_interval_{0};
  std::int64_t next_block_ = 0;
  SampleStore store_;
};

}  // namespace slogate::adapters::prometheus

#include "adapters/prometheus/evidence/block_walk.h"

#include <algorithm>
#include <string>

namespace slogate::adapters::prometheus {
namespace {

using core::SourceProblem;

constexpr const char* kFix =
    "; a single block does not fit, so select fewer series, or drop labels and buckets when "
    "scraping";

std::int64_t FloorDivide(std::int64_t value, std::int64_t divisor) {
  const std::int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

// The time up to which Prometheus' own clock agrees with `now`. Its Date header has whole seconds.
core::TimePoint Agreed(core::TimePoint now, std::optional<core::TimePoint> server_time) {
  return server_time ? std::min(now, *server_time + std::chrono::seconds(1)) : now;
}

}  // namespace

BlockWalk::BlockWalk(FetchPlan fetches, const core::ReadingPlan& plan)
    : fetches_(std::move(fetches)),
      block_length_(plan.block_length),
      scrape_interval_(plan.scrape_interval),
      next_block_(plan.first_block) {}

std::int64_t BlockWalk::NewestClosed(core::TimePoint now) const {
  const core::TimePoint closed = now - scrape_interval_;
  return FloorDivide(closed.time_since_epoch().count(), block_length_.count()) - 1;
}

Answered<void> BlockWalk::Advance(SampleQueries& queries, core::TimePoint now,
                                  const CountBlock& count, Notes& notes) {
  if (NewestClosed(now) - next_block_ >= kMaxBlocks) {
    return Failed(SourceProblem::kTooLarge, "more than " + std::to_string(kMaxBlocks) +
                                                " blocks to read; the first one is too old");
  }
  std::int64_t max_blocks = std::max<std::int64_t>(1, kLongestChunk / block_length_);
  while (HasNew(now)) {
    const Chunk chunk{next_block_, std::min(NewestClosed(now), next_block_ + max_blocks - 1),
                      block_length_};
    const auto estimates = Fetch(queries, chunk, notes);
    if (!estimates) {
      const bool too_large = estimates.error().problem == SourceProblem::kTooLarge;
      if (!too_large) return tl::unexpected(estimates.error());
      if (max_blocks == 1)
        return Failed(SourceProblem::kTooLarge, estimates.error().message + kFix);
      max_blocks = (max_blocks + 1) / 2;
      continue;
    }
    now = Agreed(now, queries.api().server_time());
    auto counted = CountChunk(chunk, now, *estimates, count, notes);
    if (!counted) return counted;
  }
  return {};
}

Answered<std::vector<Estimates>> BlockWalk::Fetch(SampleQueries& queries, const Chunk& chunk,
                                                  Notes& notes) {
  auto samples = ReadSamples(queries, fetches_, chunk, scrape_interval_, store_, notes);
  if (!samples) return tl::unexpected(samples.error());
  return ReadEstimates(queries.api(), fetches_, chunk, notes);
}

Answered<void> BlockWalk::CountChunk(const Chunk& chunk, core::TimePoint now,
                                     const std::vector<Estimates>& estimates,
                                     const CountBlock& count, Notes& notes) {
  // Blocks that Prometheus' own clock has not closed were read too early.
  const std::int64_t last = std::min(chunk.last, NewestClosed(now));
  BlockAssembly assembly(fetches_, store_, estimates, notes);
  Answered<void> counted;
  while (next_block_ <= last && counted) {
    BlockBounds block = chunk.Bounds(next_block_);
    block.scrape_interval = scrape_interval_;
    counted = count(assembly, next_block_, block);
    if (counted) ++next_block_;
  }
  // Samples that made no sense are asked for again rather than built upon.
  if (assembly.doubtful()) {
    store_ = SampleStore();
  } else {
    store_.complete_until = reached();
  }
  return counted;
}

}  // namespace slogate::adapters::prometheus

#include "adapters/prometheus/evidence_reader.h"

#include <algorithm>

#include "adapters/prometheus/block_assembly.h"
#include "adapters/prometheus/piece_reader.h"
#include "adapters/prometheus/promql.h"

namespace slogate::adapters::prometheus {
namespace {

using core::SourceProblem;

std::int64_t FloorDivide(std::int64_t value, std::int64_t divisor) {
  const std::int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

// The time up to which Prometheus' own clock agrees with `now`. Its Date header has whole seconds.
core::TimePoint Agreed(core::TimePoint now, std::optional<core::TimePoint> server_time) {
  return server_time ? std::min(now, *server_time + std::chrono::seconds(1)) : now;
}

// What was read is not what Prometheus' counters hold, or will not be for long.
bool Doubtful(core::CountProblem problem) {
  return problem == core::CountProblem::kNotANumber || problem == core::CountProblem::kInfinite ||
         problem == core::CountProblem::kInconsistent;
}

bool MissesBound(const FetchPlan& plan, const core::Block& block, std::size_t objective) {
  const auto* counted = std::get_if<CountedObjective>(&plan.objectives[objective]);
  return counted != nullptr && counted->bound &&
         block.objectives[objective].problem == core::CountProblem::kNoSeries;
}

}  // namespace

core::EvidenceReading EvidenceReader::Read(const Transport& transport,
                                           const ports::MetricsConnection& connection,
                                           const core::ReadingPlan& plan, core::TimePoint now) {
  core::EvidenceReading reading;
  Notes notes;
  auto done = Prepare(connection, plan);
  if (done && next_block_ <= NewestClosed(now)) {
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
  if (plan.block_length <= core::Duration(0) || plan.scrape_interval <= core::Duration(0) ||
      plan.first_block < 0) {
    return Failed(SourceProblem::kBadQuery, "the block length or the first block makes no sense");
  }
  Question question{connection.address, plan.canary,       plan.baseline,
                    plan.indicators,    plan.block_length, plan.scrape_interval};
  const bool goes_on = question_ == question && plan.first_block <= next_block_ &&
                       (blocks_.empty() ? plan.first_block == next_block_
                                        : plan.first_block >= blocks_.front().index);
  if (!goes_on) {
    *this = EvidenceReader();
    auto fetches = PlanFetches(plan);
    if (!fetches) return tl::unexpected(fetches.error());
    fetches_ = std::move(*fetches);
    next_block_ = plan.first_block;
    question_ = std::move(question);
  }
  std::erase_if(blocks_, [&](const core::Block& block) { return block.index < plan.first_block; });
  return {};
}

std::int64_t EvidenceReader::NewestClosed(core::TimePoint now) const {
  const core::TimePoint closed = now - question_->scrape_interval;
  return FloorDivide(closed.time_since_epoch().count(), question_->block_length.count()) - 1;
}

Answered<void> EvidenceReader::ReadClosed(QueryApi& api, core::TimePoint now, Notes& notes) {
  if (NewestClosed(now) - next_block_ >= kMostBlocks) {
    return Failed(SourceProblem::kTooLarge, "more than " + std::to_string(kMostBlocks) +
                                                " blocks to read; the first one is too old");
  }
  std::int64_t most_blocks = std::max<std::int64_t>(1, kLongestPiece / question_->block_length);
  const std::int64_t first_new = next_block_;
  while (next_block_ <= NewestClosed(now)) {
    const Piece piece{next_block_, std::min(NewestClosed(now), next_block_ + most_blocks - 1),
                      question_->block_length};
    const auto read = ReadPiece(api, piece, now, notes);
    if (!read && read.error().problem == SourceProblem::kTooLarge && most_blocks > 1) {
      most_blocks = (most_blocks + 1) / 2;
      continue;
    }
    if (!read) return read;
    now = Agreed(now, api.server_time());
  }
  if (next_block_ > first_new) {
    NameBounds(api, core::TimePoint(next_block_ * question_->block_length), notes);
  }
  return {};
}

Answered<void> EvidenceReader::ReadPiece(QueryApi& api, const Piece& piece, core::TimePoint now,
                                         Notes& notes) {
  auto samples = ReadSamples(api, fetches_, piece, question_->scrape_interval, store_, notes);
  if (!samples) return samples;
  const auto estimates = ReadEstimates(api, fetches_, piece, notes);
  if (!estimates) return tl::unexpected(estimates.error());
  // Blocks that Prometheus' own clock has not closed were read too early.
  const std::int64_t last = std::min(piece.last, NewestClosed(Agreed(now, api.server_time())));
  BlockAssembly assembly(fetches_, store_, *estimates, notes);
  bool doubtful = false;
  for (; next_block_ <= last; ++next_block_) {
    core::Block block;
    block.index = next_block_;
    for (std::size_t i = 0; i < fetches_.objectives.size(); ++i) {
      block.objectives.push_back(assembly.Count(i, piece.Bounds(next_block_)));
      doubtful = doubtful || Doubtful(block.objectives.back().problem);
    }
    blocks_.push_back(std::move(block));
  }
  // Samples that made no sense are asked for again rather than built upon.
  if (doubtful) {
    store_ = SampleStore();
  } else {
    store_.complete_until = piece.Bounds(next_block_).begin;
  }
  return {};
}

// A bound that no bucket has is worth a question of its own: the answer is the mend.
void EvidenceReader::NameBounds(QueryApi& api, core::TimePoint at, Notes& notes) {
  for (std::size_t i = 0; i < fetches_.objectives.size(); ++i) {
    if (!MissesBound(fetches_, blocks_.back(), i)) continue;
    const auto& counted = std::get<CountedObjective>(fetches_.objectives[i]);
    for (const CountedArm* arm : {&counted.canary, &counted.baseline}) {
      const auto reply = api.Instant(arm->bounds_query, at);
      if (!reply || reply->series.empty()) continue;
      std::string bounds;
      bool found = false;
      for (const auto& [labels, samples] : reply->series) {
        found = found || IsBound(ValueOf(labels, "le"), *counted.bound);
        if (!bounds.empty()) bounds += ", ";
        bounds += ValueOf(labels, "le");
      }
      if (found) continue;
      notes.Add("no bucket has the threshold as its bound",
                counted.title + " has " + Shorten(bounds));
    }
  }
}

}  // namespace slogate::adapters::prometheus

#include "app/cli/predict/backtest.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "app/cli/check/lookback.h"
#include "simulation/trial.h"
#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"

namespace slogate::app {
namespace {

constexpr core::Duration kHistoryLength = std::chrono::hours(4);
constexpr std::int64_t kBlocksInChunk = 500;

core::Policy WithoutPauses(core::Policy policy) {
  policy.paused = false;
  policy.dry_run = false;
  return policy;
}

class Player {
 public:
  Player(const BacktestRequest& request, ports::MetricsSource& source)
      : request_(request),
        source_(source),
        policy_(WithoutPauses(request.policy)),
        block_(core::BlockLength(policy_.prometheus)),
        first_((request.from.time_since_epoch() + block_ - core::Duration(1)) / block_),
        end_(request.to.time_since_epoch() / block_),
        replay_(policy_, History(), first_) {
    result_.decisions = replay_.State().history;
  }

  BacktestResult Play(const std::function<void(double)>& progress) {
    for (std::int64_t from = first_; from < end_ && !replay_.HasEnded(); from += kBlocksInChunk) {
      progress(static_cast<double>(from - first_) / static_cast<double>(end_ - first_));
      if (!PlayChunk(from, std::min(end_, from + kBlocksInChunk))) break;
    }
    result_.state = replay_.State();
    return std::move(result_);
  }

 private:
  core::HistoryReading History() {
    core::HistoryReading history = ReadHistory(
        {policy_, request_.connection, request_.revisions, kHistoryLength, request_.from}, source_);
    if (history.source == core::SourceProblem::kNone) return history;
    Warn({"the baseline's history could not be read: " + history.message});
    return {};
  }

  // What the running rollout asks for, of the tracks that there really were.
  core::ReadingPlan PlanFrom(std::int64_t block) const {
    const core::WorkloadView tracks = TracksAtStart(policy_, request_.revisions, 1);
    core::Observations seen;
    seen.workload = tracks;
    core::ReadingPlan plan = core::PlanReading(policy_, replay_.State(), seen, request_.from)
                                 .value_or(core::ReadingPlan{});
    plan.canary = core::TrackMatchers(policy_, tracks, core::Track::kCanary);
    plan.baseline = core::TrackMatchers(policy_, tracks, core::Track::kBaseline);
    plan.first_block = block;
    return plan;
  }

  // False: the source failed.
  bool PlayChunk(std::int64_t from, std::int64_t to) {
    const std::string key = "backtest";
    const core::TimePoint closed(to * block_ + policy_.prometheus.scrape_interval);
    core::EvidenceReading reading =
        source_.Count(key, request_.connection, PlanFrom(from), std::min(closed, request_.now));
    source_.Forget(key);
    Warn(reading.warnings);
    if (reading.source != core::SourceProblem::kNone) {
      result_.source = reading.source;
      result_.message = std::move(reading.message);
      return false;
    }
    for (const core::Block& block : reading.blocks) {
      if (block.index >= from && block.index < to && !replay_.HasEnded()) Close(block);
    }
    return true;
  }

  void Close(const core::Block& block) {
    const core::Reason before = replay_.State().reason;
    const std::vector<core::HistoryEntry> news = replay_.Close(block);
    ++result_.blocks;
    result_.decisions.insert(result_.decisions.end(), news.begin(), news.end());
    const core::RolloutState& state = replay_.State();
    if (!news.empty() || state.reason == before) return;
    core::HistoryEntry held;
    held.at = core::TimePoint((block.index + 1) * block_ + policy_.prometheus.scrape_interval);
    held.reason = state.reason;
    held.step = state.step + 1;
    held.weight_percent = state.desired_percent;
    held.message = state.message;
    result_.decisions.push_back(held);
  }

  void Warn(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) {
      const bool known = std::count(result_.warnings.begin(), result_.warnings.end(), warning) > 0;
      if (!known) result_.warnings.push_back(warning);
    }
  }

  const BacktestRequest& request_;
  ports::MetricsSource& source_;
  const core::Policy policy_;
  const core::Duration block_;
  const std::int64_t first_;
  const std::int64_t end_;  // first block that is no longer whole
  BacktestResult result_;
  simulation::Replay replay_;
};

}  // namespace

BacktestResult Backtest(const BacktestRequest& request, ports::MetricsSource& source,
                        const std::function<void(double)>& progress) {
  return Player(request, source).Play(progress);
}

}  // namespace slogate::app

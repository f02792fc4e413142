#include "app/cli/backtest.h"

#include <algorithm>
#include <utility>

#include "app/cli/baseline_history.h"
#include "simulation/replay.h"
#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"

namespace slogate::app {
namespace {

constexpr core::Duration kHistoryLength = std::chrono::hours(4);
constexpr std::int64_t kBlocksInPiece = 500;

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
    for (const core::HistoryEntry& entry : replay_.State().history) Tell(entry);
  }

  BacktestResult Play(const std::function<void(double)>& progress);

 private:
  core::HistoryReading History();
  core::ReadingPlan PlanFrom(std::int64_t block) const;
  bool PlayPiece(std::int64_t from, std::int64_t to);
  void Close(const core::Block& block);
  void Tell(const core::HistoryEntry& entry);
  void Warn(const std::vector<std::string>& warnings);

  const BacktestRequest& request_;
  ports::MetricsSource& source_;
  const core::Policy policy_;
  const core::Duration block_;
  const std::int64_t first_;
  const std::int64_t end_;  // first block that is no longer whole
  BacktestResult result_;
  simulation::Replay replay_;
};

core::HistoryReading Player::History() {
  core::HistoryReading history = ReadHistory(
      {policy_, request_.connection, request_.revisions, kHistoryLength, request_.from}, source_);
  if (history.source == core::SourceProblem::kNone) return history;
  Warn({"the baseline's history could not be read: " + history.message});
  return {};
}

// What the running rollout asks for, of the arms that there really were.
core::ReadingPlan Player::PlanFrom(std::int64_t block) const {
  const core::WorkloadView arms = ArmsAtStart(policy_, request_.revisions, 1);
  core::Observations seen;
  seen.workload = arms;
  core::ReadingPlan plan = core::PlanReading(policy_, replay_.State(), seen, request_.from)
                               .value_or(core::ReadingPlan{});
  plan.canary = core::ArmMatchers(policy_, arms, core::Arm::kCanary);
  plan.baseline = core::ArmMatchers(policy_, arms, core::Arm::kBaseline);
  plan.first_block = block;
  return plan;
}

// False: the source failed.
bool Player::PlayPiece(std::int64_t from, std::int64_t to) {
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
    if (block.index < from || block.index >= to || replay_.HasEnded()) continue;
    Close(block);
  }
  return true;
}

void Player::Close(const core::Block& block) {
  const core::Reason before = replay_.State().reason;
  const std::vector<core::HistoryEntry> news = replay_.Close(block);
  ++result_.blocks;
  for (const core::HistoryEntry& entry : news) Tell(entry);
  const core::RolloutState& state = replay_.State();
  if (!news.empty() || state.reason == before) return;
  core::HistoryEntry held;
  held.at = core::TimePoint((block.index + 1) * block_ + policy_.prometheus.scrape_interval);
  held.reason = state.reason;
  held.step = state.step + 1;
  held.weight_percent = state.desired_percent;
  held.message = state.message;
  Tell(held);
}

void Player::Tell(const core::HistoryEntry& entry) { result_.decisions.push_back(entry); }

void Player::Warn(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) {
    const bool known = std::count(result_.warnings.begin(), result_.warnings.end(), warning) > 0;
    if (!known) result_.warnings.push_back(warning);
  }
}

BacktestEnd EndOf(core::Phase phase) {
  switch (phase) {
    case core::Phase::kPromoting:
    case core::Phase::kPromoted:
      return BacktestEnd::kWouldPromote;
    case core::Phase::kRollingBack:
    case core::Phase::kRolledBack:
      return BacktestEnd::kWouldRollBack;
    case core::Phase::kPending:
    case core::Phase::kInitializing:
    case core::Phase::kReady:
    case core::Phase::kProgressing:
    case core::Phase::kPaused:
    case core::Phase::kSuperseded:
      return BacktestEnd::kUndecided;
  }
  return BacktestEnd::kUndecided;
}

BacktestResult Player::Play(const std::function<void(double)>& progress) {
  for (std::int64_t from = first_; from < end_ && !replay_.HasEnded(); from += kBlocksInPiece) {
    if (progress) {
      progress(static_cast<double>(from - first_) / static_cast<double>(end_ - first_));
    }
    if (!PlayPiece(from, std::min(end_, from + kBlocksInPiece))) break;
  }
  result_.state = replay_.State();
  result_.end = EndOf(result_.state.phase);
  return std::move(result_);
}

}  // namespace

BacktestResult Backtest(const BacktestRequest& request, ports::MetricsSource& source,
                        const std::function<void(double)>& progress) {
  return Player(request, source).Play(progress);
}

}  // namespace slogate::app

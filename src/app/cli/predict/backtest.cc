#include "app/cli/predict/backtest.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/check/lookback.h"
#include "app/cli/frame/output.h"
#include "app/cli/help/help_text.h"
#include "app/cli/status/counts_report.h"
#include "simulation/trial.h"
#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"
#include "spec/text/duration_text.h"
#include "spec/text/time_text.h"

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
    for (const core::HistoryEntry& entry : replay_.State().history) Tell(entry);
  }

  BacktestResult Play(const std::function<void(double)>& progress);

 private:
  core::HistoryReading History();
  core::ReadingPlan PlanFrom(std::int64_t block) const;
  bool PlayChunk(std::int64_t from, std::int64_t to);
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

// What the running rollout asks for, of the tracks that there really were.
core::ReadingPlan Player::PlanFrom(std::int64_t block) const {
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
bool Player::PlayChunk(std::int64_t from, std::int64_t to) {
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
  for (std::int64_t from = first_; from < end_ && !replay_.HasEnded(); from += kBlocksInChunk) {
    if (progress) {
      progress(static_cast<double>(from - first_) / static_cast<double>(end_ - first_));
    }
    if (!PlayChunk(from, std::min(end_, from + kBlocksInChunk))) break;
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

namespace {

// One line a decision; the day only where it changes.
void PrintDecisions(const BacktestResult& result, std::ostream& out) {
  std::string day;
  for (const core::HistoryEntry& entry : result.decisions) {
    const std::string at = spec::ToSecondsText(entry.at);  // 2026-11-21T20:15:00Z
    if (at.substr(0, 10) != day) {
      day = at.substr(0, 10);
      out << "\n" << day << " (UTC)\n";
    }
    char columns[60];
    std::snprintf(columns, sizeof(columns), "%s %3d %% %-8s ", at.substr(11, 8).c_str(),
                  entry.weight_percent, std::string(ToString(entry.decision)).c_str());
    PrintFilled(columns, std::string(ToString(entry.reason)) + ": " + entry.message, out);
  }
}

void PrintVerdict(const core::ObjectiveVerdict& verdict, std::ostream& out) {
  PrintFilled(
      "",
      verdict.objective + ": " + std::string(ToString(verdict.verdict)) + ", " + verdict.message,
      out);
  PrintFilled("  ",
              "canary " + RateText(verdict.counts.canary) + " of " +
                  CountText(verdict.counts.canary.total) + ", baseline " +
                  RateText(verdict.counts.baseline) + " of " +
                  CountText(verdict.counts.baseline.total) + "; worse " +
                  std::to_string(10 * verdict.rollback_tenths) + " %, not worse " +
                  std::to_string(10 * verdict.promotion_tenths) + " %",
              out);
}

std::string OutcomeText(const BacktestReport& report) {
  const BacktestResult& result = report.result;
  const core::Duration after = result.decisions.empty()
                                   ? core::Duration{0}
                                   : result.decisions.back().at - report.request.from;
  const std::string when = " after " + spec::ToText(after);
  if (result.source != core::SourceProblem::kNone) {
    return "No outcome: the metrics source is unavailable: " + result.message;
  }
  switch (result.end) {
    case BacktestEnd::kWouldPromote:
      return "Would promote" + when;
    case BacktestEnd::kWouldRollBack:
      return "Would roll back" + when;
    case BacktestEnd::kUndecided:
      return "Undecided: " +
             (result.state.message.empty() ? "there was nothing to replay" : result.state.message);
  }
  return "";
}

}  // namespace

ExitCode Verdict(const BacktestReport& report) {
  if (report.result.source != core::SourceProblem::kNone) return ExitCode::kSource;
  switch (report.result.end) {
    case BacktestEnd::kWouldPromote:
      return ExitCode::kPass;
    case BacktestEnd::kWouldRollBack:
      return ExitCode::kFail;
    case BacktestEnd::kUndecided:
      return ExitCode::kInconclusive;
  }
  return ExitCode::kInconclusive;
}

void PrintTable(const BacktestReport& report, std::ostream& out) {
  const BacktestRequest& request = report.request;
  PrintFilled("",
              report.policy + ": " + spec::ToSecondsText(request.from) + " to " +
                  spec::ToSecondsText(request.to) + ", " + std::to_string(report.result.blocks) +
                  " blocks of " + spec::ToText(core::BlockLength(request.policy.prometheus)),
              out);
  PrintDecisions(report.result, out);
  if (!report.result.state.verdicts.empty()) out << "\n";
  for (const core::ObjectiveVerdict& verdict : report.result.state.verdicts) {
    PrintVerdict(verdict, out);
  }
  if (!report.result.warnings.empty()) out << "\n";
  for (const std::string& warning : report.result.warnings) PrintFilled("note: ", warning, out);
  out << "\n";
  PrintFilled("", OutcomeText(report), out);
}

namespace {

using Json = nlohmann::ordered_json;

const char* Word(const BacktestResult& result) {
  if (result.source != core::SourceProblem::kNone) return "SourceUnavailable";
  switch (result.end) {
    case BacktestEnd::kWouldPromote:
      return "WouldPromote";
    case BacktestEnd::kWouldRollBack:
      return "WouldRollBack";
    case BacktestEnd::kUndecided:
      return "Undecided";
  }
  return "";
}

Json DecisionJson(const core::HistoryEntry& entry) {
  Json json;
  json["at"] = spec::ToText(entry.at);
  json["decision"] = ToString(entry.decision);
  json["reason"] = ToString(entry.reason);
  json["step"] = entry.step;
  json["weight"] = entry.weight_percent;
  json["message"] = entry.message;
  return json;
}

Json VerdictJson(const core::ObjectiveVerdict& verdict) {
  Json json;
  json["name"] = verdict.objective;
  json["dimension"] = ToString(verdict.dimension);
  json["verdict"] = ToString(verdict.verdict);
  json["reason"] = ToString(verdict.reason);
  json["message"] = verdict.message;
  json["canary"] = CountsJson(verdict.counts.canary);
  json["baseline"] = CountsJson(verdict.counts.baseline);
  json["worsePercent"] = 10 * verdict.rollback_tenths;
  json["notWorsePercent"] = 10 * verdict.promotion_tenths;
  return json;
}

}  // namespace

void PrintJson(const BacktestReport& report, std::ostream& out) {
  const BacktestResult& result = report.result;
  Json json;
  json["policy"] = report.policy;
  json["from"] = spec::ToSecondsText(report.request.from);
  json["to"] = spec::ToSecondsText(report.request.to);
  json["blockLength"] = spec::ToText(core::BlockLength(report.request.policy.prometheus));
  json["blocks"] = result.blocks;
  json["outcome"] = Word(result);
  json["exitCode"] = static_cast<int>(Verdict(report));
  json["failedObjectives"] = result.state.failed_objectives;
  json["source"]["problem"] = ToString(result.source);
  json["source"]["message"] = result.message;
  json["decisions"] = Json::array();
  for (const core::HistoryEntry& entry : result.decisions) {
    json["decisions"].push_back(DecisionJson(entry));
  }
  json["objectives"] = Json::array();
  for (const core::ObjectiveVerdict& verdict : result.state.verdicts) {
    json["objectives"].push_back(VerdictJson(verdict));
  }
  json["warnings"] = result.warnings;
  PrintValue(json, OutputFormat::kJson, out);
}

}  // namespace slogate::app

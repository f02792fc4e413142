// Counts that follow a script: events per block and bad shares per track, or a failing source.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "slogate/ports/metrics_source.h"

namespace slogate::tests {

struct FakeSlice {
  double share = 0;  // of the track's events
  double bad_share = 0.01;
};

// What a track does in each block, for every objective unless `bad_share_of` names one by index.
// Slices and pods are scripts of their own: they need not add up to the whole.
struct FakeTrack {
  double events_per_block = 1000;
  double bad_share = 0.01;
  std::map<std::size_t, double> bad_share_of;
  std::map<std::string, FakeSlice> cohorts = {};  // by the label's value
  std::map<double, double> slower_than = {};      // share of the events, by bucket bound
  std::map<std::string, FakeSlice> pods = {};     // of history
  double squares_share = 0;                       // of scores: squared badness per badness
};

struct FakeTraffic {
  FakeTrack canary;
  FakeTrack baseline;
  core::CountProblem problem = core::CountProblem::kNone;
  bool noted = false;
  std::size_t history_blocks = 0;  // of baseline history there are
};

// Blocks are the same whenever they are asked for: counts depend on the block's index and on the
// traffic set at the time the block closed.
class FakeMetricsSource : public ports::MetricsSource {
 public:
  // From block `from` on; earlier blocks keep what they had.
  void SetTraffic(const FakeTraffic& traffic, std::int64_t from = 0);

  // The source fails until lifted with kNone.
  void SetProblem(core::SourceProblem problem, const std::string& message = "");

  // How many calls of Count and of History there were.
  int counts() const;
  int histories() const;

  std::vector<std::string> forgotten() const;
  // The connection of the last call.
  std::optional<ports::MetricsConnection> last_connection() const;

  core::EvidenceReading Count(const std::string& key, const ports::MetricsConnection& connection,
                              const core::ReadingPlan& plan, core::TimePoint now) override;
  core::HistoryReading History(const ports::MetricsConnection& connection,
                               const core::ReadingPlan& plan, core::TimePoint now) override;
  void Forget(const std::string& key) override;

 private:
  const FakeTraffic& At(std::int64_t block) const;

  mutable std::mutex mutex_;
  std::map<std::int64_t, FakeTraffic> traffic_{{0, {}}};
  core::SourceProblem problem_ = core::SourceProblem::kNone;
  std::string message_;
  int counts_ = 0;
  int histories_ = 0;
  std::vector<std::string> forgotten_;
  std::optional<ports::MetricsConnection> last_connection_;
};

}  // namespace slogate::tests

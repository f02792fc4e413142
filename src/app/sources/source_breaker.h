// When a source that does not answer is asked again.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "slogate/core/observations.h"
#include "slogate/core/time.h"

namespace slogate::app {

// Whether the source itself failed, so that another question would fail too. False when it
// answered, be it with a refusal.
bool IsOutage(core::SourceProblem problem);

// A source as the policies of one namespace see it: what they ask there fails for all of them, and
// what others ask does not.
struct SourceKey {
  std::string ns;
  std::string address;

  friend auto operator<=>(const SourceKey&, const SourceKey&) = default;
};

// Why a source gave nothing.
struct Outage {
  core::SourceProblem problem = core::SourceProblem::kUnreachable;
  std::string message;
};

// Counts failures in a row. After a few of them nobody asks the source until a back-off is over;
// then one does, and either ends the outage or doubles the back-off. Not thread-safe.
class SourceBreakers {
 public:
  struct Settings {
    int failures = 3;                     // in a row, until the source is left alone
    core::Duration first_backoff{5'000};  // between half and all of it, at random
    core::Duration longest_backoff{60'000};
    std::function<double()> random = [] { return 1.0; };  // in [0, 1]
  };

  explicit SourceBreakers(Settings settings) : settings_(std::move(settings)) {}

  // Nothing: ask the source, and report by Answered or Failed. Else why it is not asked now, since
  // when it fails, and when the next try is.
  std::optional<Outage> Refusal(const SourceKey& source, core::TimePoint now);

  void Answered(const SourceKey& source) { rows_.erase(source); }
  void Failed(const SourceKey& source, const Outage& outage, core::TimePoint now);

  // Sources that are left alone.
  std::size_t open() const;

 private:
  struct Row {
    Outage latest;
    int failures = 0;
    core::TimePoint since{};
    core::TimePoint next_try{};
    core::TimePoint tried_until{};  // until then somebody tries, unless it has reported before
  };

  bool IsOpen(const Row& row) const { return row.failures >= settings_.failures; }

  const Settings settings_;
  std::map<SourceKey, Row> rows_;
};

}  // namespace slogate::app

#include "app/sources/source_breaker.h"

#include <algorithm>

#include "app/controller/failures.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

// A try that has not reported by then is lost.
constexpr core::Duration kLongestTry = std::chrono::minutes(2);
// An outage of which nobody asks any more.
constexpr core::Duration kForgottenAfter = std::chrono::hours(1);

// A clock that was set back ends no wait later than it would have ended.
bool IsAhead(core::TimePoint time, core::TimePoint now, core::Duration longest) {
  return time > now && time - now <= longest;
}

}  // namespace

bool IsOutage(core::SourceProblem problem) {
  switch (problem) {
    case core::SourceProblem::kUnreachable:
    case core::SourceProblem::kTimeout:
    case core::SourceProblem::kServerError:
    case core::SourceProblem::kMalformed:
    case core::SourceProblem::kTooLarge:
      return true;
    case core::SourceProblem::kNone:
    case core::SourceProblem::kBadQuery:
    case core::SourceProblem::kUnauthorized:
    case core::SourceProblem::kNotPrometheus:
    case core::SourceProblem::kPartial:
      return false;
  }
  return false;
}

std::optional<Outage> SourceBreakers::Refusal(const SourceKey& source, core::TimePoint now) {
  const auto found = rows_.find(source);
  if (found == rows_.end() || !IsOpen(found->second)) return std::nullopt;
  Row& row = found->second;
  if (!IsAhead(row.next_try, now, settings_.longest_backoff) &&
      !IsAhead(row.tried_until, now, kLongestTry)) {
    row.tried_until = now + kLongestTry;
    return std::nullopt;
  }
  return Outage{row.latest.problem, row.latest.message + "; it has failed since " +
                                        spec::ToSecondsText(row.since) + ", next try " +
                                        spec::ToSecondsText(row.next_try)};
}

void SourceBreakers::Failed(const SourceKey& source, const Outage& outage, core::TimePoint now) {
  std::erase_if(rows_,
                [now](const auto& entry) { return entry.second.next_try + kForgottenAfter < now; });
  Row& row = rows_[source];
  // Of those that were asked before it was left alone.
  if (IsOpen(row) && IsAhead(row.next_try, now, settings_.longest_backoff)) return;
  if (row.failures == 0) row.since = now;
  row.latest = outage;
  ++row.failures;
  row.tried_until = {};
  row.next_try = now;
  if (!IsOpen(row)) return;
  row.next_try += BackoffOf(row.failures - settings_.failures, settings_.first_backoff,
                            settings_.longest_backoff, settings_.random());
}

std::size_t SourceBreakers::open() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(rows_, [this](const auto& entry) { return IsOpen(entry.second); }));
}

}  // namespace slogate::app

#include "app/cli/status/event_list.h"

#include <algorithm>
#include <chrono>

#include "app/cli/terminal/span.h"

namespace slogate::app {
namespace {

constexpr core::Duration kTellingTakes = std::chrono::minutes(2);

bool IsWarning(core::DecisionKind decision) {
  return decision == core::DecisionKind::kPause || decision == core::DecisionKind::kRollback;
}

Happening FromEntry(const ports::Key& key, const core::HistoryEntry& entry) {
  return {.key = key,
          .at = entry.at,
          .count = 1,
          .warning = IsWarning(entry.decision),
          .reason = std::string(ToString(entry.reason)),
          .message = Printable(entry.message),
          .decision = std::string(ToString(entry.decision)),
          .step = entry.step,
          .weight_percent = entry.weight_percent};
}

// An event's span covers every time it was reported.
bool Tells(const ports::PolicyEvent& event, const Happening& entry) {
  return Printable(event.reason) == entry.reason && Printable(event.message) == entry.message &&
         entry.at >= event.first - kTellingTakes && entry.at <= event.last + kTellingTakes;
}

}  // namespace

std::vector<Happening> Happenings(const ports::PolicyRecord& record,
                                  const std::vector<ports::PolicyEvent>& events) {
  std::vector<Happening> all;
  for (const core::HistoryEntry& entry : record.state.history) {
    all.push_back(FromEntry(record.key, entry));
  }
  const std::size_t entries = all.size();
  for (const ports::PolicyEvent& event : events) {
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(entries);
    const bool known =
        std::any_of(all.begin(), end, [&](const Happening& entry) { return Tells(event, entry); });
    if (known) continue;
    all.push_back({.key = record.key,
                   .at = event.last,
                   .count = event.count,
                   .warning = event.warning,
                   .reason = Printable(event.reason),
                   .message = Printable(event.message),
                   .decision = "",
                   .step = 0,
                   .weight_percent = 0});
  }
  std::stable_sort(all.begin(), all.end(), [](const Happening& left, const Happening& right) {
    return left.at < right.at;
  });
  return all;
}

}  // namespace slogate::app

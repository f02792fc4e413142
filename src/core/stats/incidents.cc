#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/stats/dispersion_windows.h"
#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

using stats::Windows;
using stats::WithGaps;

constexpr double kFarOff = 4;       // times the odds of the median window
constexpr double kLeastExtra = 20;  // bad events: less is noise, or one client
constexpr std::chrono::minutes kWindows[] = {std::chrono::minutes(1), std::chrono::minutes(3)};
constexpr std::chrono::minutes kApart(5);
constexpr double kMostOfHistory = 0.4;  // of the history, beyond which the median is none
constexpr double kPodFarOff = 2;        // times its own rate
constexpr double kSharedBy = 0.75;      // of the pods
constexpr std::size_t kPodsToTellApart = 2;

std::size_t WholeBlocksIn(Duration time, Duration block_length) {
  return static_cast<std::size_t>(
      std::max<Duration::rep>(1, (time + block_length - Duration(1)) / block_length));
}

double ShareBad(const Counts& counts) { return counts.bad / counts.total; }

double MedianRate(const std::vector<Counts>& windows) {
  std::vector<double> rates;
  for (const Counts& window : windows) {
    if (window.total > 0) rates.push_back(ShareBad(window));
  }
  if (rates.empty()) return 0;
  const auto middle = rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 2);
  std::nth_element(rates.begin(), middle, rates.end());
  return *middle;
}

double WithTimesTheOdds(double times, double rate) {
  return times * rate / (1 + (times - 1) * rate);
}

// Marks every block of a window that is far off.
void MarkFarOff(const std::vector<Counts>& blocks, std::size_t window_blocks,
                std::vector<bool>& far_off) {
  const std::vector<Counts> windows = Windows(blocks, window_blocks);
  const double most = WithTimesTheOdds(kFarOff, MedianRate(windows));
  for (std::size_t first = 0; first < windows.size(); ++first) {
    if (windows[first].bad < most * windows[first].total + kLeastExtra) continue;
    for (std::size_t i = 0; i < window_blocks; ++i) far_off[first + i] = true;
  }
}

std::vector<PastIncident> JoinedIncidents(const std::vector<bool>& far_off, std::size_t apart) {
  std::vector<PastIncident> incidents;
  for (std::size_t i = 0; i < far_off.size(); ++i) {
    if (!far_off[i]) continue;
    if (incidents.empty() || i >= incidents.back().first + incidents.back().blocks + apart) {
      incidents.push_back({i, 0});
    }
    incidents.back().blocks = i + 1 - incidents.back().first;
  }
  return incidents;
}

struct InAndOut {
  Counts in;
  Counts out;
};

InAndOut SplitAt(const std::vector<Counts>& blocks, const PastIncident& incident) {
  InAndOut split;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const bool in = i >= incident.first && i < incident.first + incident.blocks;
    (in ? split.in : split.out) += blocks[i];
  }
  return split;
}

// Where pods cannot be told apart, nothing says otherwise.
bool IsShared(const ObjectiveHistory& history, const PastIncident& incident) {
  std::size_t pods = 0;
  std::size_t worse = 0;
  for (const PodHistory& pod : history.pods) {
    if (pod.blocks.size() != history.blocks.size()) continue;
    const InAndOut split = SplitAt(WithGaps(pod.blocks), incident);
    if (!(split.in.total > 0 && split.out.total > 0)) continue;
    ++pods;
    // Half an event more than was seen: a pod without any has a rate all the same.
    const double usual = (split.out.bad + 0.5) / (split.out.total + 0.5);
    if (ShareBad(split.in) > WithTimesTheOdds(kPodFarOff, usual)) ++worse;
  }
  return pods < kPodsToTellApart ||
         static_cast<double>(worse) >= kSharedBy * static_cast<double>(pods);
}

// Of a list with `each` entries a block.
void ClearBlocks(std::vector<Counts>& counts, const PastIncident& incident, std::size_t each = 1) {
  const std::size_t end = std::min(counts.size(), each * (incident.first + incident.blocks));
  for (std::size_t i = each * incident.first; i < end; ++i) counts[i] = Counts{};
}

}  // namespace

std::vector<PastIncident> FindIncidents(const ObjectiveHistory& history, Duration block_length) {
  if (block_length <= Duration::zero()) return {};
  const std::vector<Counts> blocks = WithGaps(history.blocks);
  std::vector<bool> far_off(blocks.size());
  for (const Duration window : kWindows) {
    MarkFarOff(blocks, WholeBlocksIn(window, block_length), far_off);
  }
  const auto apart = static_cast<std::size_t>(kApart / block_length);
  std::vector<PastIncident> incidents = JoinedIncidents(far_off, apart);
  if (incidents.size() > kMaxPastIncidents) return {};
  std::size_t left_out = 0;
  for (const PastIncident& incident : incidents) left_out += incident.blocks;
  if (static_cast<double>(left_out) > kMostOfHistory * static_cast<double>(blocks.size()))
    return {};
  std::erase_if(incidents,
                [&](const PastIncident& incident) { return !IsShared(history, incident); });
  return incidents;
}

ObjectiveHistory WithoutIncidents(ObjectiveHistory history,
                                  const std::vector<PastIncident>& incidents) {
  const std::size_t scrapes =
      history.scrapes.size() / std::max<std::size_t>(1, history.blocks.size());
  for (const PastIncident& incident : incidents) {
    ClearBlocks(history.blocks, incident);
    ClearBlocks(history.scrapes, incident, scrapes);
    for (PodHistory& pod : history.pods) {
      ClearBlocks(pod.blocks, incident);
      ClearBlocks(pod.scrapes, incident, scrapes);
    }
  }
  return history;
}

}  // namespace slogate::core

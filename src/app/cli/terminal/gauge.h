// Small pictures made of characters.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/terminal/span.h"

namespace slogate::app {

// Pure; any thread.

// The evidence about one objective: filled to the left the nearer it is to "worse", to the
// right the nearer to "proven not worse", each in tenths of what it takes. `cells` on either side
// of the middle, at least 1: 2 x cells + 3 columns. A side with any tenth at all shows one cell;
// one that is not complete never looks complete.
Line EvidenceBar(int worse_tenths, int no_worse_tenths, std::size_t cells, Style style);

// A single scale, filled from the left: cells + 2 columns. The same rules.
Line ShiftBar(int tenths, std::size_t cells, Style style);

enum class Place { kDone, kCurrent, kAhead, kFailed };

struct TimelineStep {
  int weight_percent = 0;
  Place place = Place::kAhead;
  std::string note;  // of the current step, such as "4m left"
};

// "5 % done -> [25 %, 4m left] -> 50 %". Steps far from the current one are left out when it would
// be wider than `width`.
Line Timeline(const std::vector<TimelineStep>& steps, std::size_t width, Style style);

// The canary's share of traffic over time, oldest first: one column for each value, the newest
// `width` of them. Unknown values are blank.
Line WeightGraph(const std::vector<std::optional<int>>& percents, std::size_t width, Style style);

}  // namespace slogate::app

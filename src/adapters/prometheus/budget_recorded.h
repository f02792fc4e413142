// Which series recording rules keep of an objective.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "adapters/prometheus/budget_questions.h"
#include "slogate/core/budget_reading.h"

namespace slogate::adapters::prometheus {

// The newest values of recorded series, none older than a few rule intervals.
struct Recorded {
  bool tiles = false;  // one series each of all and of bad events, and cohorts' when wanted
  std::map<core::Duration, double> sloth;  // bad ratio over each window
  std::map<core::Duration, double> pyrra;
  // Of Pyrra, over the whole budget window.
  std::optional<core::Counts> pyrra_counts;
};

// Looks for series of slogate's own rules, of Sloth's and of Pyrra's in one query; nothing without
// plan.service. Series that exist and cannot be used become a note.
Answered<Recorded> FindRecorded(BudgetQuestions& questions, const core::BudgetPlan& plan);

}  // namespace slogate::adapters::prometheus

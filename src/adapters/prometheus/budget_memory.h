// Pieces of one budget that lie in the past and need not be asked for again.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "slogate/core/budget_reading.h"

namespace slogate::adapters::prometheus {

// Not thread-safe.
class BudgetMemory {
 public:
  // What must stay equal for pieces to be the same.
  struct Question {
    std::string address;
    std::variant<core::Indicator, core::RatioIndicator> indicator;
    std::vector<core::LabelMatcher> matchers;
    std::string cohort_label;
    std::string service;
    std::string objective;
    core::BudgetOrigin origin = core::BudgetOrigin::kCounters;
    core::Duration piece{0};

    friend bool operator==(const Question&, const Question&) = default;
  };

  // Forgets everything when the question is another one, or asks for earlier pieces than are
  // remembered; otherwise what ended before `first`, the end of the first piece wanted.
  void Begin(const Question& question, core::TimePoint first);

  // The end of the newest piece remembered; pieces up to it without counts had no series.
  std::optional<core::TimePoint> until() const { return until_; }

  // Ascending for each cohort; to be followed by CompleteUntil.
  void Keep(const std::string& cohort, const core::WindowCounts& counts);
  void CompleteUntil(core::TimePoint until) { until_ = until; }

  // nullopt: no series.
  std::optional<core::WindowCounts> Find(const std::string& cohort, core::TimePoint end) const;

  std::vector<std::string> Cohorts() const;
  std::size_t size() const;  // pieces

 private:
  struct Kept {
    core::TimePoint end{};
    double total = 0;
    double bad = 0;
    core::CountProblem problem = core::CountProblem::kNone;
  };

  std::optional<Question> question_;
  core::TimePoint first_{};
  std::optional<core::TimePoint> until_;
  std::map<std::string, std::vector<Kept>> cohorts_;
};

}  // namespace slogate::adapters::prometheus

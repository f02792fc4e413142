// How a budget window is cut into chunks that stay the same from one reading to the next. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "slogate/core/budget_reading.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// (end - length, end]
struct Span {
  core::TimePoint end{};
  core::Duration length{0};

  friend bool operator==(const Span&, const Span&) = default;
};

// Events of a cohort at one time that increase() does not count; negative where it counts too many.
struct UnseenOfCohort {
  core::TimePoint at{};
  std::string cohort;
  double total = 0;
  double part = 0;
};

// Whole chunks end at multiples of their length since the epoch; what is left over at the window's
// two ends are spans of their own. `whole_last` < `whole_first`: there is no whole chunk.
struct BudgetGrid {
  core::Duration chunk{0};
  std::optional<Span> oldest;
  core::TimePoint whole_first{};  // end of the first whole chunk
  core::TimePoint whole_last{};
  std::optional<Span> newest;

  // Ascending, without overlap or hole.
  std::vector<Span> Spans() const;

  // The one of them that holds the time; nothing outside the window.
  std::optional<Span> SpanAt(core::TimePoint at) const;
};

// Cuts (first, at]. No span is shorter than `least` unless the window is: a remainder below it is
// joined to the chunk beside it. 0 < least <= chunk; an empty window has no span.
BudgetGrid CutWindow(core::TimePoint first, core::TimePoint at, core::Duration chunk,
                     core::Duration least);

// Pieces of one budget that lie in the past and need not be asked for again.

// Not thread-safe.
class BudgetMemory {
 public:
  // What must stay equal for chunks to be the same.
  struct Question {
    std::string address;
    std::map<std::string, std::string> headers;  // a tenant's, for one
    std::variant<core::Indicator, core::RatioIndicator> indicator;
    std::vector<core::LabelMatcher> matchers;
    std::string cohort_label;
    std::string service;
    std::string objective;
    core::BudgetOrigin origin = core::BudgetOrigin::kCounters;
    core::Duration chunk{0};

    friend bool operator==(const Question&, const Question&) = default;
  };

  // Forgets everything when the question is another one, or asks for earlier chunks than are
  // remembered; otherwise what ended before `first`, the end of the first chunk wanted.
  void Begin(const Question& question, core::TimePoint first);

  // The end of the newest chunk remembered; chunks up to it without counts had no series.
  std::optional<core::TimePoint> until() const { return until_; }

  // Ascending for each cohort; to be followed by CompleteUntil.
  void Keep(const std::string& cohort, const core::WindowCounts& counts);
  void CompleteUntil(core::TimePoint until) { until_ = until; }

  // Already in the chunks, and kept for the windows that overlap them.
  void KeepUnseen(const std::vector<UnseenOfCohort>& unseen);
  const std::vector<UnseenOfCohort>& unseen() const { return unseen_; }

  // When a process was last scraped twice, for windows that hold chunks of then.
  void KeepDoubled(core::TimePoint at) { doubled_ = at; }
  std::optional<core::TimePoint> doubled() const { return doubled_; }

  // nullopt: no series.
  std::optional<core::WindowCounts> Find(const std::string& cohort, core::TimePoint end) const;

  std::vector<std::string> Cohorts() const;
  std::size_t size() const;  // chunks

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
  std::vector<UnseenOfCohort> unseen_;
  std::optional<core::TimePoint> doubled_;
};

}  // namespace slogate::adapters::prometheus

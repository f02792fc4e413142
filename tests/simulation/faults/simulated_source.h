// A Prometheus that counts what the simulated service truly answers, and fails on purpose.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "simulation/faults/scenario.h"
#include "slogate/ports/budget_source.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::faults {

inline constexpr std::size_t kMaxObjectives = 2;

// How it fails now.
struct SourceFaults {
  core::SourceProblem source = core::SourceProblem::kNone;
  core::SourceProblem budgets = core::SourceProblem::kNone;
  bool late = false;
  bool burns = false;
};

// What the last reading of counts gave.
struct CountsGiven {
  bool whole = false;                           // the source did not fail
  std::int64_t blocks = 0;                      // in which nothing was unknown
  std::array<double, kMaxObjectives> canary{};  // events in them
  std::array<double, kMaxObjectives> baseline{};
};

class SimulatedSource : public ports::MetricsSource, public ports::BudgetSource {
 public:
  explicit SimulatedSource(const Scenario& scenario) : scenario_(scenario) {}

  // What the service does for a while that ends now.
  struct Traffic {
    core::TimePoint until{};
    core::Duration length{0};
    int canary_percent = 0;
    std::string canary;  // revisions; empty: no pods
    std::string baseline;
    bool calls = true;
    core::CountProblem problem = core::CountProblem::kNone;
    bool noted = false;
  };
  void Serve(const Traffic& traffic);

  SourceFaults faults;
  // Gives what it counts for whole although it failed: a planted bug.
  bool hides_failures = false;

  const CountsGiven& given() const { return given_; }

  core::EvidenceReading Count(const std::string& key, const ports::MetricsConnection& connection,
                              const core::ReadingPlan& plan, core::TimePoint now) override;
  core::HistoryReading History(const ports::MetricsConnection& connection,
                               const core::ReadingPlan& plan, core::TimePoint now) override;
  void Forget(const std::string&) override {}
  core::BudgetReading ReadBudget(const std::string& key, const ports::MetricsConnection& connection,
                                 const core::BudgetPlan& plan) override;
  void ForgetBudgets(const std::string&) override {}

 private:
  // Whole events of a running total.
  struct Total {
    double exact = 0;
    double whole = 0;
    double Add(double events);
  };
  struct Track {
    Total events;
    std::array<Total, kMaxObjectives> bad;
  };
  struct Served {
    std::array<core::PairedCounts, kMaxObjectives> counts;
    core::CountProblem problem = core::CountProblem::kNone;
    bool noted = false;
  };

  double BadShare(const std::string& revision, std::size_t objective) const;
  void Add(Track& track, double events, const std::string& revision, Served& block,
           core::Counts core::PairedCounts::*of);

  const Scenario& scenario_;
  Track canary_;
  Track baseline_;
  std::map<std::int64_t, Served> blocks_;
  CountsGiven given_;
};

}  // namespace slogate::faults

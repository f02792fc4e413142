#include "simulation/runner.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "simulation/trial.h"

namespace slogate::simulation {
namespace {

constexpr std::int64_t kReports = 200;

// What all threads share.
struct Work {
  const Scenario& scenario;
  const std::vector<RuleKind>& rules;
  const RunSettings& settings;
  std::atomic<std::int64_t> next{0};
  std::vector<std::vector<Outcome>> outcomes;  // by run, then by rule; empty: not run
  std::mutex mutex;                            // of the progress and what it reports
  std::int64_t finished = 0;
  std::int64_t next_report = 0;
  std::exception_ptr thrown;  // by a thread; the others then end early
};

void Report(Work& work) {
  const std::scoped_lock lock(work.mutex);
  ++work.finished;
  if (!work.settings.progress) return;
  if (work.finished < work.next_report && work.finished < work.settings.runs) return;
  work.next_report = work.finished + std::max<std::int64_t>(1, work.settings.runs / kReports);
  work.settings.progress(work.finished);
}

void PlayRuns(Work& work) {
  std::vector<std::unique_ptr<ReleaseRule>> rules;
  for (const RuleKind& kind : work.rules) rules.push_back(kind.make(work.scenario));
  while (!work.settings.stopped || !work.settings.stopped()) {
    const std::int64_t run = work.next.fetch_add(1);
    if (run >= work.settings.runs) return;
    std::vector<Outcome> outcomes;
    for (const auto& rule : rules) {
      outcomes.push_back(Play(work.scenario, *rule, static_cast<std::uint64_t>(run)));
    }
    work.outcomes[static_cast<std::size_t>(run)] = std::move(outcomes);
    Report(work);
  }
}

// An exception must not leave a thread.
void PlayRunsOrKeep(Work& work) {
  try {
    PlayRuns(work);
  } catch (...) {
    const std::scoped_lock lock(work.mutex);
    work.thrown = std::current_exception();
    work.next = work.settings.runs;
  }
}

}  // namespace

std::vector<RunTotals> Run(const Scenario& scenario, const std::vector<RuleKind>& rules,
                           const RunSettings& settings) {
  Work work{.scenario = scenario,
            .rules = rules,
            .settings = settings,
            .outcomes = {},
            .mutex = {},
            .thrown = {}};
  work.outcomes.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, settings.runs)));
  {
    std::vector<std::jthread> others;
    for (int job = 1; job < settings.jobs; ++job) {
      others.emplace_back([&work] { PlayRunsOrKeep(work); });
    }
    PlayRunsOrKeep(work);
  }
  if (work.thrown) std::rethrow_exception(work.thrown);
  std::vector<RunTotals> totals;
  for (std::size_t rule = 0; rule < rules.size(); ++rule) {
    std::vector<Outcome> outcomes;
    for (const std::vector<Outcome>& run : work.outcomes) {
      if (!run.empty()) outcomes.push_back(run[rule]);
    }
    totals.push_back(TotalsOf(rules[rule].name, HasFault(scenario), outcomes));
  }
  return totals;
}

}  // namespace slogate::simulation

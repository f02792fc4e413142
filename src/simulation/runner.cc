#include "simulation/runner.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <thread>

#include "simulation/random.h"

namespace slogate::simulation {
namespace {

constexpr double kBoundChance = 0.01;

// The continued fraction of the incomplete beta function, by Lentz's method.
double BetaFraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  double c = 1;
  double d = 1 / std::max(kTiny, std::fabs(1 - (a + b) * x / (a + 1)));
  double fraction = d;
  for (int m = 1; m < 10'000; ++m) {
    const double i = m;
    const auto fold = [&](double term) {
      d = 1 + term * d;
      c = 1 + term / c;
      d = 1 / (std::fabs(d) < kTiny ? kTiny : d);
      c = std::fabs(c) < kTiny ? kTiny : c;
      fraction *= c * d;
    };
    fold(i * (b - i) * x / ((a + 2 * i - 1) * (a + 2 * i)));
    const double before = fraction;
    fold(-(a + i) * (a + b + i) * x / ((a + 2 * i) * (a + 2 * i + 1)));
    if (std::fabs(fraction / before - 1) < 1e-15) break;
  }
  return fraction;
}

// P(Binomial(n, p) >= hits), 1 <= hits <= n: the regularised incomplete beta function.
double AtLeast(std::int64_t hits, std::int64_t n, double p) {
  const auto a = static_cast<double>(hits);
  const auto b = static_cast<double>(n - hits + 1);
  const double log_front = LogFactorial(n) - LogFactorial(hits - 1) - LogFactorial(n - hits) +
                           a * std::log(p) + b * std::log1p(-p);
  if (p < (a + 1) / (a + b + 2)) return std::exp(log_front) * BetaFraction(a, b, p) / a;
  return 1 - std::exp(log_front) * BetaFraction(b, a, 1 - p) / b;
}

// The p at which P(Binomial(n, p) >= hits) is `chance`.
double ShareWhereAtLeast(std::int64_t hits, std::int64_t n, double chance) {
  double low = 0;
  double high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (AtLeast(hits, n, middle) < chance ? low : high) = middle;
  }
  return (low + high) / 2;
}

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

Proportion ProportionOf(std::int64_t hits, std::int64_t of) {
  Proportion proportion{.hits = hits, .of = of, .share = 0, .low = 0, .high = 1};
  if (of <= 0) return proportion;
  proportion.share = static_cast<double>(hits) / static_cast<double>(of);
  if (hits > 0) proportion.low = ShareWhereAtLeast(hits, of, kBoundChance);
  if (hits < of) proportion.high = ShareWhereAtLeast(hits + 1, of, 1 - kBoundChance);
  return proportion;
}

Mean MeanOf(const std::vector<double>& values) {
  Mean mean;
  if (values.empty()) return mean;
  const auto count = static_cast<double>(values.size());
  for (const double value : values) mean.value += value / count;
  if (values.size() < 2) return mean;
  double squares = 0;
  for (const double value : values) squares += (value - mean.value) * (value - mean.value);
  mean.standard_error = std::sqrt(squares / (count - 1) / count);
  return mean;
}

RunTotals TotalsOf(const std::string& rule, bool has_fault, const std::vector<Outcome>& outcomes) {
  RunTotals totals;
  totals.rule = rule;
  totals.runs = static_cast<std::int64_t>(outcomes.size());
  std::vector<double> bad_served;
  std::int64_t promoted = 0;
  std::int64_t rolled_back = 0;
  std::int64_t right = 0;
  std::int64_t wrong = 0;
  for (const Outcome& outcome : outcomes) {
    bad_served.push_back(outcome.bad_served);
    promoted += outcome.end == End::kPromoted ? 1 : 0;
    right += outcome.failed_rightly ? 1 : 0;
    wrong += outcome.failed_wrongly ? 1 : 0;
    if (outcome.end != End::kRolledBack) continue;
    ++rolled_back;
    if (!has_fault) {
      totals.detections.push_back(outcome.after);
    } else if (outcome.since_fault) {
      totals.detections.push_back(*outcome.since_fault);
    }
  }
  std::ranges::sort(totals.detections);
  const auto caught = static_cast<std::int64_t>(totals.detections.size());
  totals.rolled_back = ProportionOf(rolled_back, totals.runs);
  totals.promoted = ProportionOf(promoted, totals.runs);
  totals.undecided = ProportionOf(totals.runs - promoted - rolled_back, totals.runs);
  totals.before_fault = ProportionOf(rolled_back - caught, totals.runs);
  totals.caught = ProportionOf(caught, totals.runs);
  totals.failed_rightly = ProportionOf(right, totals.runs);
  totals.failed_wrongly = ProportionOf(wrong, totals.runs);
  totals.bad_served = MeanOf(bad_served);
  return totals;
}

std::optional<core::Duration> CaughtBy(const RunTotals& totals, double share) {
  const auto wanted = static_cast<std::size_t>(
      std::max(1.0, std::ceil(share * static_cast<double>(totals.runs) - 1e-9)));
  if (wanted > totals.detections.size()) return std::nullopt;
  return totals.detections[wanted - 1];
}

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

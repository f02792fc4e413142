// A rollout to be played in virtual time: the traffic, what is wrong with the canary, and the plan.
//
// Plain values; every default is a usable scenario. Times are since the rollout's first block.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/core/time.h"
#include "spec/text/mistake.h"

namespace slogate::simulation {

// The bad rate of both tracks swings as 1 + amplitude sin(2 pi t / period), from a random phase.
struct Drift {
  double amplitude = 0;  // 0..1
  core::Duration period = std::chrono::hours(24);
};

// The bad rate of both tracks is multiplied for a while.
struct Incident {
  core::Duration at{0};  // below 0: before the rollout, in its history
  core::Duration length{0};
  double factor = 1;
};

// Bad events come in bursts of geometric size; a burst is in one track, by the track's exposure,
// and its events spread evenly over `spread`. The mean rate stays what it is.
struct Bursts {
  double mean = 1;  // events, >= 1
  core::Duration spread{0};
};

// Clients that retry: `size` bad events in one track, by exposure, beyond the usual rate; one such
// loop every `every` on average, at random times.
struct Loops {
  int size = 0;
  core::Duration every = std::chrono::minutes(20);
  core::Duration spread{0};
};

// Clients that fail all the time and stay on one track, chosen by exposure: `count` of them at any
// time on average, each for `length`, with so many bad events a minute beyond the usual rate.
struct BrokenClients {
  double count = 1;
  core::Duration length = std::chrono::minutes(30);
  double per_minute = 6;
};

// Noise on the bad rate. `phi` gives each track's count in a block a variance of phi x its mean
// (negative binomial); `sd` is the factor's own standard deviation, whatever the count. Without a
// time constant the factor is gamma and each block has its own; with one it is log-normal and a
// first-order autoregression: correlation exp(-time / time_constant). `common` lets both tracks
// have the same factor, `per_pod` each pod one of its own.
struct Noise {
  double phi = 1;
  double sd = 0;
  bool common = false;
  core::Duration time_constant{0};
  bool per_pod = false;
};

// Pods that differ for good: log error rates with standard deviation `sd`. `count` is of both
// tracks; without `labels` series do not tell them apart.
struct Pods {
  int count = 1;
  int canary = 0;
  double sd = 0;
  bool labels = true;
};

// The canary's bad rate is multiplied for a while after its first weight, or after every step's:
// caches are cold, code is not compiled. No fault.
struct WarmUp {
  double factor = 1;
  core::Duration length{0};
  bool every_step = false;
};

// The baseline's bad rate is multiplied for a while after each step: pods that go lose requests.
struct Draining {
  double factor = 1;
  core::Duration length{0};
};

// What scraping does to counts after the counting recipe: a block of one track whose scrapes were
// lost is counted in the next one; a restarting pod takes the events since its last scrape with it.
struct Scraping {
  // How old a track's last sample may be when a block ends: each track's age is drawn for the run,
  // in thirds of the scrape interval. Set: blocks are made scrape by scrape. Not beside the others.
  std::optional<core::Duration> phase;
  double lost_share = 0;                      // of the blocks of a track
  std::optional<core::Duration> reset_every;  // mean time between restarts in a track
};

// What is wrong with the canary: its bad rate times `factor`, its mean score less by `drop`, from a
// time or from a weight on, until a time. In objectives with cohorts only the one whose share of
// the requests is nearest to `cohort_share` has it; 0: all have.
struct Fault {
  double factor = 1;
  double drop = 0;
  double cohort_share = 0;
  core::Duration from{0};
  std::optional<core::Duration> until;
  int from_weight_percent = 0;
  std::vector<std::string> objectives;  // names; empty: all
};

// Requests carry a label with `count` values; the i-th has a share in proportion to i^-exponent.
struct CohortMix {
  int count = 50;
  double exponent = 1;
  double min_events = 200;  // of the canary, as in a policy
};

// A judge grades each track's events of the time `every` all at once, those of the canary `apart`
// later than the baseline's; all scores of a batch are off by a normal amount with this standard
// deviation.
struct JudgeBatches {
  core::Duration every = std::chrono::minutes(5);
  core::Duration apart{0};
  double sd = 0;
};

// Every event has a score instead of being good or bad: 0, .1, ... or 1, beta-binomial with this
// mean and standard deviation. Of the laws of traffic only arrivals and scraping touch scores.
struct Scores {
  double mean = 0.85;
  double sd = 0.2;
  bool squares = false;  // sums of squares are counted as well
  std::optional<JudgeBatches> batches;
};

struct ObjectiveScenario {
  std::string name = "errors";
  double error_rate = 0.005;
  double target = 0.99;
  core::Margins margins;
  std::optional<double> phi;    // given by the user instead of measured
  std::optional<double> limit;  // of the canary alone, as a multiple of 1 - target
  std::optional<CohortMix> cohorts;
  std::optional<Scores> scores;
};

struct Traffic {
  Drift drift;
  std::optional<Incident> incident;
  Bursts bursts;
  std::optional<Loops> loops;
  std::optional<BrokenClients> broken_clients;
  Noise noise;
  Pods pods;
  std::optional<WarmUp> warm_up;
  std::optional<Draining> draining;
  Scraping scraping;
};

// What many runs are to come to, at most or, for kCaught, at least.
enum class Figure {
  kFalseRollback,      // percent of the runs: without a fault, or before it
  kFalsePromotion,     // percent, of a canary past the margin
  kCaught,             // percent: rolled back with the fault
  kMedian,             // minutes from the fault until half of all runs are rolled back
  kNinetyNinePercent,  // likewise 99 %
  kWald,               // bad events of the canary, for each that any test needs on average
};
struct Goal {
  Figure figure = Figure::kFalseRollback;
  double bound = 0;
};

struct Scenario {
  std::string name;
  std::string description;
  std::uint64_t seed = 1;
  core::Duration block_length = std::chrono::seconds(60);  // four scrape intervals
  core::Duration duration = std::chrono::minutes(60);
  core::Duration history = std::chrono::hours(4);  // 0: none
  double rps = 100;                                // of both tracks together
  double alpha = 0.01;
  double promotion_alpha = 0.05;
  std::vector<core::Step> steps;          // never empty
  std::optional<core::Duration> warm_up;  // as the policy says it
  std::vector<ObjectiveScenario> objectives = {ObjectiveScenario{}};
  Traffic traffic;
  std::optional<Fault> fault;  // absent: the canary is as good as the baseline
  std::vector<Goal> goals;
};

// One step at this weight for the whole duration, judged at every block.
core::Step SteadyStep(int weight_percent, core::Duration duration);

// Blocks of the rollout, and of the history before it.
std::int64_t BlocksIn(const Scenario& scenario);
std::int64_t HistoryBlocksIn(const Scenario& scenario);

// Slices of time in which traffic is made: a third of a scrape interval where the tracks' scrapes
// have phases, else a block.
inline constexpr std::int64_t kScrapesInBlock = 4;
inline constexpr std::int64_t kSlicesInScrape = 3;
std::int64_t SlicesInBlock(const Scenario& scenario);
core::Duration SliceLength(const Scenario& scenario);

// True when some rollback of this scenario's canary would be right.
bool HasFault(const Scenario& scenario);
// True when a promotion would be wrong: under the fault an objective's bad rate, the lasting laws
// of traffic left aside, is at or above max(r1 x baseline, b x (1 - target)).
bool IsPastMargin(const Scenario& scenario);

// The policy that a user would write for it: one route, pods that are always there.
core::Policy PolicyOf(const Scenario& scenario);

// Scenarios as people write them: YAML text, with every mistake found named by line and field.

// `scenario` is present exactly when `mistakes` is empty.
struct ParsedScenario {
  std::optional<Scenario> scenario;
  std::vector<spec::Mistake> mistakes;
};

// Untrusted text; no exception leaves. `file` is repeated in the mistakes and names a scenario
// without a name. Pure; callable from any thread.
ParsedScenario ParseScenario(std::string_view text, const std::string& file);

}  // namespace slogate::simulation

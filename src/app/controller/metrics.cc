#include "app/controller/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

#include "slogate/core/budget.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

BudgetGauge GaugeOf(const core::Objective& objective, const core::BudgetReading& reading,
                    core::TimePoint now) {
  BudgetGauge gauge{objective.name, std::nullopt, {}};
  if (reading.source != core::SourceProblem::kNone || reading.series.empty()) return gauge;
  core::BudgetTerms terms;
  terms.target = objective.target;
  terms.window = objective.window;
  terms.rows = objective.burn_rows;
  const core::BudgetSeries& all = reading.series.front();
  const core::BudgetVerdict verdict =
      core::JudgeBudget(terms, all, all.chunks.empty() ? now : all.chunks.back().end);
  if (verdict.state != core::BudgetState::kUnknown) gauge.remaining = verdict.remaining;
  for (const core::BurnReading& burn : verdict.burns) {
    if (burn.burn) gauge.burns.emplace_back(spec::ToText(burn.window), *burn.burn);
  }
  return gauge;
}

using Gauges = prometheus::Family<prometheus::Gauge>;

using Counters = prometheus::Family<prometheus::Counter>;

Gauges& MakeGauges(prometheus::Registry& registry, const char* name, const char* what) {
  return prometheus::BuildGauge().Name(name).Help(what).Register(registry);
}

Counters& MakeCounters(prometheus::Registry& registry, const char* name, const char* what) {
  return prometheus::BuildCounter().Name(name).Help(what).Register(registry);
}

}  // namespace

std::vector<BudgetGauge> BudgetsSeen(const core::Policy& policy,
                                     const std::vector<core::BudgetReading>& readings,
                                     core::TimePoint now) {
  std::vector<BudgetGauge> gauges;
  for (const core::Objective& objective : policy.objectives) {
    if (!objective.has_budget) continue;
    if (gauges.size() == readings.size()) break;
    gauges.push_back(GaugeOf(objective, readings[gauges.size()], now));
  }
  return gauges;
}

struct ControllerMetrics::Impl {
  explicit Impl(std::function<Load()> asked) : load(std::move(asked)) {}

  void ForgetLocked(const ports::Key& key) {
    for (const auto& [family, gauge] : of_policy[key]) family->Remove(gauge);
    of_policy.erase(key);
  }

  void SetLocked(const ports::Key& key, Gauges& family, prometheus::Labels labels, double value) {
    labels.emplace("namespace", key.ns);
    labels.emplace("policy", key.name);
    prometheus::Gauge& gauge = family.Add(labels);
    gauge.Set(value);
    of_policy[key].emplace_back(&family, &gauge);
  }

  std::function<Load()> load;
  prometheus::Registry registry;
  Counters& reconciles = MakeCounters(registry, "slogate_reconcile_total", "Reconciles by result.");
  prometheus::Histogram& durations =
      prometheus::BuildHistogram()
          .Name("slogate_reconcile_duration_seconds")
          .Help("How long reconciles took.")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{.005, .01, .025, .05, .1, .25, .5, 1,
                                                           2.5, 5, 10, 30});
  Counters& source_failures =
      MakeCounters(registry, "slogate_source_failures_total",
                   "Readings that the metrics source did not answer, by problem.");
  Counters& exceptions = MakeCounters(
      registry, "slogate_exceptions_total",
      "Exceptions that ended one check, watch, action or page, by where they were caught. Each is "
      "a fault of the program or a lack of memory.");
  Counters& watch_failures =
      MakeCounters(registry, "slogate_watch_failures_total",
                   "Watches of the Kubernetes API that failed and began again, by collection.");
  Gauges& phase = MakeGauges(registry, "slogate_rollout_phase",
                             "1 for the phase that a policy's rollout is in.");
  Gauges& after_promotion =
      MakeGauges(registry, "slogate_after_promotion_warning",
                 "1 while production burns an error budget or restarts since a promotion.");
  Gauges& weight = MakeGauges(registry, "slogate_canary_weight",
                              "Intended share of traffic of the canary, in percent.");
  Gauges& evidence = MakeGauges(registry, "slogate_evidence",
                                "Natural logarithm of an objective's e-value: that the canary is "
                                "worse (rollback) or proven not worse (promotion).");
  Gauges& budget_remaining =
      MakeGauges(registry, "slogate_error_budget_remaining_ratio",
                 "Share of an objective's error budget that is left; below 0: overspent.");
  Gauges& burn_rate = MakeGauges(registry, "slogate_burn_rate",
                                 "Bad events of a window as a multiple of what the objective's "
                                 "error budget bears.");
  prometheus::Gauge& leader =
      MakeGauges(registry, "slogate_leader", "1 while this process is the leader.").Add({});
  prometheus::Gauge& queue_depth =
      MakeGauges(registry, "slogate_queue_depth", "Policies waiting for a worker.").Add({});
  prometheus::Gauge& oldest_due =
      MakeGauges(registry, "slogate_oldest_due_seconds",
                 "How long the policy that waits longest has waited for a worker.")
          .Add({});
  Gauges& readings = MakeGauges(registry, "slogate_source_readings",
                                "Policies whose Prometheus is being read, or waits for it.");
  prometheus::Gauge& readings_running = readings.Add({{"state", "running"}});
  prometheus::Gauge& readings_waiting = readings.Add({{"state", "waiting"}});
  prometheus::Gauge& open_breakers =
      MakeGauges(registry, "slogate_source_breakers_open",
                 "Addresses, by namespace, that have not answered and are left alone for a while.")
          .Add({});
  prometheus::Counter& refused =
      MakeCounters(registry, "slogate_source_readings_refused_total",
                   "Readings that were not tried, since the address is left alone.")
          .Add({});
  Counters& api_requests = MakeCounters(registry, "slogate_api_requests_total",
                                        "Requests to the Kubernetes API server, by verb.");
  prometheus::Counter& api_refused =
      MakeCounters(registry, "slogate_api_requests_refused_total",
                   "Requests that the API server answered with 429, or 503 and Retry-After.")
          .Add({});
  prometheus::Counter& deferred =
      MakeCounters(registry, "slogate_reconciles_deferred_total",
                   "Reconciles of policies at rest that waited for their turn at the API server.")
          .Add({});
  Gauges& last_decision = MakeGauges(registry, "slogate_last_decision_timestamp_seconds",
                                     "When the policy was last decided upon.");

  std::mutex mutex;
  std::map<ports::Key, std::vector<std::pair<Gauges*, prometheus::Gauge*>>> of_policy;
};

ControllerMetrics::ControllerMetrics(std::function<Load()> load)
    : impl_(std::make_unique<Impl>(std::move(load))) {}

ControllerMetrics::~ControllerMetrics() = default;

void ControllerMetrics::Reconciled(std::string_view result, core::Duration took) {
  impl_->reconciles.Add({{"result", std::string(result)}}).Increment();
  impl_->durations.Observe(std::chrono::duration<double>(took).count());
}

void ControllerMetrics::Observed(const ports::Key& key, const core::RolloutState& state,
                                 const std::vector<core::ObjectiveVerdict>& verdicts,
                                 const std::vector<BudgetGauge>& budgets) {
  const std::lock_guard lock(impl_->mutex);
  impl_->ForgetLocked(key);
  impl_->SetLocked(key, impl_->phase, {{"phase", std::string(ToString(state.phase))}}, 1);
  impl_->SetLocked(key, impl_->weight, {}, state.desired_percent);
  impl_->SetLocked(
      key, impl_->last_decision, {},
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count());
  if (IsAfterPromotion(state.reason)) {
    impl_->SetLocked(key, impl_->after_promotion, {{"reason", std::string(ToString(state.reason))}},
                     1);
  }
  for (const core::ObjectiveVerdict& verdict : verdicts) {
    impl_->SetLocked(key, impl_->evidence, {{"objective", verdict.objective}, {"kind", "rollback"}},
                     verdict.evidence.rollback);
    impl_->SetLocked(key, impl_->evidence,
                     {{"objective", verdict.objective}, {"kind", "promotion"}},
                     verdict.evidence.promotion);
  }
  for (const BudgetGauge& budget : budgets) {
    if (budget.remaining) {
      impl_->SetLocked(key, impl_->budget_remaining, {{"objective", budget.objective}},
                       *budget.remaining);
    }
    for (const auto& [window, burn] : budget.burns) {
      impl_->SetLocked(key, impl_->burn_rate, {{"objective", budget.objective}, {"window", window}},
                       burn);
    }
  }
}

void ControllerMetrics::SourceFailed(core::SourceProblem problem) {
  impl_->source_failures.Add({{"problem", std::string(ToString(problem))}}).Increment();
}

void ControllerMetrics::ExceptionCaught(std::string_view where) {
  impl_->exceptions.Add({{"where", std::string(where)}}).Increment();
}

void ControllerMetrics::WatchFailed(std::string_view collection) {
  impl_->watch_failures.Add({{"collection", std::string(collection)}}).Increment();
}

void ControllerMetrics::SetLeader(bool leader) { impl_->leader.Set(leader ? 1 : 0); }

void ControllerMetrics::Forget(const ports::Key& key) {
  const std::lock_guard lock(impl_->mutex);
  impl_->ForgetLocked(key);
}

std::string ControllerMetrics::Render() const {
  const Load load = impl_->load();
  // A scrape in the middle of Observed would miss what is about to be set again.
  const std::lock_guard lock(impl_->mutex);
  impl_->queue_depth.Set(static_cast<double>(load.queue_depth));
  impl_->oldest_due.Set(std::chrono::duration<double>(load.oldest_due).count());
  impl_->readings_running.Set(static_cast<double>(load.sources.running));
  impl_->readings_waiting.Set(static_cast<double>(load.sources.waiting));
  impl_->open_breakers.Set(static_cast<double>(load.sources.open_breakers));
  const auto set = [](prometheus::Counter& counter, std::uint64_t total) {
    counter.Increment(static_cast<double>(total) - counter.Value());
  };
  set(impl_->refused, load.sources.refused);
  for (const auto& [verb, requests] : load.api.requests) {
    set(impl_->api_requests.Add({{"verb", verb}}), requests);
  }
  set(impl_->api_refused, load.api.refused);
  set(impl_->deferred, load.api.deferred);
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace slogate::app

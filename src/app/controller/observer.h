// Reads the world that one policy speaks of: workload, routes, counts.
#pragma once

#include "app/controller/budget_lookups.h"
#include "app/controller/connection.h"
#include "app/controller/failures.h"
#include "slogate/core/observations.h"
#include "slogate/core/time.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::app {

// What was seen, and when: after the weights were read and before the counts were.
struct RolloutSnapshot {
  core::Observations observations;
  core::TimePoint at{};
};

// Thread-safe as its ports are.
class Observer {
 public:
  Observer(ports::WorkloadStore& workloads, ports::TrafficRouter& router,
           ports::MetricsSource& metrics, ports::BudgetSource& budgets, ports::SecretStore& secrets,
           const ports::Clock& clock, Providers providers, FileReader read_file,
           const ExceptionGuard& guard);

  // `record.policy` is present. An error is one that waiting fixes. What only a person can fix is
  // part of the sight, as the problem of what it concerns; so is every failure to read counts, be
  // it an exception: whoever asks for a rollback must not wait for counts.
  ports::Result<RolloutSnapshot> DecisionContext(const ports::PolicyRecord& record);

  // Drops what is remembered for the policy.
  void Forget(const ports::Key& policy);

 private:
  ports::Result<core::WorkloadView> CheckWorkload(const ports::PolicyRecord& record);
  ports::Result<core::RouteView> CheckRoute(const ports::PolicyRecord& record,
                                            const core::Route& route);
  void ReadCounts(const ports::PolicyRecord& record, RolloutSnapshot& snapshot);
  void ReadBudgets(const ports::PolicyRecord& record, RolloutSnapshot& snapshot);
  // A reader that threw may remember half an answer.
  void ForgetAfterException(const ports::Key& policy);

  ports::WorkloadStore& workloads_;
  ports::TrafficRouter& router_;
  ports::MetricsSource& metrics_;
  BudgetReader budgets_;
  ports::SecretStore& secrets_;
  const ports::Clock& clock_;
  const Providers providers_;
  const FileReader read_file_;
  const ExceptionGuard guard_;
};

}  // namespace slogate::app

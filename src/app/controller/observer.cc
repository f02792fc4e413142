#include "app/controller/observer.h"

#include <utility>

#include "app/controller/retry_table.h"

namespace slogate::app {
namespace {

bool IsForAPerson(const ports::Error& error) { return RetryOf(error.code, Subject::kNamed).tell; }

}  // namespace

Observer::Observer(ports::WorkloadStore& workloads, ports::TrafficRouter& router,
                   ports::MetricsSource& metrics, ports::BudgetSource& budgets,
                   ports::SecretStore& secrets, const ports::Clock& clock, Providers providers,
                   FileReader read_file)
    : workloads_(workloads),
      router_(router),
      metrics_(metrics),
      budgets_(budgets),
      secrets_(secrets),
      clock_(clock),
      providers_(std::move(providers)),
      read_file_(std::move(read_file)) {}

ports::Result<core::WorkloadView> Observer::LookAtWorkload(const ports::PolicyRecord& record) {
  ports::Result<core::WorkloadView> view = workloads_.Observe(record);
  if (view || !IsForAPerson(view.error())) return view;
  core::WorkloadView unreadable;
  unreadable.problem = view.error().message;
  return unreadable;
}

ports::Result<core::RouteView> Observer::LookAtRoute(const ports::PolicyRecord& record,
                                                     const core::Route& route) {
  ports::Result<core::RouteView> view = router_.Observe(record.key.ns, route, record.policy->steps);
  if (view || !IsForAPerson(view.error())) return view;
  core::RouteView unreadable;
  unreadable.name = route.name;
  unreadable.problem = view.error().message;
  return unreadable;
}

void Observer::ReadCounts(const ports::PolicyRecord& record, Sight& sight) {
  core::Observations& seen = sight.observations;
  const std::optional<core::ReadingPlan> plan =
      core::PlanReading(*record.policy, record.state, seen.workload, sight.at);
  if (!plan) return;
  const ConnectionResult connection =
      ResolveConnection(record.key.ns, record.policy->prometheus, providers_, secrets_, read_file_);
  if (plan->wants_history) {
    if (connection) {
      seen.history = metrics_.History(*connection, *plan, sight.at);
    } else {
      seen.history =
          core::HistoryReading{connection.error().problem, connection.error().message, {}};
    }
    return;
  }
  if (connection) {
    seen.evidence = metrics_.Count(record.key.ToString(), *connection, *plan, sight.at);
  } else {
    seen.evidence =
        core::EvidenceReading{connection.error().problem, connection.error().message, {}, {}};
  }
}

void Observer::ReadBudgets(const ports::PolicyRecord& record, Sight& sight) {
  core::Observations& seen = sight.observations;
  const std::vector<core::BudgetPlan> plans =
      core::PlanBudgets(*record.policy, record.state, seen.workload, sight.at);
  if (plans.empty()) return;
  const ConnectionResult connection =
      ResolveConnection(record.key.ns, record.policy->prometheus, providers_, secrets_, read_file_);
  if (!connection) {
    core::BudgetReading failed;
    failed.source = connection.error().problem;
    failed.message = connection.error().message;
    seen.budgets.assign(plans.size(), failed);
    return;
  }
  std::vector<std::string> names;
  for (const core::Objective& objective : record.policy->objectives) {
    names.push_back(objective.name);
  }
  const std::optional<core::ReadingPlan> counts =
      core::PlanReading(*record.policy, record.state, seen.workload, sight.at);
  const bool at_start = counts && counts->wants_history;
  seen.budgets = budgets_.Read(record.key, names, *connection, plans, at_start);
}

void Observer::Forget(const ports::Key& policy) {
  metrics_.Forget(policy.ToString());
  budgets_.Forget(policy);
}

ports::Result<Sight> Observer::Look(const ports::PolicyRecord& record) {
  Sight sight;
  core::Observations& seen = sight.observations;
  ports::Result<core::WorkloadView> workload = LookAtWorkload(record);
  if (!workload) return tl::unexpected(workload.error());
  seen.workload = std::move(*workload);
  for (const core::Route& route : record.policy->routes) {
    ports::Result<core::RouteView> view = LookAtRoute(record, route);
    if (!view) return tl::unexpected(view.error());
    seen.routes.push_back(std::move(*view));
  }
  seen.requests = record.requests;
  sight.at = clock_.Now();
  ReadCounts(record, sight);
  ReadBudgets(record, sight);
  return sight;
}

}  // namespace slogate::app

#include "app/controller/observer.h"

#include <cstddef>
#include <utility>

#include "slogate/core/leaving.h"

namespace slogate::app {
namespace {

constexpr const char* kInternalError = "internal error; the controller's log has it";

bool IsForAPerson(const ports::Error& error) {
  return RetryOf(error.code, FailureSubject::kNamed).tell;
}

// What blocks is fixed by a person, who waits for the answer. What cannot be read blocks nothing.
core::Duration CadenceOf(const std::optional<core::Coverage>& coverage) {
  if (!coverage) return std::chrono::minutes(1);
  if (!core::BlockOf(*coverage).empty()) return std::chrono::seconds(30);
  return std::chrono::minutes(10);
}

std::string Prefix(const ports::Key& policy) { return policy.ToString() + "/"; }

// Whether a reading of the one answers the other, but for the time that has passed.
bool SameQuestion(const core::BudgetPlan& a, const core::BudgetPlan& b) {
  return a.indicator == b.indicator && a.service == b.service && a.objective == b.objective &&
         a.target == b.target && a.period == b.period && a.chunk == b.chunk &&
         a.windows == b.windows;
}

bool IsFresh(const core::BudgetPlan& kept, const core::BudgetPlan& plan, bool at_start) {
  const core::Duration longest = at_start ? plan.scrape_interval : core::BudgetCadence(plan);
  return kept.at <= plan.at && plan.at - kept.at < longest;
}

// What readings of a policy depend on, but for the time: with another text they answer another
// question.
std::string QuestionOf(const ports::PolicyRecord& record, const core::WorkloadView& workload) {
  const core::RolloutState& state = record.state;
  std::string question = record.uid + "/" + workload.template_revision + "/" +
                         workload.canary.revision + "/" + state.candidate_revision;
  for (const std::int64_t part :
       {record.generation, static_cast<std::int64_t>(state.phase),
        static_cast<std::int64_t>(state.stage), static_cast<std::int64_t>(state.step),
        static_cast<std::int64_t>(state.step_first_block)}) {
    question += "/" + std::to_string(part);
  }
  return question;
}

// What a parent says of the route may yet be of its version before.
void AwaitSettling(core::RouteView& view, core::TimePoint now) {
  if (!view.accepted || now >= view.accepted_from) return;
  view.accepted = false;
  view.waits_for = view.name + " counts as accepted from " +
                   core::ToSecondsText(view.accepted_from) + " on: " + view.note;
}

}  // namespace

std::vector<core::BudgetReading> BudgetReader::Read(const ports::Key& policy,
                                                    const std::vector<std::string>& names,
                                                    const ports::MetricsConnection& connection,
                                                    const std::vector<core::BudgetPlan>& plans,
                                                    bool at_start) {
  std::vector<core::BudgetReading> readings;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const core::BudgetPlan& plan = plans[i];
    const std::string key = Prefix(policy) + names[i];
    {
      const std::lock_guard lock(mutex_);
      const auto found = kept_.find(key);
      if (found != kept_.end() && SameQuestion(found->second.plan, plan) &&
          IsFresh(found->second.plan, plan, at_start)) {
        readings.push_back(found->second.reading);
        continue;
      }
    }
    core::BudgetReading reading = source_.ReadBudget(key, connection, plan);
    reading.trace.clear();
    readings.push_back(reading);
    const std::lock_guard lock(mutex_);
    kept_[key] = {plan, std::move(reading)};
  }
  return readings;
}

void BudgetReader::Forget(const ports::Key& policy) {
  const std::string prefix = Prefix(policy);
  source_.ForgetBudgets(prefix);
  const std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const auto& entry) { return entry.first.starts_with(prefix); });
}

std::optional<core::Coverage> CoverageReader::Read(const ports::PolicyRecord& record,
                                                   const core::WorkloadView& workload,
                                                   core::TimePoint now) {
  if (survey_ == nullptr) return std::nullopt;
  const std::string of = std::to_string(record.generation) + "/" + workload.template_revision +
                         "/" + workload.canary.revision;
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(record.key);
    if (found != kept_.end() && found->second.of == of && found->second.at <= now &&
        now - found->second.at < CadenceOf(found->second.coverage)) {
      return found->second.coverage;
    }
  }
  const ports::Result<core::Surroundings> seen = survey_->SurroundingsOf(record);
  Kept kept{of, now, std::nullopt};
  if (seen) kept.coverage = core::JudgeCoverage(*seen);
  const std::lock_guard lock(mutex_);
  return (kept_[record.key] = std::move(kept)).coverage;
}

void CoverageReader::Forget(const ports::Key& policy) {
  const std::lock_guard lock(mutex_);
  kept_.erase(policy);
}

Observer::Observer(const ReconcilerPorts& ports, Providers providers, FileReader read_file,
                   const ExceptionGuard& guard)
    : ports_(ports),
      budgets_(ports.budgets),
      coverage_(ports.coverage),
      providers_(std::move(providers)),
      read_file_(std::move(read_file)),
      guard_(guard) {}

ports::Result<core::WorkloadView> Observer::CheckWorkload(const ports::PolicyRecord& record) {
  ports::Result<core::WorkloadView> view = ports_.workloads.Observe(record);
  if (view || !IsForAPerson(view.error())) return view;
  core::WorkloadView unreadable;
  unreadable.problem = view.error().message;
  return unreadable;
}

ports::Result<core::RouteView> Observer::CheckRoute(const ports::PolicyRecord& record,
                                                    const core::Route& route,
                                                    const std::vector<core::Step>& steps) {
  ports::Result<core::RouteView> view = ports_.router.Observe(record.key.ns, route, steps);
  if (view || !IsForAPerson(view.error())) return view;
  core::RouteView unreadable;
  unreadable.name = route.name;
  unreadable.problem = view.error().message;
  return unreadable;
}

core::Observations Observer::ObserveLeaving(const ports::PolicyRecord& record,
                                            std::string& unread) {
  core::Observations seen;
  if (!record.policy->workload.deployment.empty()) {
    auto view = guard_.Result("reconcile", [&] { return ports_.workloads.Observe(record); });
    if (view) {
      seen.workload = *std::move(view);
    } else {
      unread = view.error().message;
    }
  }
  for (const core::Route& route : record.policy->routes) {
    auto view =
        guard_.Result("reconcile", [&] { return ports_.router.Observe(record.key.ns, route, {}); });
    core::RouteView unknown;
    unknown.name = route.name;
    unknown.exists = true;
    if (!view) unknown.problem = view.error().message;
    seen.routes.push_back(view.value_or(unknown));
  }
  return seen;
}

void Observer::ReadSources(const ports::PolicyRecord& record, RolloutSnapshot& snapshot) {
  core::Observations& seen = snapshot.observations;
  if (ports_.desk == nullptr) {
    // Budgets may keep a rollout from its start, and so from asking for history.
    ReadBudgets(record, snapshot);
    ReadCounts(record, snapshot);
    return;
  }
  if (core::PlanBudgets(*record.policy, record.state, seen.workload, snapshot.at).empty() &&
      !core::PlanReading(*record.policy, record.state, seen, snapshot.at)) {
    return;
  }
  std::optional<SourceReadings> readings = ports_.desk->Take(
      record.key, QuestionOf(record, seen.workload), [this, record, snapshot]() mutable {
        ReadBudgets(record, snapshot);
        ReadCounts(record, snapshot);
        core::Observations& read = snapshot.observations;
        return SourceReadings{std::move(read.budgets), std::move(read.evidence),
                              std::move(read.history)};
      });
  snapshot.unread = !readings;
  if (!readings) return;
  seen.budgets = std::move(readings->budgets);
  seen.evidence = std::move(readings->evidence);
  seen.history = std::move(readings->history);
}

void Observer::ReadCounts(const ports::PolicyRecord& record, RolloutSnapshot& snapshot) {
  core::Observations& seen = snapshot.observations;
  const std::optional<core::ReadingPlan> plan =
      core::PlanReading(*record.policy, record.state, seen, snapshot.at);
  if (!plan) return;
  core::SourceProblem problem = core::SourceProblem::kMalformed;
  std::string message = kInternalError;
  const bool whole = guard_.Run("counts", [&] {
    const ConnectionResult connection = ResolveConnection(record.key.ns, record.policy->prometheus,
                                                          providers_, ports_.secrets, read_file_);
    if (!connection) {
      problem = connection.error().problem;
      message = connection.error().message;
    } else if (plan->wants_history) {
      seen.history = ports_.metrics.History(*connection, *plan, snapshot.at);
    } else {
      seen.evidence = ports_.metrics.Count(record.key.ToString(), *connection, *plan, snapshot.at);
    }
  });
  if (!whole) ForgetSources(record.key);
  if (seen.history || seen.evidence) return;
  if (plan->wants_history) {
    seen.history = core::HistoryReading{problem, message, {}};
  } else {
    seen.evidence = core::EvidenceReading{problem, message, {}, {}};
  }
}

void Observer::ReadBudgets(const ports::PolicyRecord& record, RolloutSnapshot& snapshot) {
  core::Observations& seen = snapshot.observations;
  const std::vector<core::BudgetPlan> plans =
      core::PlanBudgets(*record.policy, record.state, seen.workload, snapshot.at);
  if (plans.empty()) return;
  core::BudgetReading failed;
  failed.source = core::SourceProblem::kMalformed;
  failed.message = kInternalError;
  const bool whole = guard_.Run("budgets", [&] {
    const ConnectionResult connection = ResolveConnection(record.key.ns, record.policy->prometheus,
                                                          providers_, ports_.secrets, read_file_);
    if (!connection) {
      failed.source = connection.error().problem;
      failed.message = connection.error().message;
      return;
    }
    std::vector<std::string> names;
    for (const core::Objective& objective : record.policy->objectives) {
      names.push_back(objective.name);
    }
    const bool at_start = core::AtStart(*record.policy, record.state, seen.workload);
    seen.budgets = budgets_.Read(record.key, names, *connection, plans, at_start);
  });
  if (!whole) ForgetSources(record.key);
  if (seen.budgets.empty()) seen.budgets.assign(plans.size(), failed);
}

void Observer::ReadCoverage(const ports::PolicyRecord& record, RolloutSnapshot& snapshot) {
  // It is said of Deployments that can be used.
  if (!snapshot.observations.workload.problem.empty()) return;
  guard_.Run("coverage", [&] {
    snapshot.observations.coverage =
        coverage_.Read(record, snapshot.observations.workload, snapshot.at);
  });
}

void Observer::ForgetSources(const ports::Key& policy) {
  guard_.Run("counts", [&] { ports_.metrics.Forget(policy.ToString()); });
  guard_.Run("budgets", [&] { budgets_.Forget(policy); });
}

void Observer::Forget(const ports::Key& policy) {
  coverage_.Forget(policy);
  const auto drop = [this, policy] { ForgetSources(policy); };
  if (ports_.desk == nullptr) return drop();
  ports_.desk->Forget(policy, drop);
}

ports::Result<RolloutSnapshot> Observer::Observe(const ports::PolicyRecord& record) {
  RolloutSnapshot snapshot;
  core::Observations& seen = snapshot.observations;
  ports::Result<core::WorkloadView> workload = CheckWorkload(record);
  if (!workload) return tl::unexpected(workload.error());
  seen.workload = std::move(*workload);
  for (const core::Route& route : record.policy->routes) {
    ports::Result<core::RouteView> view = CheckRoute(record, route, record.policy->steps);
    if (!view) return tl::unexpected(view.error());
    seen.routes.push_back(std::move(*view));
  }
  if (!record.policy->dry_run) {
    for (const core::Route& route : core::LeftRoutes(*record.policy, record.state)) {
      ports::Result<core::RouteView> view = CheckRoute(record, route, {});
      if (!view) return tl::unexpected(view.error());
      seen.left.push_back(std::move(*view));
    }
  }
  if (const auto former = core::FormerPolicy(*record.policy, record.state)) {
    ports::PolicyRecord of_former = record;
    of_former.policy = *former;
    workload = ports_.workloads.Observe(of_former);
    if (!workload) return tl::unexpected(workload.error());
    seen.former = std::move(*workload);
  }
  seen.requests = record.requests;
  seen.older_policy = record.older_policy;
  snapshot.at = ports_.clock.Now();
  for (core::RouteView& view : seen.routes) AwaitSettling(view, snapshot.at);
  ReadCoverage(record, snapshot);
  ReadSources(record, snapshot);
  return snapshot;
}

}  // namespace slogate::app

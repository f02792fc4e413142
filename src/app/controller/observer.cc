#include "app/controller/observer.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <stop_token>
#include <tuple>
#include <utility>

#include "slogate/core/leaving.h"

namespace slogate::app {
namespace {

constexpr core::Duration kLongestAtRest = std::chrono::hours(6);
constexpr core::Duration kLongestInProgress = std::chrono::minutes(10);

bool IsAtRest(core::Phase phase) {
  return phase == core::Phase::kReady || phase == core::Phase::kPromoted ||
         phase == core::Phase::kRolledBack;
}

bool HasProblem(const ClusterViews& views) {
  const auto of_route = [](const core::RouteView& route) { return !route.problem.empty(); };
  return !views.workload.problem.empty() || std::ranges::any_of(views.routes, of_route) ||
         std::ranges::any_of(views.left, of_route) ||
         (views.former && !views.former->problem.empty());
}

// Field by field; they do not compile when a field is added.
bool Same(const core::TrackView& a, const core::TrackView& b) {
  const auto fields = [](const core::TrackView& view) {
    const auto& [exists, revision, hash, desired, available, any, settled, restarts, in_all,
                 problem] = view;
    return std::tie(exists, revision, hash, desired, available, any, settled, restarts, in_all,
                    problem);
  };
  return fields(a) == fields(b);
}

bool Same(const core::WorkloadView& a, const core::WorkloadView& b) {
  const auto fields = [](const core::WorkloadView& view) {
    const auto& [canary, baseline, services, problem, revision, adopted, labelled, held_by, held,
                 restart, recreates, rollout_problem, previous] = view;
    return std::tie(services, problem, revision, adopted, labelled, held_by, held, restart,
                    recreates, rollout_problem, previous);
  };
  return Same(a.canary, b.canary) && Same(a.baseline, b.baseline) && fields(a) == fields(b);
}

bool Same(const core::RouteView& a, const core::RouteView& b) {
  const auto fields = [](const core::RouteView& view) {
    const auto& [name, exists, percent, accepted, problem, note, follows, waits_for, writer, from,
                 sends_nothing, version] = view;
    return std::tie(name, exists, percent, accepted, problem, note, follows, waits_for, writer,
                    from, sends_nothing, version);
  };
  return fields(a) == fields(b);
}

bool IsForAPerson(const ports::Error& error) {
  return RetryOf(error.code, FailureSubject::kNamed).tell;
}

// What blocks is fixed by a person, who waits for the answer. What cannot be read blocks nothing.
core::Duration CadenceOf(const std::optional<core::Coverage>& coverage, bool at_rest) {
  if (!coverage) return std::chrono::minutes(1);
  if (!core::BlockOf(*coverage).empty()) return std::chrono::seconds(30);
  return at_rest ? kLongestAtRest : std::chrono::minutes(10);
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

std::optional<core::Coverage> CoverageReader::Read(const ports::PolicyRecord& record,
                                                   const core::WorkloadView& workload,
                                                   core::TimePoint now, bool at_rest) {
  if (survey_ == nullptr) return std::nullopt;
  const std::string of = std::to_string(record.generation) + "/" + workload.template_revision +
                         "/" + workload.canary.revision;
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(record.key);
    const bool known = found != kept_.end() && found->second.of == of && found->second.at <= now;
    if (known && now - found->second.at < CadenceOf(found->second.coverage, at_rest)) {
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
      sources_(ports.metrics, ports.budgets, ports.secrets, std::move(providers),
               std::move(read_file), guard),
      coverage_(ports.coverage),
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
  SourcePlans plans = PlanSources(record, seen, snapshot.at);
  if (plans.empty()) return;
  SourceReadings readings;
  if (ports_.desk == nullptr) {
    readings = sources_.Read(plans, {});
  } else {
    const auto shared = std::make_shared<const SourcePlans>(std::move(plans));
    SourceDesk::Taken taken = ports_.desk->Take(
        record.key, sources_.AddressOf(shared->prometheus), QuestionOf(record, seen.workload),
        [this, shared](const std::stop_token& stop) { return sources_.Read(*shared, stop); });
    snapshot.unread = !taken.readings && !taken.outage;
    if (snapshot.unread) return;
    readings = taken.outage ? Unanswered(*shared, *taken.outage) : std::move(*taken.readings);
  }
  seen.budgets = std::move(readings.budgets);
  seen.evidence = std::move(readings.evidence);
  seen.history = std::move(readings.history);
}

void Observer::ReadCoverage(const ports::PolicyRecord& record, bool at_rest,
                            RolloutSnapshot& snapshot) {
  // It is said of Deployments that can be used.
  if (!snapshot.observations.workload.problem.empty()) return;
  guard_.Run("coverage", [&] {
    snapshot.observations.coverage =
        coverage_.Read(record, snapshot.observations.workload, snapshot.at, at_rest);
  });
}

void Observer::Forget(const ports::Key& policy) {
  coverage_.Forget(policy);
  const auto drop = [this, policy] { sources_.Forget(policy); };
  if (ports_.desk == nullptr) return drop();
  ports_.desk->Forget(policy, drop);
}

ports::Result<ClusterViews> Observer::ReadCluster(const ports::PolicyRecord& record) {
  ClusterViews views;
  ports::Result<core::WorkloadView> workload = CheckWorkload(record);
  if (!workload) return tl::unexpected(workload.error());
  views.workload = std::move(*workload);
  for (const core::Route& route : record.policy->routes) {
    ports::Result<core::RouteView> view = CheckRoute(record, route, record.policy->steps);
    if (!view) return tl::unexpected(view.error());
    views.routes.push_back(std::move(*view));
  }
  if (!record.policy->dry_run) {
    for (const core::Route& route : core::LeftRoutes(*record.policy, record.state)) {
      ports::Result<core::RouteView> view = CheckRoute(record, route, {});
      if (!view) return tl::unexpected(view.error());
      views.left.push_back(std::move(*view));
    }
  }
  if (const auto former = core::FormerPolicy(*record.policy, record.state)) {
    ports::PolicyRecord of_former = record;
    of_former.policy = *former;
    workload = ports_.workloads.Observe(of_former);
    if (!workload) return tl::unexpected(workload.error());
    views.former = std::move(*workload);
  }
  views.record = record;
  views.at = ports_.clock.Now();
  return views;
}

RolloutSnapshot Observer::Complete(const ClusterViews& views, bool kept) {
  const ports::PolicyRecord& record = views.record;
  RolloutSnapshot snapshot;
  core::Observations& seen = snapshot.observations;
  seen.workload = views.workload;
  seen.routes = views.routes;
  seen.left = views.left;
  seen.former = views.former;
  seen.requests = record.requests;
  seen.older_policy = record.older_policy;
  snapshot.at = ports_.clock.Now();
  for (core::RouteView& view : seen.routes) AwaitSettling(view, snapshot.at);
  ReadCoverage(record, kept && IsAtRest(record.state.phase), snapshot);
  ReadSources(record, snapshot);
  return snapshot;
}

bool ClusterViews::SaysTheSameAs(const ClusterViews& other) const {
  const auto same = [](const auto& a, const auto& b) {
    return std::ranges::equal(a, b, [](const auto& x, const auto& y) { return Same(x, y); });
  };
  // A ServiceLevelObjective may have changed while the policy that refers to it has not.
  return record.uid == other.record.uid &&
         record.resource_version == other.record.resource_version &&
         record.policy == other.record.policy && record.older_policy == other.record.older_policy &&
         Same(workload, other.workload) && same(routes, other.routes) && same(left, other.left) &&
         former.has_value() == other.former.has_value() &&
         (!former || Same(*former, *other.former));
}

std::shared_ptr<const ClusterViews> KeptViews::Find(const ports::Key& policy, core::TimePoint now) {
  std::shared_ptr<const ClusterViews> views;
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(policy);
    if (found == kept_.end()) return nullptr;
    views = found->second;
  }
  const core::Duration longest =
      IsAtRest(views->record.state.phase) ? kLongestAtRest : kLongestInProgress;
  const bool recent = views->at <= now && now - views->at < longest;
  if (recent && policies_.LastChange(policy) == views->last_change) return views;
  Forget(policy);
  return nullptr;
}

void KeptViews::Keep(std::shared_ptr<const ClusterViews> views) {
  const ports::Key policy = views->record.key;
  if (!views->last_change || HasProblem(*views)) return Forget(policy);
  const std::lock_guard lock(mutex_);
  kept_[policy] = std::move(views);
}

void KeptViews::Forget(const ports::Key& policy) {
  const std::lock_guard lock(mutex_);
  kept_.erase(policy);
}

}  // namespace slogate::app

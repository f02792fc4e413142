// Reads the world that one policy speaks of: workload, routes, counts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/controller/connection.h"
#include "app/controller/failures.h"
#include "app/sources/source_desk.h"
#include "app/sources/source_reader.h"
#include "slogate/core/observations.h"
#include "slogate/core/time.h"
#include "slogate/ports/budget_source.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/metrics_source.h"
#include "slogate/ports/survey.h"

namespace slogate::app {

// A policy and what it names, as the cluster had it at one time.
struct ClusterViews {
  ports::PolicyRecord record;  // `policy` is present
  core::WorkloadView workload;
  std::vector<core::RouteView> routes;
  std::vector<core::RouteView> left;
  std::optional<core::WorkloadView> former;
  std::optional<std::uint64_t> last_change;  // as the store had it before any of this was read
  core::TimePoint at{};

  // Whether a decision on one is a decision on the other.
  bool SaysTheSameAs(const ClusterViews& other) const;
};

// Views for as long as nothing has changed. Thread-safe. `policies` outlives it.
class KeptViews {
 public:
  explicit KeptViews(const ports::PolicyStore& policies) : policies_(policies) {}

  // Those that are kept, if the cluster still is so for all that its watches have told; else null.
  // Null as well after ten minutes, of a policy at rest after six hours: no watch is infallible.
  std::shared_ptr<const ClusterViews> Find(const ports::Key& policy, core::TimePoint now);

  // Not those with a problem, which may end without a change of anything that is watched.
  void Keep(std::shared_ptr<const ClusterViews> views);

  void Forget(const ports::Key& policy);

 private:
  const ports::PolicyStore& policies_;
  std::mutex mutex_;
  std::map<ports::Key, std::shared_ptr<const ClusterViews>> kept_;
};

// What was seen, and when: after the weights were read and before the counts were.
struct RolloutSnapshot {
  core::Observations observations;
  core::TimePoint at{};
  bool unread = false;  // the sources are still being read: neither counts nor budgets are known
};

// Reads what covers the canary's pods, seldom: for a policy or a revision that is new, and now and
// then. Thread-safe; one policy is read by one thread at a time.
class CoverageReader {
 public:
  explicit CoverageReader(ports::CoverageSurvey* survey) : survey_(survey) {}

  // As read lately; nothing when it could not be read. `at_rest`: nothing has changed, and nothing
  // begins, so that what blocks nothing need not be read again.
  std::optional<core::Coverage> Read(const ports::PolicyRecord& record,
                                     const core::WorkloadView& workload, core::TimePoint now,
                                     bool at_rest);

  void Forget(const ports::Key& policy);

 private:
  struct Kept {
    std::string of;  // generation and revision
    core::TimePoint at{};
    std::optional<core::Coverage> coverage;
  };

  ports::CoverageSurvey* const survey_;
  std::mutex mutex_;
  std::map<ports::Key, Kept> kept_;
};

struct ReconcilerPorts {
  ports::PolicyStore& policies;
  ports::WorkloadStore& workloads;
  ports::TrafficRouter& router;
  ports::MetricsSource& metrics;
  ports::BudgetSource& budgets;
  ports::SecretStore& secrets;
  ports::EventSink& events;
  const ports::Clock& clock;
  ports::CoverageSurvey* coverage = nullptr;  // null: what covers the canary is not checked
  SourceDesk* desk = nullptr;                 // null: the look itself waits for the sources
  ports::RequestPace* pace = nullptr;         // null: no look waits for its turn
};

// Thread-safe as its ports are.
class Observer {
 public:
  Observer(const ReconcilerPorts& ports, Providers providers, FileReader read_file,
           const ExceptionGuard& guard);

  // Reads what the policy names. `record.policy` is present. An error is one that waiting fixes.
  // What only a person can fix is part of the views, as the problem of what it concerns.
  ports::Result<ClusterViews> ReadCluster(const ports::PolicyRecord& record);

  // Adds what is not of these objects: counts, budgets, what covers the pods. Every failure to read
  // them is part of it, be it an exception: whoever asks for a rollback must not wait for counts.
  RolloutSnapshot Complete(const ClusterViews& views, bool kept);

  // What a deleted policy has to give back; `record.policy` is that of core::LeavingPolicy. Never
  // fails: a route that cannot be read has a problem, and `unread` says why the workload cannot be.
  core::Observations ObserveLeaving(const ports::PolicyRecord& record, std::string& unread);

  // Drops what is remembered for the policy, when nothing is read for it any more.
  void Forget(const ports::Key& policy);

 private:
  ports::Result<core::WorkloadView> CheckWorkload(const ports::PolicyRecord& record);
  ports::Result<core::RouteView> CheckRoute(const ports::PolicyRecord& record,
                                            const core::Route& route,
                                            const std::vector<core::Step>& steps);
  // Budgets and counts; leaves the snapshot `unread` when its desk has not got them yet.
  void ReadSources(const ports::PolicyRecord& record, RolloutSnapshot& snapshot);
  void ReadCoverage(const ports::PolicyRecord& record, bool at_rest, RolloutSnapshot& snapshot);

  const ReconcilerPorts ports_;
  SourceReader sources_;
  CoverageReader coverage_;
  const ExceptionGuard guard_;
};

}  // namespace slogate::app

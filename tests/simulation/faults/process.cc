#include "simulation/faults/process.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace slogate::faults {
namespace {

constexpr core::Duration kRetryPeriod = std::chrono::seconds(2);
constexpr core::Duration kRestart = std::chrono::seconds(2);  // of a process that ended by itself
constexpr int kMostLooks = 25;                                // at one time

ports::Error Dead() { return {ports::ErrorCode::kUnavailable, "the process is dead"}; }

// Nobody reads them, and making them takes long.
app::ControllerMetrics& SharedMetrics() {
  thread_local app::ControllerMetrics metrics{[] { return app::Load{}; }};
  return metrics;
}

}  // namespace

std::optional<ports::Error> Process::Before(const Blow& blow) {
  if (dead_) return Dead();
  if (blow.throws) throw std::runtime_error("planned");
  if (blow.error) return blow.error;
  if (!blow.dies_before) return std::nullopt;
  Die(blow.away);
  return Dead();
}

template <typename T, typename Call>
ports::Result<T> Process::Read(Port port, std::optional<T>& kept, const Call& call) {
  if (dead_) return tl::unexpected(Dead());
  const Blow blow = world_.surroundings.Meet(*this, port, false);
  if (const auto error = Before(blow)) return tl::unexpected(*error);
  if (blow.stale && kept) {
    fresh_ = false;
    return *kept;
  }
  ports::Result<T> result = call();
  if (result && world_.stale_reads) kept = *result;
  return result;
}

template <typename Result, typename Call>
Result Process::Write(Port port, const Call& call) {
  if (dead_) return tl::unexpected(Dead());
  const Blow blow = world_.surroundings.Meet(*this, port, true);
  if (const auto error = Before(blow)) return tl::unexpected(*error);
  Result result = call();
  if (blow.dies_after) {
    Die(blow.away);
    return tl::unexpected(Dead());
  }
  if (blow.answer_lost) return ports::Fail(ports::ErrorCode::kTimeout, "planned");
  return result;
}

class Process::Policies : public ports::PolicyStore {
 public:
  explicit Policies(Process& process)
      : process_(process), store_(process.world_.cluster.policies) {}

  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override {
    process_.fresh_ = true;
    auto record = process_.Read(Port::kPolicies, kept_, [&] { return store_.Get(key); });
    if (!record && process_.bug_ == Bug::kDropsOnError) {
      record.error().code = ports::ErrorCode::kNotFound;
    }
    return record;
  }

  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override {
    return process_.Write<ports::Result<std::string>>(Port::kPolicies, [&] {
      ports::PolicyRecord written = record;
      core::RolloutState spoilt = state;
      if (!Spoil(record, written, spoilt)) return ports::Result<std::string>("lost");
      const ports::Result<std::string> version = store_.WriteStatus(written, spoilt);
      if (version && *version != record.resource_version) {
        process_.world_.surroundings.StatusStored(process_);
      }
      return version;
    });
  }

  ports::Result<void> SetGuard(const ports::PolicyRecord& record, bool guarded) override {
    return process_.Write<ports::Result<void>>(Port::kPolicies,
                                               [&] { return store_.SetGuard(record, guarded); });
  }

  void Watch(const OnChange&, const OnWatchFailure&) override {}
  void Stop() override {}

 private:
  // As the planted bug has it; false: nothing is stored.
  bool Spoil(const ports::PolicyRecord& record, ports::PolicyRecord& written,
             core::RolloutState& state) const {
    using core::Phase;
    const Bug bug = process_.bug_;
    if (bug == Bug::kOverwrites) {
      if (const auto now = store_.Get(record.key)) written.resource_version = now->resource_version;
    }
    if (bug == Bug::kLosesEnds && state.phase != record.state.phase &&
        (state.phase == Phase::kPromoted || state.phase == Phase::kRolledBack)) {
      return false;
    }
    if (bug == Bug::kShortensSteps && state.stage == core::StepStage::kBaking &&
        record.state.stage != core::StepStage::kBaking) {
      state.stage_began -= std::chrono::minutes(10);
    }
    if (bug == Bug::kForgetsRejections && state.phase == Phase::kRolledBack) {
      state.rejected_revision.clear();
    }
    if (bug == Bug::kBlamesSilence && state.phase == Phase::kProgressing &&
        state.reason == core::Reason::kSourceFailed) {
      state.rejected_revision = state.candidate_revision;
      state.rejected_reason = state.reason = core::Reason::kCanaryWorse;
      state.desired_percent = 0;
      state.phase = Phase::kRollingBack;
    }
    return true;
  }

  Process& process_;
  demo::MemoryPolicyStore& store_;
  std::optional<ports::PolicyRecord> kept_;
};

class Process::Workloads : public ports::WorkloadStore {
 public:
  explicit Workloads(Process& process)
      : process_(process), store_(process.world_.cluster.workloads) {}

  ports::Result<core::WorkloadView> Observe(const ports::PolicyRecord& record) override {
    auto view = process_.Read(Port::kWorkloads, kept_, [&] { return store_.Observe(record); });
    if (view && process_.bug_ == Bug::kCountsDeadPods) {
      view->canary.available = view->canary.available_any = view->canary.desired;
    }
    return view;
  }

  ports::Result<void> Apply(const ports::PolicyRecord& record,
                            const core::Action& action) override {
    return process_.Write<ports::Result<void>>(Port::kWorkloads, [&] {
      const auto before = store_.Find("shop", "app");
      ports::Result<void> done = store_.Apply(record, action);
      using Kind = core::Action::Kind;
      if (process_.bug_ == Bug::kScalesProduction && action.kind == Kind::kScaleCanary) {
        store_.Edit("shop", "app",
                    [&](demo::MemoryDeployment& app) { app.replicas = action.value; });
      }
      if (process_.bug_ == Bug::kReleasesEarly && action.kind == Kind::kEnsureCanary) {
        store_.Edit("shop", "app", [](demo::MemoryDeployment& app) { app.paused = false; });
      }
      process_.world_.surroundings.Acted(process_, action, before);
      return done;
    });
  }

 private:
  Process& process_;
  demo::MemoryWorkloadStore& store_;
  std::optional<core::WorkloadView> kept_;
};

class Process::Router : public ports::TrafficRouter {
 public:
  explicit Router(Process& process) : process_(process), router_(process.world_.cluster.router) {}

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override {
    auto view =
        process_.Read(Port::kRouter, kept_, [&] { return router_.Observe(ns, route, steps); });
    if (view) seen_version_ = view->version;
    return view;
  }

  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route, int percent,
                                 const std::optional<std::string>& version) override {
    return process_.Write<ports::Result<void>>(Port::kRouter, [&]() -> ports::Result<void> {
      const Bug bug = process_.bug_;
      if (bug == Bug::kKeepsTraffic && percent == 0) return {};
      if (bug == Bug::kRaisesTooFar && percent > 0) percent = std::min(100, percent + 10);
      const auto was = router_.Find(ns, route.name);
      const int before = Percent(ns, route.name);
      ports::Result<void> done = router_.SetWeights(
          ns, route, percent, bug == Bug::kIgnoresVersions ? std::nullopt : version);
      const int after = Percent(ns, route.name);
      if (after == before) return done;
      const bool as_seen = was && std::to_string(was->version) == seen_version_;
      process_.world_.surroundings.WeightWritten(process_, {before, after, as_seen});
      return done;
    });
  }

 private:
  int Percent(const std::string& ns, const std::string& name) const {
    const auto route = router_.Find(ns, name);
    return route ? route->rules.front().first : 0;
  }

  Process& process_;
  demo::MemoryRouter& router_;
  std::optional<core::RouteView> kept_;
  std::string seen_version_;
};

class Process::Leases : public ports::LeaseStore {
 public:
  explicit Leases(Process& process) : process_(process), store_(process.world_.cluster.leases) {}

  ports::Result<ports::Lease> Read() override {
    return process_.Read(Port::kLeases, kept_, [&] { return store_.Read(); });
  }
  ports::Result<ports::Lease> Write(const ports::Lease& lease) override {
    return process_.Write<ports::Result<ports::Lease>>(Port::kLeases,
                                                       [&] { return store_.Write(lease); });
  }

 private:
  Process& process_;
  demo::MemoryLeaseStore& store_;
  std::optional<ports::Lease> kept_;
};

// From its start to its end.
struct Process::Life {
  explicit Life(Process& process)
      : queue({.random = [&process] { return process.dice_.Share(); },
               .now = [&process] { return process.Steady(); }}),
        guard(process.log_, SharedMetrics()),
        elector(*process.leases_, process.clock, guard,
                {.identity = "process " + std::to_string(process.number_) + "/" +
                             std::to_string(process.Steady().time_since_epoch().count()),
                 .now = [&process] { return process.Steady(); }},
                {.on_elected = [] {},
                 .on_lost = [] {},
                 .on_observed = [](const std::string&) {},
                 .on_failure = [](const ports::Error&) {}}),
        reconciler(
            {*process.policies_, *process.workloads_, *process.router_, process.world_.source,
             process.world_.source, process.world_.cluster.secrets, process.world_.cluster.events,
             process.clock},
            {},
            [](const std::string&) { return ports::Fail(ports::ErrorCode::kNotFound, "no files"); },
            process.log_, SharedMetrics(), [&process] { return process.leads(); }),
        controller(*process.policies_, reconciler, queue, process.log_, SharedMetrics(), 1) {}

  app::WorkQueue queue;
  app::ExceptionGuard guard;
  app::LeaderElector elector;
  app::Reconciler reconciler;
  app::Controller controller;  // its threads are never started
  bool started = false;        // it has led, and knows its policies
};

Process::Process(World world, int number, bool elects, std::uint64_t seed, Bug bug)
    : clock(world.clock),
      world_(world),
      number_(number),
      elects_(elects && bug != Bug::kIgnoresLease),
      bug_(bug),
      dice_(seed * 31 + static_cast<std::uint64_t>(number)),
      policies_(std::make_unique<Policies>(*this)),
      workloads_(std::make_unique<Workloads>(*this)),
      router_(std::make_unique<Router>(*this)),
      leases_(std::make_unique<Leases>(*this)),
      log_(app::LogLevel::kError, app::LogFormat::kText, lines_) {}

Process::~Process() = default;

app::WorkQueue::Instant Process::Steady() const {
  return app::WorkQueue::Instant(world_.surroundings.Now() + std::chrono::hours(1));
}

bool Process::leads() const {
  if (dead_ || !life_) return false;
  return !elects_ || life_->elector.IsLeader();
}

void Process::Begin() {
  life_ = std::make_unique<Life>(*this);
  next_check_ = world_.surroundings.Now();
}

void Process::Tick() {
  if (stands) return;
  const core::Duration now = world_.surroundings.Now();
  if (dead_) {
    life_.reset();
    dead_ = false;
  }
  if (!life_) {
    if (now < back_at_) return;
    Begin();
  }
  if (elects_ && now >= next_check_) {
    next_check_ = now + kRetryPeriod;
    if (!life_->elector.Check()) return Die(kRestart);
  }
  if (dead_ || !leads()) return;
  if (!std::exchange(life_->started, true)) life_->queue.Add(kPolicyKey);
  for (int look = 0; look < kMostLooks && !dead_; ++look) {
    const auto key = life_->queue.TryTake();
    if (!key) return;
    life_->controller.Handle(*key);
  }
}

void Process::Hear() {
  if (runs() && hears && life_->started) life_->queue.Add(kPolicyKey);
}

void Process::Stop(core::Duration away) {
  if (!runs() || stands) return;
  if (elects_) life_->elector.Release();
  Die(away);
}

void Process::Die(core::Duration away) {
  dead_ = true;
  back_at_ = world_.surroundings.Now() + away;
}

}  // namespace slogate::faults

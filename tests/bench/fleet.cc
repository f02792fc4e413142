#include "bench/fleet.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <vector>

#include "app/controller/controller.h"
#include "support/fakes.h"
#include "support/sample_policy.h"

namespace slogate::bench {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr int kPoliciesOfNamespace = 50;

ports::Key KeyOf(int policy) {
  return {"team-" + std::to_string(policy / kPoliciesOfNamespace),
          "service-" + std::to_string(policy)};
}

// A rollout of it bakes in its first step for as long as anybody measures.
core::Policy PolicyOf(const std::string& name) {
  core::Policy policy = tests::SamplePolicy();
  policy.workload.deployment = name;
  policy.workload.canary_deployment = name + "-canary";
  policy.routes = {tests::RouteTo(name)};
  policy.budget = core::RolloutBudget{};
  policy.objectives.push_back(policy.objectives.front());
  policy.objectives.back().name = "quality";
  policy.steps = {{.weight_percent = 10,
                   .min_duration = hours(10'000),
                   .max_duration = hours(20'000),
                   .require = core::Require::kProvenNotWorse}};
  return policy;
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

// The ports of a cluster, which note the requests that the Kubernetes adapters make for a call; see
// tests/contract/resting_requests_test.cc.
class CountedPolicies : public ports::PolicyStore {
 public:
  CountedPolicies(ports::PolicyStore& store, ApiRequests& api) : store_(store), api_(api) {}

  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override {
    ++api_.gets;
    return store_.Get(key);
  }
  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override {
    auto written = store_.WriteStatus(record, state);
    if (written && *written != record.resource_version) ++api_.puts;
    return written;
  }
  ports::Result<void> SetGuard(const ports::PolicyRecord& record, bool guarded) override {
    ++api_.gets;
    ++api_.patches;
    return store_.SetGuard(record, guarded);
  }
  void Watch(const OnChange& changed, const OnWatchFailure& failed) override {
    store_.Watch(changed, failed);
  }
  void Stop() override { store_.Stop(); }
  std::optional<std::uint64_t> LastChange(const ports::Key& key) const override {
    return store_.LastChange(key);
  }

 private:
  ports::PolicyStore& store_;
  ApiRequests& api_;
};

class CountedWorkloads : public ports::WorkloadStore {
 public:
  CountedWorkloads(ports::WorkloadStore& store, ApiRequests& api) : store_(store), api_(api) {}

  ports::Result<core::WorkloadView> Observe(const ports::PolicyRecord& record) override {
    auto view = store_.Observe(record);
    api_.gets += 4;  // two Deployments and two Services
    // ReplicaSets and pods of each Deployment.
    if (view) api_.lists += (view->baseline.exists ? 2 : 0) + (view->canary.exists ? 2 : 0);
    return view;
  }
  ports::Result<void> Apply(const ports::PolicyRecord& record,
                            const core::Action& action) override {
    ++api_.gets;
    ++api_.patches;
    return store_.Apply(record, action);
  }

 private:
  ports::WorkloadStore& store_;
  ApiRequests& api_;
};

class CountedRouter : public ports::TrafficRouter {
 public:
  CountedRouter(ports::TrafficRouter& router, ApiRequests& api) : router_(router), api_(api) {}

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override {
    ++api_.gets;
    return router_.Observe(ns, route, steps);
  }
  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent,
                                 const std::optional<std::string>& version) override {
    ++api_.gets;
    ++api_.patches;
    return router_.SetWeights(ns, route, canary_percent, version);
  }

 private:
  ports::TrafficRouter& router_;
  ApiRequests& api_;
};

class CountedBudgets : public ports::BudgetSource {
 public:
  explicit CountedBudgets(double& reads) : reads_(reads) {}

  core::BudgetReading ReadBudget(const std::string& key, const ports::MetricsConnection& connection,
                                 const core::BudgetPlan& plan) override {
    ++reads_;
    return tests::FakeBudgetSource().ReadBudget(key, connection, plan);
  }
  void ForgetBudgets(const std::string&) override {}

 private:
  double& reads_;
};

class NoEvents : public ports::EventSink {
 public:
  void Record(const ports::PolicyRecord&, const core::HistoryEntry&) override {}
};

}  // namespace

struct Fleet::Impl {
  Impl(int count, bool watched) {
    policies_in_memory.Follow(watched);
    tests::FakeTraffic traffic;
    traffic.history_blocks = 1000;
    source.SetTraffic(traffic);
    const auto touch = [this](const std::string& ns, const std::string& name) {
      const std::string of_canary = "-canary";
      policies_in_memory.Touch(
          {ns, name.ends_with(of_canary) ? name.substr(0, name.size() - of_canary.size()) : name});
    };
    for (int i = 0; i < count; ++i) {
      const ports::Key key = KeyOf(i);
      keys.push_back(key);
      policies_in_memory.Put(key, PolicyOf(key.name));
      workloads_in_memory.Deploy(key.ns, key.name, "v1");
      demo::MemoryRoute route;
      route.rules = {{0, 100}};
      routes_in_memory.Put(key.ns, key.name, route);
    }
    workloads_in_memory.OnChange(touch);
    routes_in_memory.OnChange(touch);
    out.setstate(std::ios::badbit);  // nobody reads the log
  }

  int Handle() {
    for (const ports::Key& key : policies_in_memory.TakeChanges()) queue.Add(key);
    int handled = 0;
    while (const auto key = queue.TryTake()) {
      controller.Handle(*key);
      last_look[*key] = clock.Now();
      ++handled;
    }
    return handled;
  }

  tests::FakeClock clock;
  ApiRequests api;
  double budget_reads = 0;
  std::vector<ports::Key> keys;
  std::map<ports::Key, core::TimePoint> last_look;
  int released = 0;

  demo::MemoryPolicyStore policies_in_memory{clock};
  demo::MemoryWorkloadStore workloads_in_memory;
  demo::MemoryRouter routes_in_memory;
  CountedPolicies policies{policies_in_memory, api};
  CountedWorkloads workloads{workloads_in_memory, api};
  CountedRouter router{routes_in_memory, api};
  tests::FakeMetricsSource source;
  CountedBudgets budgets{budget_reads};
  demo::MemorySecretStore secrets;
  NoEvents events;
  std::ostringstream out;
  app::Log log{app::LogLevel::kError, app::LogFormat::kText, out};
  app::ControllerMetrics metrics{[] { return app::Load{}; }};
  app::WorkQueue queue{
      {.random =
           [engine = std::mt19937_64(1)]() mutable {
             return std::uniform_real_distribution<double>(0, 1)(engine);
           },
       .now = [this] { return app::WorkQueue::Instant(clock.Now().time_since_epoch()); }}};
  app::Reconciler reconciler{
      {policies, workloads, router, source, budgets, secrets, events, clock},
      {},
      [](const std::string&) { return ports::Fail(ports::ErrorCode::kNotFound, "no files"); },
      log,
      metrics,
      [] { return true; }};
  app::Controller controller{policies, reconciler, queue, log, metrics, 1};
};

Fleet::Fleet(int policies, bool watched) : impl_(std::make_unique<Impl>(policies, watched)) {}
Fleet::~Fleet() = default;

void Fleet::Release(int count) {
  impl_->released = count;
  for (int i = 0; i < count; ++i) {
    const ports::Key key = KeyOf(i);
    impl_->workloads_in_memory.Deploy(key.ns, key.name, "v2");
  }
}

int Fleet::Baking() const {
  return static_cast<int>(std::ranges::count_if(impl_->keys, [this](const ports::Key& key) {
    const core::RolloutState state = impl_->policies_in_memory.Peek(key).state;
    return state.phase == core::Phase::kProgressing && state.stage == core::StepStage::kBaking;
  }));
}

Costs Fleet::Run(core::Duration length) {
  Impl& fleet = *impl_;
  const auto reads = [&] {
    return fleet.budget_reads + fleet.source.counts() + fleet.source.histories();
  };
  Costs costs;
  costs.length = length;
  const double reads_before = reads();
  const double cpu_before = CpuSeconds();
  fleet.api = {};
  for (const core::TimePoint end = fleet.clock.Now() + length; fleet.clock.Now() < end;) {
    fleet.clock.Advance(seconds(1));
    const double began = CpuSeconds();
    costs.looks += fleet.Handle();
    costs.slowest_second = std::max(costs.slowest_second, CpuSeconds() - began);
  }
  costs.cpu_seconds = CpuSeconds() - cpu_before;
  costs.api = fleet.api;
  costs.prometheus_reads = reads() - reads_before;
  for (int i = 0; i < fleet.released; ++i) {
    costs.oldest_decision = std::max<core::Duration>(costs.oldest_decision,
                                                     fleet.clock.Now() - fleet.last_look[KeyOf(i)]);
  }
  return costs;
}

double Resident() {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

}  // namespace slogate::bench

#include "demo/simulated_cluster.h"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "adapters/process/process.h"
#include "app/cli/frame/adapters.h"
#include "demo/machine/machine.h"

namespace slogate::demo {

using nlohmann::json;

namespace {

DemoScenario Good(const char* name, const char* story, Trouble trouble) {
  return {{{kDemoNamespace, name}, story, core::Phase::kPromoted, {}}, "good", trouble};
}

DemoScenario Bad(const char* name, const char* story, const char* profile,
                 const char* failed_objectives) {
  return {{{kDemoNamespace, name}, story, core::Phase::kRolledBack, {failed_objectives}},
          profile,
          Trouble::kNone};
}

DemoScenario BudgetBurn() {
  DemoScenario scenario =
      Good("budget-burn", "good; for a while both versions fail", Trouble::kSharedIncident);
  scenario.release.right_pause = core::Reason::kBudgetBurning;
  return scenario;
}

json Objective(const char* name, double target, json indicator) {
  return {
      {"name", name}, {"dimension", name}, {"target", target}, {"indicator", std::move(indicator)}};
}

json Counters(const std::string& total, const std::string& bad) {
  return {{"counters", {{"total", total}, {"bad", bad}}}};
}

// The series of this workload only: its error budget is that of both tracks together.
std::string Of(const std::string& name, const char* metric, const char* matcher = nullptr) {
  std::string selector = std::string(metric) + "{service=~\"" + name + "(-canary)?\"";
  if (matcher != nullptr) selector += std::string(",") + matcher;
  return selector + "}";
}

// Seconds where a real cluster has minutes and hours.
json BurnRates() {
  return {{{"severity", "Page"}, {"longWindow", "8s"}, {"shortWindow", "3s"}, {"factor", 4}}};
}

json Objectives(const std::string& name) {
  json objectives = {
      Objective("availability", 99,
                Counters(Of(name, "http_requests_total"),
                         Of(name, "http_requests_total", "code=~\"5..\""))),
      Objective("latency", 98,
                {{"histogram",
                  {{"metric", Of(name, "http_request_duration_seconds")}, {"threshold", 0.3}}}}),
      Objective(
          "quality", 95,
          Counters(Of(name, "answers_total"), Of(name, "answers_total", "grounded=\"false\"")))};
  for (json& objective : objectives) {
    objective["window"] = "10m";
    objective["burnRates"] = BurnRates();
  }
  return objectives;
}

// Minutes or hours in a real cluster.
json Steps() {
  return {{{"weight", 10}, {"minDuration", "6s"}},
          {{"weight", 25}, {"minDuration", "6s"}},
          {{"weight", 50}, {"minDuration", "6s"}, {"require", "ProvenNotWorse"}}};
}

json PolicySpec(const std::string& name, const std::string& prometheus) {
  const auto matcher = [](const std::string& service) { return "service=\"" + service + "\""; };
  return {{"workload",
           {{"ref", {{"kind", "Deployment"}, {"name", name}}},
            {"scaleDownDelay", "1s"},
            {"progressDeadline", "60s"}}},
          {"routes",
           {{{"httpRoute",
              {{"name", name}, {"canaryService", CanaryService(name)}, {"baselineService", name}}},
             {"settleTime", "500ms"}}}},
          {"prometheus",
           {{"address", prometheus},
            {"timeout", "5s"},
            {"scrapeInterval", "250ms"},
            {"scrapesPerBlock", 4}}},
          {"tracks", {{"canary", matcher(CanaryService(name))}, {"baseline", matcher(name)}}},
          {"objectives", Objectives(name)},
          {"budget", {{"onBurning", "Pause"}}},
          {"steps", Steps()}};
}

constexpr int kReplicas = 3;
constexpr int kRequestsPerSecond = 2000;
constexpr std::chrono::milliseconds kScrapeInterval{250};
constexpr WorldDelays kDelays{.pods = core::Duration(150), .routes = core::Duration(40)};
constexpr std::chrono::seconds kTrouble{8};  // longer than a step
constexpr double kIncidentErrors = 0.15;     // of both versions' requests; 0.5 % otherwise
// What Prometheus has of a baseline before its rollout begins: dispersion is judged from it.
constexpr double kMinScrapes = 12;
constexpr const char* kOldVersion = "v1";
constexpr const char* kNewVersion = "v2";

// A port of the world, which outlives it.
template <typename Port>
std::shared_ptr<Port> Lent(Port& port) {
  return {std::shared_ptr<void>(), &port};
}

}  // namespace

std::vector<DemoScenario> Scenarios() {
  return {Good("good", "as good as the old version", Trouble::kNone),
          Bad("errors", "5 % of the requests fail; 0.5 % did", "errors", "availability"),
          Bad("slow-tail", "8 % are slow, 1 % was; the median is the same", "slow-tail", "latency"),
          Bad("wrong-answers", "fast, no errors, but 15 % wrong; 3 % were", "wrong", "quality"),
          Good("metrics-outage", "good, but its Prometheus fails for a while",
               Trouble::kPrometheusFails),
          BudgetBurn()};
}

std::string ToString(Trouble trouble) {
  switch (trouble) {
    case Trouble::kNone:
      return "";
    case Trouble::kPrometheusFails:
      return "Prometheus fails";
    case Trouble::kSharedIncident:
      return "both versions fail";
  }
  return "";
}

std::string CanaryService(const std::string& name) { return name + "-canary"; }
std::string CanaryDeployment(const std::string& name) { return name + "-canary"; }

json DemoPolicy(const std::string& name, const std::string& prometheus) {
  return {{"apiVersion", "slogate.dev/v1alpha1"},
          {"kind", "RolloutPolicy"},
          {"metadata", {{"name", name}, {"namespace", kDemoNamespace}}},
          {"spec", PolicySpec(name, prometheus)}};
}

ports::Result<std::unique_ptr<app::DemoEnvironment>> SimulatedCluster::Start(
    const app::DemoOptions& options, const ports::Clock& clock) {
  if (adapters::process::FindProgram(options.prometheus).empty()) {
    return ports::Fail(
        ports::ErrorCode::kInvalidArgument,
        options.prometheus + " not found: apt install prometheus, or --prometheus PATH");
  }
  try {
    return std::unique_ptr<app::DemoEnvironment>(new SimulatedCluster(options, clock));
  } catch (const std::exception& exception) {
    return ports::Fail(ports::ErrorCode::kUnavailable, exception.what());
  }
}

SimulatedCluster::SimulatedCluster(const app::DemoOptions& options, const ports::Clock& clock)
    : seed_(options.seed),
      scenarios_(Scenarios()),
      world_(clock, kDelays),
      service_(*this),
      prometheus_(kScrapeInterval, Targets(), options.prometheus),
      front_(prometheus_.address()),
      failing_front_(prometheus_.address()) {
  for (const DemoScenario& scenario : scenarios_) {
    const std::string& name = scenario.name();
    releases_.push_back(scenario.release);
    world_.workloads.Deploy(kDemoNamespace, name, kOldVersion, kReplicas);
    world_.router.Put(kDemoNamespace, name, {.rules = {{0, 100}}});
    const bool fails = scenario.trouble == Trouble::kPrometheusFails;
    world_.policies.Apply(DemoPolicy(name, (fails ? failing_front_ : front_).address()));
  }
}

std::vector<ScrapeTarget> SimulatedCluster::Targets() const {
  std::vector<ScrapeTarget> targets;
  for (const DemoScenario& scenario : scenarios_) {
    for (const std::string& service : {CanaryService(scenario.name()), scenario.name()}) {
      targets.push_back({kDemoNamespace, service, service_.port()});
    }
  }
  return targets;
}

int SimulatedCluster::requests_per_second() const { return kRequestsPerSecond; }

app::Cluster SimulatedCluster::Connect() {
  app::Cluster cluster;
  cluster.policies = Lent(world_.policies);
  cluster.workloads = Lent(world_.workloads);
  cluster.router = Lent(world_.router);
  cluster.events = Lent(world_.events);
  cluster.secrets = Lent(world_.secrets);
  cluster.leases = Lent(world_.leases);
  return cluster;
}

std::vector<ServedRoute> SimulatedCluster::Routes() const {
  std::vector<ServedRoute> routes;
  for (const DemoScenario& scenario : scenarios_) {
    const std::string& name = scenario.name();
    const std::optional<MemoryRoute> route = world_.router.Find(kDemoNamespace, name);
    if (!route) continue;
    ServedRoute& served = routes.emplace_back(ServedRoute{kDemoNamespace, name, {}});
    for (const auto& [canary, baseline] : route->served) {
      served.rules.push_back({{CanaryService(name), canary}, {name, baseline}});
    }
  }
  return routes;
}

std::vector<ServingPods> SimulatedCluster::Behind(const std::string& ns,
                                                  const std::string& service) const {
  const auto scenario = std::ranges::find_if(scenarios_, [&](const DemoScenario& one) {
    return service == CanaryService(one.name()) || service == one.name();
  });
  if (scenario == scenarios_.end()) return {};
  const bool canary = service == CanaryService(scenario->name());
  const auto deployment =
      world_.workloads.Find(ns, canary ? CanaryDeployment(scenario->name()) : scenario->name());
  if (!deployment) return {};
  const auto profile = [&](const std::string& revision) {
    return revision == kNewVersion ? scenario->profile : "good";
  };
  std::vector<ServingPods> pods;
  for (const auto& [revision, count] :
       {std::pair(deployment->running_revision, deployment->current_pods),
        std::pair(deployment->old_revision, deployment->old_pods)}) {
    if (count > 0) pods.push_back({PodTemplateHash(revision), profile(revision), count});
  }
  return pods;
}

bool SimulatedCluster::AllReady() {
  return std::ranges::all_of(scenarios_, [this](const DemoScenario& scenario) {
    const auto record = world_.policies.Get(scenario.release.policy);
    return record && record->state.phase == core::Phase::kReady;
  });
}

bool SimulatedCluster::ReadyToRelease() {
  if (!AllReady()) return false;
  if (!users_came_) {
    service_.AddTraffic(kDemoNamespace, {.requests_per_second = kRequestsPerSecond, .seed = seed_});
    users_came_ = true;
  }
  const auto scraped = prometheus_.Value(
      "count(count_over_time(http_requests_total{service!~\".*-canary\",code=\"200\"}[1m]) >= " +
      std::to_string(kMinScrapes) + ")");
  return scraped == static_cast<double>(scenarios_.size());
}

void SimulatedCluster::Release() {
  for (const DemoScenario& scenario : scenarios_) {
    world_.workloads.Deploy(kDemoNamespace, scenario.name(), kNewVersion);
  }
}

void SimulatedCluster::Advance() {
  world_.Advance();
  for (const DemoScenario& scenario : scenarios_) {
    if (scenario.trouble != Trouble::kNone) PlayTrouble(scenario);
  }
}

// Begins once the canary has more than its first share, and ends by itself; comes only once.
void SimulatedCluster::PlayTrouble(const DemoScenario& scenario) {
  const auto now = std::chrono::steady_clock::now();
  const auto began = trouble_ends_.find(scenario.name());
  if (began == trouble_ends_.end()) {
    const auto record = world_.policies.Get(scenario.release.policy);
    if (!record || record->state.phase != core::Phase::kProgressing || record->state.step < 1) {
      return;
    }
    SetTrouble(scenario, true);
    trouble_ends_[scenario.name()] = now + kTrouble;
  } else if (now >= began->second) {
    SetTrouble(scenario, false);
  }
}

void SimulatedCluster::SetTrouble(const DemoScenario& scenario, bool on) {
  switch (scenario.trouble) {
    case Trouble::kNone:
      return;
    case Trouble::kPrometheusFails:
      return failing_front_.Set(on ? MetricsFront::Mode::kServerError : MetricsFront::Mode::kPass);
    case Trouble::kSharedIncident:
      return service_.SetIncident(kDemoNamespace, scenario.name(), on ? kIncidentErrors : 0);
  }
}

app::DemoFacts SimulatedCluster::FactsOf(std::size_t release) {
  const DemoScenario& scenario = scenarios_.at(release);
  const std::string& name = scenario.name();
  app::DemoFacts facts;
  const ServedRequests served = service_.ServedBy(kDemoNamespace, CanaryService(name));
  facts.canary_requests = served.all;
  facts.canary_bad = served.bad;
  const auto production = world_.workloads.Find(kDemoNamespace, name);
  facts.baseline_is_candidate = production && production->running_revision == kNewVersion;
  facts.canary_at_rest = !world_.workloads.Find(kDemoNamespace, CanaryDeployment(name));
  const auto ends = trouble_ends_.find(name);
  if (ends != trouble_ends_.end() && std::chrono::steady_clock::now() < ends->second) {
    facts.trouble = ToString(scenario.trouble);
  }
  return facts;
}

}  // namespace slogate::demo

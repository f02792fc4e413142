#include "sandbox/demo/demo_world.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <stdexcept>
#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/object_path.h"
#include "sandbox/demo/definitions.h"
#include "sandbox/demo/demo_objects.h"
#include "sandbox/process/process.h"

namespace slogate::sandbox {

using adapters::kubernetes::CollectionPath;
using adapters::kubernetes::Field;
using adapters::kubernetes::NumberField;
using adapters::kubernetes::ObjectPath;
using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

constexpr int kRequestsPerSecond = 2000;
constexpr std::chrono::milliseconds kScrapeInterval{250};
constexpr std::chrono::milliseconds kGatewayDelay{40};
constexpr std::chrono::seconds kTrouble{8};  // longer than a step
constexpr double kIncidentErrors = 0.15;     // of both versions' requests; 0.5 % otherwise
// What Prometheus has of a baseline before its rollout begins: dispersion is judged from it.
constexpr double kLeastScrapes = 12;

const std::string kRoutes = "gateway.networking.k8s.io/v1";
const std::string kPolicies = "slogate.dev/v1alpha1";

adapters::kubernetes::ClusterConfig ConfigFor(const std::string& url) {
  adapters::kubernetes::ClusterConfig config;
  config.server = url;
  return config;
}

template <typename T>
void Need(const ports::Result<T>& result, const std::string& what) {
  if (!result) throw std::runtime_error(what + ": " + result.error().message);
}

json Read(Store& store, const std::string& path) {
  auto read = store.Get(path);
  return read ? *std::move(read) : json();
}

}  // namespace

struct DemoWorld::Parts {
  explicit Parts(const std::string& url)
      : client(ConfigFor(url)),
        kubelet(client, {}),
        gateway(client, kGatewayDelay),
        workloads(client),
        service(client, gateway) {}

  ~Parts() {
    service.Stop();
    workloads.Stop();
    gateway.Stop();
    kubelet.Stop();
  }

  adapters::kubernetes::KubeClient client;
  KubeletActor kubelet;
  GatewayActor gateway;
  WorkloadActor workloads;
  SimulatedService service;
  std::unique_ptr<PrometheusServer> prometheus;
  std::unique_ptr<MetricsFront> front;          // healthy
  std::unique_ptr<MetricsFront> failing_front;  // for a while
  // By rollout: when its trouble ends, once it has begun.
  std::map<std::string, std::chrono::steady_clock::time_point> trouble_ends;
};

ports::Result<std::unique_ptr<app::Sandbox>> DemoWorld::Start(const app::SandboxOptions& options) {
  if (FindProgram(options.prometheus).empty()) {
    return ports::Fail(
        ports::ErrorCode::kInvalidArgument,
        options.prometheus + " not found: apt install prometheus, or --prometheus PATH");
  }
  try {
    return std::unique_ptr<app::Sandbox>(new DemoWorld(options));
  } catch (const std::exception& exception) {
    return ports::Fail(ports::ErrorCode::kUnavailable, exception.what());
  }
}

DemoWorld::DemoWorld(const app::SandboxOptions& options)
    : seed_(options.seed), scenarios_(Scenarios()), folder_("slogate-demo") {
  for (const Scenario& scenario : scenarios_) rollouts_.push_back(scenario.rollout);
  StartApiServer();
  parts_ = std::make_unique<Parts>(server_->url());
  StartPrometheus(options.prometheus);
  Populate();
}

DemoWorld::~DemoWorld() = default;

void DemoWorld::StartApiServer() {
  Need(store_.Install(kHttpRouteDefinition), "HTTPRoute");
  Need(store_.Install(kRolloutPolicyDefinition), "RolloutPolicy");
  ports::Result<std::unique_ptr<ApiServer>> server = ApiServer::Start(store_);
  Need(server, "API server");
  server_ = std::move(*server);
  WriteFile(kubeconfig(), server_->Kubeconfig());
}

void DemoWorld::StartPrometheus(const std::string& program) {
  std::vector<ScrapeTarget> targets;
  for (const Scenario& scenario : scenarios_) {
    for (const std::string& service :
         {CanaryService(scenario.name()), BaselineService(scenario.name())}) {
      targets.push_back({kDemoNamespace, service, parts_->service.port()});
    }
  }
  parts_->prometheus = std::make_unique<PrometheusServer>(kScrapeInterval, targets, program);
  parts_->front = std::make_unique<MetricsFront>(parts_->prometheus->address());
  parts_->failing_front = std::make_unique<MetricsFront>(parts_->prometheus->address());
}

void DemoWorld::Populate() {
  for (const Scenario& scenario : scenarios_) {
    const std::string& name = scenario.name();
    Need(store_.Create(CollectionPath("apps/v1", kDemoNamespace, "deployments"),
                       DemoDeployment(name, 1, "good")),
         "Deployment " + name);
    Need(store_.Create(CollectionPath(kRoutes, kDemoNamespace, "httproutes"), DemoRoute(name)),
         "HTTPRoute " + name);
    const MetricsFront& front =
        scenario.trouble == Trouble::kPrometheusFails ? *parts_->failing_front : *parts_->front;
    Need(store_.Create(CollectionPath(kPolicies, kDemoNamespace, "rolloutpolicies"),
                       DemoPolicy(name, front.address())),
         "RolloutPolicy " + name);
  }
}

int DemoWorld::requests_per_second() const { return kRequestsPerSecond; }

bool DemoWorld::AllRest() {
  return std::all_of(scenarios_.begin(), scenarios_.end(), [this](const Scenario& scenario) {
    const json policy =
        Read(store_, ObjectPath(kPolicies, kDemoNamespace, "rolloutpolicies", scenario.name()));
    return TextField(policy, {"status", "phase"}) == "Ready";
  });
}

bool DemoWorld::ReadyToRelease() {
  if (!AllRest()) return false;
  if (!users_came_) {
    parts_->service.AddTraffic(kDemoNamespace,
                               {.requests_per_second = kRequestsPerSecond, .seed = seed_});
    users_came_ = true;
  }
  const auto scraped = parts_->prometheus->Value(
      "count(count_over_time(http_requests_total{service=~\".*-baseline\",code=\"200\"}[1m]) >= " +
      std::to_string(kLeastScrapes) + ")");
  return scraped == static_cast<double>(scenarios_.size());
}

ports::Result<void> DemoWorld::Release() {
  for (const Scenario& scenario : scenarios_) {
    const auto patched =
        store_.MergePatch(ObjectPath("apps/v1", kDemoNamespace, "deployments", scenario.name()),
                          DemoRelease(scenario.name(), 2, scenario.profile));
    if (!patched) return tl::unexpected(patched.error());
  }
  return {};
}

void DemoWorld::Look() {
  for (const Scenario& scenario : scenarios_) {
    if (scenario.trouble != Trouble::kNone) PlayTrouble(scenario);
  }
}

// Begins once the canary has more than its first share, and ends by itself; comes only once.
void DemoWorld::PlayTrouble(const Scenario& scenario) {
  const auto now = std::chrono::steady_clock::now();
  const auto began = parts_->trouble_ends.find(scenario.name());
  if (began == parts_->trouble_ends.end()) {
    const json policy =
        Read(store_, ObjectPath(kPolicies, kDemoNamespace, "rolloutpolicies", scenario.name()));
    if (NumberField(policy, {"status", "step"}) < 2) return;
    SetTrouble(scenario, true);
    parts_->trouble_ends[scenario.name()] = now + kTrouble;
  } else if (now >= began->second) {
    SetTrouble(scenario, false);
  }
}

void DemoWorld::SetTrouble(const Scenario& scenario, bool on) {
  switch (scenario.trouble) {
    case Trouble::kNone:
      return;
    case Trouble::kPrometheusFails:
      return parts_->failing_front->Set(on ? MetricsFront::Mode::kServerError
                                           : MetricsFront::Mode::kPass);
    case Trouble::kSharedIncident:
      return parts_->service.SetIncident(kDemoNamespace, scenario.name(), on ? kIncidentErrors : 0);
  }
}

app::SandboxFacts DemoWorld::FactsOf(std::size_t rollout) {
  const Scenario& scenario = scenarios_.at(rollout);
  const std::string& name = scenario.name();
  app::SandboxFacts facts;
  const ServedRequests served = parts_->service.ServedBy(kDemoNamespace, CanaryService(name));
  facts.canary_requests = served.all;
  facts.canary_bad = served.bad;
  const json user = Read(store_, ObjectPath("apps/v1", kDemoNamespace, "deployments", name));
  const json twin =
      Read(store_, ObjectPath("apps/v1", kDemoNamespace, "deployments", BaselineDeployment(name)));
  const json candidate = DemoDeployment(name, 2, scenario.profile);
  const auto pods = [](const json& deployment) -> const json& {
    return Field(deployment, {"spec", "template", "spec"});
  };
  facts.baseline_is_candidate = pods(twin) == pods(candidate);
  facts.canary_at_rest = NumberField(user, {"spec", "replicas"}, 1) == 0;
  const auto ends = parts_->trouble_ends.find(name);
  if (ends != parts_->trouble_ends.end() && std::chrono::steady_clock::now() < ends->second) {
    facts.trouble = ToString(scenario.trouble);
  }
  return facts;
}

}  // namespace slogate::sandbox

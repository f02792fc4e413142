#include "support/world.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "spec/text/units.h"
#include "support/built_servers.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

constexpr const char* kGateLease =
    "/apis/coordination.k8s.io/v1/namespaces/slogate-system/leases/slogate";
// An API server that has just started answers before it knows its roles.
constexpr std::chrono::seconds kUntilRolesAreKnown{10};
constexpr std::chrono::milliseconds kGatewayDelay{40};
constexpr std::chrono::milliseconds kLook{100};
constexpr std::chrono::milliseconds kSecondWriterPeriod{700};

KubeServers& PreparedServers(const std::string& source_dir) {
  KubeServers& servers = KubeServers::Shared();
  servers.InstallRoutes();
  servers.InstallHold();
  servers.Install(source_dir + "/crds/rolloutpolicies.slogate.dev.yaml");
  servers.Install(source_dir + "/crds/servicelevelobjectives.slogate.dev.yaml");
  // An earlier controller of this process may have been killed with the lease in its hand.
  (void)servers.client().Delete(kGateLease);
  return servers;
}

std::vector<std::string> ServicesOf(const RouteShape& shape) {
  if (shape.CountsPods()) return {kRoute};
  return {kCanaryService, kBaselineService};
}

json RouteTo(const std::string& service) {
  const json backends = json::array({{{"name", service}, {"port", 80}}});
  return {{"apiVersion", "gateway.networking.k8s.io/v1"},
          {"kind", "HTTPRoute"},
          {"metadata", {{"name", service}}},
          {"spec",
           {{"parentRefs", {{{"name", "public"}}}},
            {"hostnames", {service + ".example.com"}},
            {"rules", {{{"name", "main"}, {"backendRefs", backends}}}}}}};
}

bool AtEnd(const std::string& phase) { return phase == "Promoted" || phase == "RolledBack"; }

}  // namespace

World::World(Options options, const std::vector<RolloutSettings>& settings)
    : options_(std::move(options)),
      servers_(PreparedServers(options_.source_dir)),
      account_(InstallGateAccount(servers_, "all_routers")),
      logs_("slogate-world"),
      kubelet_(servers_.client(), {}),
      gateway_(servers_.client(), kGatewayDelay, "httproutes"),
      grpc_gateway_(servers_.client(), kGatewayDelay, "grpcroutes"),
      traffic_(servers_.client(), gateway_, grpc_gateway_),
      service_(std::make_unique<SimulatedService>(traffic_)) {
  Populate(settings);
}

World::~World() {
  second_writer_.reset();
  for (Rollout& rollout : rollouts_) {
    service_->RemoveTraffic(rollout.ns());
    rollout.DeletePolicy();
    rollout.DropFinalizers();
    (void)servers_.client().Delete("/api/v1/namespaces/" + rollout.ns());
  }
}

void World::Populate(const std::vector<RolloutSettings>& settings) {
  std::vector<ScrapeTarget> targets;
  SecondWriter::Routes routes;
  for (const RolloutSettings& one : settings) {
    const std::string& ns = rollouts_.emplace_back(servers_, one).ns();
    const RouteShape& shape = ShapeOf(one.route_kind);
    routes.emplace_back(ns, &shape);
    for (const std::string& name : ServicesOf(shape)) {
      ScrapeTarget& target = targets.emplace_back();
      target = {ns, name, service_->port()};
      if (!options_.scraped_twice) continue;
      target.pod = name + "-0";
      target.jobs = {"pods", "services"};
    }
  }
  if (!options_.without_policy.empty()) {
    MakeServiceWithoutPolicy();
    for (const std::string& name : {options_.without_policy, options_.without_policy + "-canary"}) {
      targets.push_back({options_.without_policy, name, service_->port()});
    }
  }
  targets.insert(targets.end(), options_.more_targets.begin(), options_.more_targets.end());
  prometheus_ =
      std::make_unique<PrometheusServer>(options_.scrape_interval, targets, PrometheusProgram());
  front_ = std::make_unique<MetricsFront>(prometheus_->address());
  for (Rollout& rollout : rollouts_) rollout.CreatePolicy(front_->address());
  if (!options_.second_writer) return;
  second_writer_ = std::make_unique<SecondWriter>(servers_.client(), routes, kSecondWriterPeriod);
}

void World::MakeServiceWithoutPolicy() {
  const std::string& name = options_.without_policy;
  const auto create = [&](const std::string& collection, const json& object) {
    const auto created = servers_.client().Create(collection, object);
    if (!created) throw std::runtime_error(name + ": " + created.error().message);
  };
  create("/api/v1/namespaces",
         {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}});
  create("/apis/apps/v1/namespaces/" + name + "/deployments",
         DeploymentObject(name, 4, {"good", "ready", "1"}));
  create("/api/v1/namespaces/" + name + "/services", ServiceObject(name, name));
  create("/apis/gateway.networking.k8s.io/v1/namespaces/" + name + "/httproutes", RouteTo(name));
}

Process World::StartGate(const GateOptions& options) {
  const GateAccount& account = options.account ? *options.account : account_;
  newest_log_ = logs_.File("gate-" + std::to_string(next_log_++) + ".log");
  std::vector<std::string> arguments = {
      options_.gate, "run",         "--kubeconfig", account.kubeconfig,
      "--listen",    "127.0.0.1:0", "--namespace",  options.ns.empty() ? "all" : options.ns};
  if (options.leader_elect) {
    arguments.insert(arguments.end(), {"--leader-elect", "--lease-namespace", kGateNamespace,
                                       "--lease-name", account.name});
  }
  if (options.short_lease) {
    arguments.insert(arguments.end(),
                     {"--lease-duration", "6s", "--renew-deadline", "4s", "--retry-period", "1s"});
  }
  return Process::Start({.arguments = std::move(arguments),
                         .environment = options.environment,
                         .log_path = newest_log_});
}

std::string World::GateLog() const {
  constexpr std::size_t kMax = 4000;
  if (newest_log_.empty()) return "";
  const std::string text = ReadFile(newest_log_);
  return text.size() <= kMax ? text : text.substr(text.size() - kMax);
}

std::vector<std::string> World::Refusals() const {
  std::vector<std::string> refusals;
  for (const auto& entry : std::filesystem::directory_iterator(LogFolder())) {
    std::istringstream log(ReadFile(entry.path()));
    for (std::string line; std::getline(log, line);) {
      if (line.find(" is forbidden") == std::string::npos) continue;
      const auto at = spec::ParseTime(line.substr(0, line.find(' ')));
      if (at && *at < servers_.ready_since() + kUntilRolesAreKnown) continue;
      refusals.push_back(line);
    }
  }
  return refusals;
}

bool World::AwaitReady(std::chrono::milliseconds longest) {
  const auto idle = [this] {
    on_look_();
    return std::all_of(rollouts_.begin(), rollouts_.end(),
                       [](const Rollout& rollout) {
                         return rollout.Phase() == "Ready" && rollout.CanaryPercent() == 0;
                       }) &&
           EveryBackendServes();
  };
  if (!Await(idle, longest, kLook)) return false;
  for (const Rollout& rollout : rollouts_) {
    service_->AddTraffic(rollout.ns(),
                         {.requests_per_second = rollout.settings().requests_per_second,
                          .seed = rollout.settings().seed});
  }
  if (!options_.without_policy.empty()) {
    service_->AddTraffic(options_.without_policy, {.requests_per_second = 3000, .seed = 7});
  }
  return true;
}

bool World::EveryBackendServes() const {
  std::set<std::string> ours;
  for (const Rollout& rollout : rollouts_) ours.insert(rollout.ns());
  for (const demo::ServedRoute& route : traffic_.Routes()) {
    if (route.rules.empty() || !ours.contains(route.ns)) continue;
    for (const demo::Backend& backend : route.rules.back()) {
      if (backend.weight > 0 && traffic_.Behind(route.ns, backend.service).empty()) return false;
    }
  }
  return true;
}

bool World::AwaitScrapes(std::chrono::milliseconds longest) {
  const std::string known =
      std::string("count(count by (namespace) (http_requests_total{service=~\"") +
      kBaselineService + "|" + kRoute + "\"}))";
  const auto all = static_cast<double>(rollouts_.size());
  return Await(
      [&] {
        on_look_();
        return prometheus_->Value(known) == all;
      },
      longest, kLook);
}

bool World::AwaitEnds(std::chrono::milliseconds longest) {
  const auto ended = [this] {
    on_look_();
    bool all = true;
    for (Rollout& rollout : rollouts_) {
      const std::string phase = rollout.Phase();
      if (phase == "Promoting" && rollout.settings().external) rollout.PromoteByOwner();
      all = all && AtEnd(phase) && rollout.CanaryAtRest();
    }
    return all;
  };
  return Await(ended, longest, kLook);
}

}  // namespace slogate::testing

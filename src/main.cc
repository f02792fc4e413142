// The only file that names concrete adapters.
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/client/lease_store.h"
#include "adapters/kubernetes/client/request_bucket.h"
#include "adapters/kubernetes/client/secret_store.h"
#include "adapters/kubernetes/coverage/coverage_survey.h"
#include "adapters/kubernetes/login/kubeconfig.h"
#include "adapters/kubernetes/login/token.h"
#include "adapters/kubernetes/policy/kube_policy_admin.h"
#include "adapters/kubernetes/policy/policy_store.h"
#include "adapters/kubernetes/workload/workload_store.h"
#include "adapters/kubernetes/workload/workload_survey.h"
#include "adapters/prometheus/api/catalogue.h"
#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "adapters/prometheus/evidence/prometheus_source.h"
#include "adapters/server/http_server.h"
#include "adapters/traffic/router_table.h"
#include "app/cli/frame/adapters.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/frame/stop_signal.h"
#include "demo/simulated_cluster.h"
#include "slogate/ports/clock.h"

namespace slogate {
namespace {

namespace kube = adapters::kubernetes;

class SystemClock : public ports::Clock {
 public:
  core::TimePoint Now() const override {
    return std::chrono::floor<core::Duration>(std::chrono::system_clock::now());
  }
};

const SystemClock& TheClock() {
  static const SystemClock clock;
  return clock;
}

// The lease has a client of its own: it must not wait behind anything, and gives up sooner.
struct KubeClients {
  KubeClients(const kube::ClusterConfig& config, const app::ClusterOptions& options)
      : bucket(std::make_shared<kube::RequestBucket>(kube::RequestBucket::Settings{
            .per_second = static_cast<double>(options.requests_per_second),
            .burst = 4.0 * options.requests_per_second})),
        main(config,
             {.timeout = options.request_timeout, .user_agent = "slogate", .bucket = bucket}),
        lease(config, {.timeout = options.lease_timeout, .user_agent = "slogate-lease"}) {}
  std::shared_ptr<kube::RequestBucket> bucket;
  kube::KubeClient main;
  kube::KubeClient lease;
};

ports::Result<app::Cluster> ConnectCluster(const app::ClusterOptions& options, app::Log& log) {
  const ports::Result<kube::ClusterConfig> config =
      kube::FindCluster(options.kubeconfig, options.context);
  if (!config) return tl::unexpected(config.error());
  const auto clients = std::make_shared<KubeClients>(*config, options);
  app::Cluster cluster;
  cluster.keep = clients;
  cluster.pace = clients->bucket;
  cluster.policies = std::make_unique<kube::KubePolicyStore>(clients->main, TheClock(), options.ns);
  cluster.workloads = std::make_unique<kube::KubeWorkloadStore>(clients->main);
  cluster.router = adapters::traffic::MakeTrafficRouter(clients->main);
  cluster.secrets = std::make_unique<kube::KubeSecretStore>(clients->main);
  cluster.events =
      std::make_unique<kube::KubeEventSink>(*config, TheClock(), [&log](const ports::Error& error) {
        log.Warn("Event was not written", {{"error", error.message}});
      });
  cluster.leases = std::make_unique<kube::KubeLeaseStore>(
      clients->lease,
      options.lease_namespace.empty() ? config->default_namespace : options.lease_namespace,
      options.lease_name);
  cluster.admin = std::make_unique<kube::KubePolicyAdmin>(clients->main);
  cluster.survey = std::make_unique<kube::KubeWorkloadSurvey>(clients->main);
  cluster.coverage = std::make_unique<kube::KubeCoverageSurvey>(clients->main);
  cluster.default_namespace = config->default_namespace;
  cluster.user = config->user_name;
  return cluster;
}

ports::Result<std::unique_ptr<ports::PageServer>> Serve(const std::string& listen,
                                                        ports::Pages pages) {
  auto server =
      adapters::server::HttpServer::Start(listen, adapters::server::ServePages(std::move(pages)));
  if (!server) return tl::unexpected(server.error());
  return std::move(*server);
}

// kubectl runs its plugins by the names of their files.
std::string ProgramName(std::string_view path) {
  const std::string_view file = path.substr(path.find_last_of('/') + 1);
  return file == "kubectl-gate" ? "kubectl gate" : "gate";
}

app::Adapters MakeAdapters(std::string_view path) {
  app::Adapters adapters;
  adapters.program = ProgramName(path);
  adapters.connect_cluster = ConnectCluster;
  adapters.make_metrics_source = [] {
    return std::make_unique<adapters::prometheus::PrometheusSource>();
  };
  adapters.make_budget_source = [] {
    return std::make_unique<adapters::prometheus::PrometheusBudgets>();
  };
  adapters.make_metrics_catalogue = [] {
    return std::make_unique<adapters::prometheus::PrometheusCatalogue>();
  };
  adapters.serve = Serve;
  adapters.make_demo = [](const app::DemoOptions& options) {
    return demo::SimulatedCluster::Start(options, TheClock());
  };
  adapters.on_stop = app::OnStopSignal;
  adapters.read_file = kube::ReadBoundedFile;
  adapters.find_files = app::FindFiles;
  adapters.environment = [](const char* name) -> const char* { return std::getenv(name); };
  adapters.clock = &TheClock();
  adapters.terminal = [environment = adapters.environment] {
    return app::InspectTerminal(STDOUT_FILENO, environment);
  };
  adapters.error_terminal = [environment = adapters.environment] {
    return app::InspectTerminal(STDERR_FILENO, environment);
  };
  return adapters;
}

// A reader that went away has what it wanted; of anything else nobody would hear.
int Finished(int code) {
  if (std::cout.flush()) return code;
  pollfd output{STDOUT_FILENO, 0, 0};
  if (::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0) return code;
  std::cerr << "gate: standard output could not be written; is the disk full?\n";
  return code == 0 ? static_cast<int>(app::ExitCode::kUsage) : code;
}

}  // namespace
}  // namespace slogate

int main(int count, char** values) {
  // A reader that goes away is reported by write's own error, and so is a full disk.
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments(values + (count > 0 ? 1 : 0), values + count);
  try {
    const int code =
        slogate::app::RunCommandLine(arguments, slogate::MakeAdapters(count > 0 ? values[0] : ""),
                                     {std::cin, std::cout, std::cerr});
    return slogate::Finished(code);
  } catch (const std::exception& exception) {
    std::cerr << "gate: internal error: " << exception.what() << "\n";
    return EXIT_FAILURE;
  }
}

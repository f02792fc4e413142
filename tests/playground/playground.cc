// What scripts/playground runs: a control plane on loopback with a service to release, until
// Ctrl-C.
#include <chrono>
#include <csignal>
#include <ctime>
#include <exception>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "places.h"
#include "support/built_servers.h"
#include "support/world.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kStep = 20s;  // time enough to type a command
constexpr auto kUntilReady = 120s;
// scripts/playground releases only to this context of a kubeconfig.
constexpr const char* kContext = "playground";
constexpr const char* kShop = "shop";

struct Stopped {};

// Blocks the signals that end a program, so that it ends in good order. Make it before any thread.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }

  // Whether one of them comes in time.
  bool Came(std::chrono::seconds longest) const {
    const timespec time{.tv_sec = longest.count(), .tv_nsec = 0};
    return sigtimedwait(&signals_, nullptr, &time) > 0;
  }

  void ThrowIfStopped() const {
    if (Came(0s)) throw Stopped();
  }

 private:
  sigset_t signals_{};
};

void Report(const std::string& message) { std::cerr << "playground: " << message << std::endl; }

// kubectl caches what a server offers by its address, which the next playground may have.
void WriteKubectl(const TemporaryFolder& folder) {
  const std::string path = folder.File("bin/kubectl");
  WriteFile(path, "#!/bin/sh\nKUBECACHEDIR='" + folder.File("cache") + "' exec '" +
                      ServerFolder("kubectl") + "/kubectl' \"$@\"\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

void WriteKubeconfig(const std::string& path, const KubeServers& servers, const std::string& ns) {
  json config = json::parse(ReadFile(servers.kubeconfig_path()));
  json& context = config.at("contexts").at(0);
  context["name"] = kContext;
  context["context"]["namespace"] = ns;
  config["current-context"] = kContext;
  WriteFile(path, config.dump(2));
}

std::string KubernetesVersion(World& world) {
  const auto version = world.servers().client().Get("/version");
  return version ? version->value("gitVersion", "") : version.error().message;
}

void PrintWhatRuns(World& world, const TemporaryFolder& folder) {
  const Rollout& rollout = world.rollouts().front();
  std::cout << "\nRunning on loopback:\n"
            << "  etcd, kube-apiserver, kube-controller-manager " << KubernetesVersion(world)
            << "\n      " << world.servers().address() << "\n"
            << "  Prometheus\n      " << world.prometheus().address() << "\n"
            << "  gate run, in every namespace\n      " << world.LogFolder() << "/gate-1.log\n"
            << "  Deployment, HTTPRoute and RolloutPolicy " << kPolicy << " in namespace "
            << rollout.ns() << "\n"
            << "  Simulated: nodes, gateway, and " << rollout.settings().requests_per_second
            << " requests a second\n"
            << "  Deployment, Service and HTTPRoute " << kShop << " in namespace " << kShop
            << ", without a policy\n"
            << "\nPaste this into another terminal:\n\n"
            << "export KUBECONFIG=" << folder.File("config") << " PATH=" << folder.File("bin")
            << ":$PATH PROMETHEUS=" << world.prometheus().address() << "\n";
}

void PrintWhatToTry() {
  std::cout << R"text(
Then try there:
  kubectl get rp -w                  watch the policy
  gate status -w                     the same, with evidence
  scripts/playground release good    release a good version: promoted in a minute
  scripts/playground release errors  a bad one: rolled back; or slow, wrong, crash
  gate pause web                     during a release: weights stay
  gate resume web                    continue
  gate promote web                   skip a step; --full skips all of them
  gate abort web                     roll back

Or write a policy for shop, and release a bad version of it:
  gate init shop -n shop --prometheus $PROMETHEUS -f shop.yaml
  kubectl apply -f shop.yaml
  kubectl patch httproute shop -n shop --type json -p "$(gate init shop -n shop --patch-route)"
  scripts/playground release errors shop

Ctrl-C in this terminal stops every process and removes every file.
)text" << std::flush;
}

void Run(const StopSignals& signals) {
  const TemporaryFolder folder("slogate");
  std::filesystem::create_directory(folder.File("bin"));
  std::filesystem::create_symlink(SLOGATE_GATE, folder.File("bin/gate"));
  WriteKubectl(folder);

  Report("starting etcd, kube-apiserver and kube-controller-manager");
  KubeServers& servers = KubeServers::Shared();
  signals.ThrowIfStopped();
  Report("starting Prometheus, the service and gate run");
  RolloutSettings settings;
  settings.title = "playground";
  settings.step = kStep;
  World world({.source_dir = SLOGATE_SOURCE_DIR,
               .gate = SLOGATE_GATE,
               .second_writer = false,
               .without_policy = kShop},
              {settings});
  Process gate = world.StartGate({});
  world.OnLook([&] { signals.ThrowIfStopped(); });
  if (!world.AwaitReady(kUntilReady) || !world.AwaitScrapes(kUntilReady)) {
    throw std::runtime_error("the service did not become ready; the end of gate's log:\n" +
                             world.GateLog());
  }
  WriteKubeconfig(folder.File("config"), servers, world.rollouts().front().ns());
  PrintWhatRuns(world, folder);
  PrintWhatToTry();
  while (gate.Running()) {
    if (signals.Came(1s)) return;
  }
  throw std::runtime_error("gate run has ended; the end of its log:\n" + world.GateLog());
}

}  // namespace
}  // namespace slogate::testing

int main() {
  using slogate::testing::Report;
  const slogate::testing::StopSignals signals;
  std::signal(SIGPIPE, SIG_IGN);  // output may go to a pipe that closes
  try {
    slogate::testing::Run(signals);
  } catch (const slogate::testing::Stopped&) {
  } catch (const std::exception& error) {
    // Ctrl-C in a terminal also reaches a child that is just being started.
    if (!signals.Came(std::chrono::seconds(0))) {
      Report(error.what());
      return 1;
    }
  }
  Report("stopped");
  return 0;
}

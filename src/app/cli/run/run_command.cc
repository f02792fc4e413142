#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string>

#include "app/cli/check/check_connection.h"
#include "app/cli/frame/command.h"
#include "app/cli/run/run_process.h"
#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

class RunCommand : public Command {
 public:
  RunCommand()
      : Command("run", "Run the controller: watch policies, judge canaries, move traffic.") {}

  void Declare(CLI::App& parser) override {
    AddText(parser, "--namespace", namespace_, "Namespace to watch; all for every one", "NAME");
    DeclareKubeconfig(parser, options_.cluster);
    AddText(parser, "--config", options_.config, "Prometheus providers, YAML", "FILE");
    parser.add_option("--workers", options_.workers, "Policies reconciled at once")
        ->capture_default_str()
        ->check(CLI::Range(1, 64));
    DeclareServer(parser);
    DeclareElection(parser);
    parser.footer(
        "Stops on SIGTERM and SIGINT after finishing what it is doing.\n\n"
        "Example:\n"
        "  gate run --namespace shop --kubeconfig ~/.kube/config --listen 127.0.0.1:8080");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    if (const std::string problem = FillIn(); !problem.empty()) return Refuse(streams, problem);
    Providers providers;
    if (!options_.config.empty()) {
      const ports::Result<std::string> text = adapters.read_file(options_.config);
      if (!text) return Refuse(streams, "--config: " + text.error().message);
      ports::Result<Providers> parsed = ParseProviders(*text, options_.config);
      if (!parsed) return Refuse(streams, parsed.error().message);
      providers = std::move(*parsed);
    }
    ProcessState process_state;
    const std::unique_ptr<StopSignal> signal =
        adapters.on_stop([&process_state] { process_state.Stopped(); });
    Log log(options_.log_level, options_.log_format, streams.err);
    WarnOfPlainHttp(providers, log);
    ports::Result<Cluster> cluster = adapters.connect_cluster(options_.cluster, log);
    if (!cluster) return Refuse(streams, cluster.error().message);
    RunProcess process(options_, adapters, *cluster, std::move(providers), log, process_state);
    if (const ports::Result<void> served = process.Serve(); !served) {
      return Refuse(streams, served.error().message);
    }
    return process.Run() ? ExitCode::kPass : ExitCode::kFail;
  }

 private:
  void DeclareServer(CLI::App& parser) {
    AddText(parser, "--listen", options_.listen,
            "Serve /healthz, /readyz and /metrics here; port 0 takes a free one", "HOST:PORT");
    AddText(parser, "--port-file", options_.port_file, "Write the port listened on to this file",
            "FILE");
    AddChoice(parser, "--log-level", log_level_, "debug, info, warn or error", "LEVEL",
              {"debug", "info", "warn", "error"});
    AddChoice(parser, "--log-format", log_format_, "text or json", "FORMAT", {"text", "json"});
  }

  void DeclareElection(CLI::App& parser) {
    parser.add_flag("--leader-elect", options_.leader_elect,
                    "Act only while holding a Lease; for several replicas");
    AddText(parser, "--lease-name", options_.cluster.lease_name, "Name of the Lease");
    AddText(parser, "--lease-namespace", options_.cluster.lease_namespace,
            "Namespace of the Lease; else the process' own");
    AddText(parser, "--lease-duration", lease_duration_, "A lease not renewed expires after",
            "TIME");
    AddText(parser, "--renew-deadline", renew_deadline_, "Stop acting when not renewed for",
            "TIME");
    AddText(parser, "--retry-period", retry_period_, "Time between two checks of the lease",
            "TIME");
  }

  // In a cluster something else may encrypt the connection, so nothing is refused.
  static void WarnOfPlainHttp(const Providers& providers, Log& log) {
    for (const auto& [name, provider] : providers) {
      const bool speaks = !provider.bearer_token_file.empty() || !provider.basic_username.empty();
      if (!speaks || KeepsCredentialsPrivate(provider.address)) continue;
      log.Warn("Provider has credentials and a plain http address",
               {{"provider", name}, {"host", HostOf(provider.address)}});
    }
  }

  // Empty, or what is wrong.
  std::string FillIn() {
    if (namespace_.empty()) return "--namespace: give a name, or all";
    options_.cluster.ns = namespace_ == "all" ? "" : namespace_;
    options_.log_format = log_format_ == "json" ? LogFormat::kJson : LogFormat::kText;
    options_.log_level = log_level_ == "debug"   ? LogLevel::kDebug
                         : log_level_ == "warn"  ? LogLevel::kWarn
                         : log_level_ == "error" ? LogLevel::kError
                                                 : LogLevel::kInfo;
    return FillInElection();
  }

  std::string FillInElection() {
    const std::optional<core::Duration> duration = spec::ParseDuration(lease_duration_);
    const std::optional<core::Duration> deadline = spec::ParseDuration(renew_deadline_);
    const std::optional<core::Duration> period = spec::ParseDuration(retry_period_);
    if (!duration || !deadline || !period) {
      return "--lease-duration, --renew-deadline and --retry-period: give times such as 15s";
    }
    if (*period <= core::Duration::zero() || *deadline <= *period || *duration <= *deadline ||
        *duration < std::chrono::seconds(1)) {
      return "--lease-duration must be longer than --renew-deadline, and that longer than "
             "--retry-period";
    }
    options_.lease_duration = *duration;
    options_.renew_deadline = *deadline;
    options_.retry_period = *period;
    options_.cluster.lease_timeout = std::min(options_.cluster.lease_timeout, *deadline);
    return "";
  }

  RunOptions options_;
  std::string namespace_ = "all";
  std::string log_level_ = "info";
  std::string log_format_ = "text";
  std::string lease_duration_ = "15s";
  std::string renew_deadline_ = "10s";
  std::string retry_period_ = "2s";
};

}  // namespace

std::unique_ptr<Command> MakeRunCommand() { return std::make_unique<RunCommand>(); }

}  // namespace slogate::app

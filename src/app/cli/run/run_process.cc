#include "app/cli/run/run_process.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

#include "app/cli/check/check_connection.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/output.h"
#include "app/cli/run/providers_file.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

// A restarted process is another one: its predecessor's lease must expire first.
std::string Identity() {
  char host[256] = "unknown";
  if (gethostname(host, sizeof(host) - 1) != 0) host[0] = '\0';
  std::random_device random;
  char tail[24];
  std::snprintf(tail, sizeof(tail), "_%08x%08x", static_cast<unsigned>(random()),
                static_cast<unsigned>(random()));
  return std::string(host) + tail;
}

// Runs the elector on a thread of its own; gives the lease up at its end.
class Election {
 public:
  explicit Election(LeaderElector& elector)
      : elector_(elector), thread_([&elector] { elector.Run(); }) {}
  ~Election() {
    elector_.Stop();
    thread_.join();
    elector_.Release();
  }
  Election(const Election&) = delete;
  Election& operator=(const Election&) = delete;

 private:
  LeaderElector& elector_;
  std::thread thread_;
};

std::function<double()> RandomShare() {
  return [engine = std::mt19937_64(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

SourceDesk::Limits WithRandom(SourceDesk::Limits limits) {
  limits.breakers.random = RandomShare();
  return limits;
}

// Readers see either nothing or the whole number.
bool WritePortFile(const std::string& path, int port) {
  const std::string unfinished = path + ".new";
  if (!WriteNewFile(unfinished, std::to_string(port) + "\n", true)) return false;
  std::error_code error;
  std::filesystem::rename(unfinished, path, error);
  return !error;
}

// Workers wait for nothing that takes as long.
constexpr core::Duration kLongestDue = std::chrono::minutes(1);

std::string WhyStuck(core::Duration oldest_due) {
  if (oldest_due < kLongestDue) return "";
  return "queue: a policy has waited " +
         spec::ToText(std::chrono::floor<std::chrono::seconds>(oldest_due)) +
         " for a worker; see what the API server answers in the log, or raise --workers\n";
}

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
    DeclareReadings(parser);
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
  void DeclareReadings(CLI::App& parser) {
    const auto limit = [&](const char* flag, std::size_t& field, const char* what) {
      parser.add_option(flag, field, what)->capture_default_str()->check(CLI::Range(1, 256));
    };
    SourceDesk::Limits& readings = options_.readings;
    limit("--readings", readings.in_all, "Policies whose Prometheus is read at once");
    limit("--readings-per-namespace", readings.of_namespace, "Of them, in one namespace");
    limit("--readings-per-address", readings.of_address, "Of them, from one address");
    parser
        .add_option("--api-requests", options_.cluster.requests_per_second,
                    "Requests to the API server a second, beyond which policies at rest wait")
        ->capture_default_str()
        ->check(CLI::Range(1, 10'000));
    AddText(parser, "--source-backoff", source_backoff_,
            "Ask a Prometheus that does not answer again after this time at most", "TIME");
  }

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
      const bool speaks = !provider.bearer_token_file.empty() || !provider.basic_username.empty() ||
                          !provider.header_files.empty();
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
    const std::optional<core::Duration> backoff = spec::ParseDuration(source_backoff_);
    if (!backoff || *backoff < std::chrono::seconds(1) || *backoff > std::chrono::hours(1)) {
      return "--source-backoff " + source_backoff_ + ": give a time from 1s to 1h";
    }
    SourceBreakers::Settings& breakers = options_.readings.breakers;
    breakers.longest_backoff = *backoff;
    breakers.first_backoff = std::min(breakers.first_backoff, *backoff);
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
  std::string source_backoff_ = "1m";
  std::string lease_duration_ = "15s";
  std::string renew_deadline_ = "10s";
  std::string retry_period_ = "2s";
};

}  // namespace

RunProcess::RunProcess(const RunOptions& options, const Adapters& adapters, Cluster& cluster,
                       Providers providers, Log& log, ProcessState& process_state)
    : options_(options),
      adapters_(adapters),
      cluster_(cluster),
      log_(log),
      process_state_(process_state),
      queue_({.random = RandomShare()}),
      metrics_([this] {
        return Load{queue_.depth(), queue_.oldest_due(), desk_.figures(),
                    cluster_.pace ? cluster_.pace->figures() : ports::RequestPace::Figures{}};
      }),
      guard_(log, metrics_),
      elector_(*cluster.leases, *adapters.clock, guard_, ElectionSettings(), ElectionListener()),
      source_(adapters.make_metrics_source()),
      budgets_(adapters.make_budget_source()),
      reconciler_({*cluster.policies, *cluster.workloads, *cluster.router, *source_, *budgets_,
                   *cluster.secrets, *cluster.events, *adapters.clock, cluster.coverage.get(),
                   &desk_, cluster.pace.get()},
                  std::move(providers), adapters.read_file, log, metrics_,
                  [this] { return MayAct(); }),
      desk_(WithRandom(options.readings), *adapters.clock,
            [this](const ports::Key& policy) { queue_.Add(policy); }),
      controller_(*cluster.policies, reconciler_, queue_, log, metrics_, options.workers) {
  health_.Set("controller", "not started yet");
}

RunProcess::~RunProcess() = default;

LeaderElector::Settings RunProcess::ElectionSettings() const {
  LeaderElector::Settings settings;
  settings.identity = Identity();
  settings.lease_duration = options_.lease_duration;
  settings.renew_deadline = options_.renew_deadline;
  settings.retry_period = options_.retry_period;
  return settings;
}

LeaderElector::Listener RunProcess::ElectionListener() {
  return {.on_elected =
              [this] {
                log_.Info("Lease was taken", {{"lease", options_.cluster.lease_name}});
                metrics_.SetLeader(true);
                process_state_.Elected();
              },
          .on_lost =
              [this] {
                log_.Error("Lease was lost", {{"lease", options_.cluster.lease_name}});
                metrics_.SetLeader(false);
                process_state_.Lost();
              },
          .on_observed = [this](const std::string&) { health_.Set("lease", ""); },
          .on_failure =
              [this](const ports::Error& error) {
                log_.Warn("Lease was not reached", {{"error", error.message}});
                health_.Set("lease", error.message);
              }};
}

bool RunProcess::MayAct() const { return !options_.leader_elect || elector_.IsLeader(); }

ports::Pages RunProcess::MakePages() {
  using ports::Page;
  ports::Pages pages;
  pages["/healthz"] = [] { return Page{.body = "ok\n"}; };
  pages["/readyz"] = [this] {
    const std::string reasons = health_.WhyNotReady() + WhyStuck(queue_.oldest_due());
    return reasons.empty() ? Page{.body = "ok\n"} : Page{.status = 503, .body = reasons};
  };
  pages["/metrics"] = [this] {
    return Page{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                .body = metrics_.Render()};
  };
  for (auto& [path, make] : pages) {
    make = [this, made = std::move(make)] {
      Page page{.status = 500, .body = "internal error; the log has it\n"};
      guard_.Run("page", [&] { page = made(); });
      return page;
    };
  }
  return pages;
}

ports::Result<void> RunProcess::Serve() {
  if (options_.listen.empty()) return {};
  auto server = adapters_.serve(options_.listen, MakePages());
  if (!server) return tl::unexpected(server.error());
  server_ = std::move(*server);
  log_.Info("Server was started",
            {{"listen", options_.listen}, {"port", std::to_string(server_->port())}});
  if (!options_.port_file.empty() && !WritePortFile(options_.port_file, server_->port())) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "--port-file " + options_.port_file + ": cannot be written");
  }
  return {};
}

bool RunProcess::Run() {
  std::optional<Election> election;
  if (options_.leader_elect) {
    health_.Set("lease", "not read yet");
    election.emplace(elector_);
  } else {
    process_state_.Elected();
  }
  health_.Set("controller", "");
  ProcessState::State state = process_state_.WaitWhile(ProcessState::State::kWaiting);
  if (state == ProcessState::State::kActing) {
    controller_.Start();
    log_.Info("Controller was started",
              {{"version", SLOGATE_VERSION}, {"workers", std::to_string(options_.workers)}});
    state = process_state_.WaitWhile(ProcessState::State::kActing);
  }
  health_.Set("controller", "stopping");
  desk_.Stop();
  // The lease is renewed until the last reconcile has ended.
  controller_.Stop();
  election.reset();
  log_.Info("Controller was stopped");
  return state == ProcessState::State::kStopped;
}

std::unique_ptr<Command> MakeRunCommand() { return std::make_unique<RunCommand>(); }

}  // namespace slogate::app

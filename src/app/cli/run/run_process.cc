#include "app/cli/run/run_process.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

#include "app/cli/frame/output.h"
#include "spec/text/mistake.h"
#include "spec/text/object_reader.h"
#include "spec/text/yaml_text.h"

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

WorkQueue::Settings QueueSettings() {
  WorkQueue::Settings settings;
  settings.random = [engine = std::mt19937_64(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
  return settings;
}

// Readers see either nothing or the whole number.
bool WritePortFile(const std::string& path, int port) {
  const std::string unfinished = path + ".new";
  if (!WriteNewFile(unfinished, std::to_string(port) + "\n", true)) return false;
  std::error_code error;
  std::filesystem::rename(unfinished, path, error);
  return !error;
}

constexpr std::size_t kMaxProviders = 100;
constexpr std::size_t kMaxHeaders = 20;
constexpr std::size_t kLongestField = 4096;

bool IsUrlOfHttp(const std::string& url) {
  const std::size_t host = url.find("://") + 3;
  return (url.starts_with("http://") || url.starts_with("https://")) && url.size() > host;
}

std::string TextOf(spec::ObjectReader& reader, const char* name) {
  return reader.Text(name, kLongestField).value_or("");
}

void ReadHeaders(spec::ObjectReader& reader, Provider& provider) {
  reader.Each("headers", {.least = 0, .most = kMaxHeaders},
              [&provider](spec::ObjectReader& header, std::size_t) {
                header.Require("name", "give the header's name");
                header.Require("value", "give the header's value");
                provider.headers.emplace_back(TextOf(header, "name"), TextOf(header, "value"));
                header.RefuseOthers();
              });
}

void ReadProvider(spec::ObjectReader& reader, Providers& providers) {
  Provider provider;
  reader.Require("name", "give the name that policies use in spec.prometheus.provider");
  reader.Require("address", "give Prometheus' address, such as http://prometheus:9090");
  const std::string name = TextOf(reader, "name");
  provider.address = TextOf(reader, "address");
  provider.bearer_token_file = TextOf(reader, "bearerTokenFile");
  provider.basic_username = TextOf(reader, "basicUsername");
  provider.basic_password_file = TextOf(reader, "basicPasswordFile");
  provider.ca_file = TextOf(reader, "caFile");
  provider.client_certificate_file = TextOf(reader, "clientCertificateFile");
  provider.client_key_file = TextOf(reader, "clientKeyFile");
  provider.server_name = TextOf(reader, "serverName");
  ReadHeaders(reader, provider);
  reader.RefuseOthers();
  if (!provider.address.empty() && !IsUrlOfHttp(provider.address)) {
    reader.Report("address", "is not a URL", "write http:// or https:// and a host");
  }
  if (!name.empty() && !providers.emplace(name, std::move(provider)).second) {
    reader.Report("name", "is the name of an earlier provider", "give every provider its own");
  }
}

}  // namespace

RunProcess::RunProcess(const RunOptions& options, const Adapters& adapters, Cluster& cluster,
                       Providers providers, Log& log, ProcessState& process_state)
    : options_(options),
      adapters_(adapters),
      cluster_(cluster),
      log_(log),
      process_state_(process_state),
      queue_(QueueSettings()),
      metrics_([this] { return queue_.depth(); }),
      guard_(log, metrics_),
      elector_(*cluster.leases, *adapters.clock, guard_, ElectionSettings(), ElectionListener()),
      source_(adapters.make_metrics_source()),
      budgets_(adapters.make_budget_source()),
      reconciler_({*cluster.policies, *cluster.workloads, *cluster.router, *source_, *budgets_,
                   *cluster.secrets, *cluster.events, *adapters.clock},
                  std::move(providers), adapters.read_file, log, metrics_,
                  [this] { return MayAct(); }),
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
    const std::string reasons = health_.WhyNotReady();
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
  // The lease is renewed until the last reconcile has ended.
  controller_.Stop();
  election.reset();
  log_.Info("Controller was stopped");
  return state == ProcessState::State::kStopped;
}

ports::Result<Providers> ParseProviders(const std::string& text, const std::string& file) {
  const spec::YamlText yaml = spec::ReadYaml(text);
  std::vector<spec::Mistake> mistakes = yaml.mistakes;
  Providers providers;
  if (mistakes.empty() && yaml.documents.size() != 1) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       file + ": holds no configuration; give one document with \"providers\"");
  }
  if (mistakes.empty()) {
    const spec::YamlDocument& document = yaml.documents.front();
    mistakes = document.mistakes;
    spec::ObjectReader reader(document.value, "", mistakes);
    reader.Each(
        "providers", {.least = 0, .most = kMaxProviders},
        [&providers](spec::ObjectReader& item, std::size_t) { ReadProvider(item, providers); });
    reader.RefuseOthers();
    for (spec::Mistake& mistake : mistakes) {
      if (mistake.line > 0) continue;
      const spec::Position position = spec::Locate(document, mistake.field);
      mistake.line = position.line;
      mistake.column = position.column;
    }
  }
  if (mistakes.empty()) return providers;
  mistakes.front().file = file;
  return ports::Fail(ports::ErrorCode::kInvalidArgument, spec::ToString(mistakes.front()));
}

}  // namespace slogate::app

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <utility>

#include "app/cli/author/init_policy.h"
#include "app/cli/author/preflight.h"
#include "app/cli/check/check_connection.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/output.h"
#include "app/cli/status/policy_lookup.h"
#include "app/cli/terminal/span.h"
#include "spec/policy/policy_yaml.h"
#include "spec/text/names.h"

namespace slogate::app {
namespace {

std::string LeadOf(InitNote::Kind kind) {
  if (kind == InitNote::Kind::kFound) return "found    ";
  return kind == InitNote::Kind::kAssumed ? "assumed  " : "to do    ";
}

class InitCommand : public Command {
 public:
  InitCommand()
      : Command("init",
                "Write a policy for a Deployment from what is in the cluster and Prometheus.") {}

  void Declare(CLI::App& parser) override {
    parser.add_option("deployment", deployment_, "Name of the Deployment")->required();
    AddText(parser, "--prometheus", connection_.prometheus, "Search here for the metrics", "URL");
    AddText(parser, "--bearer-token-file", connection_.bearer_token_file, "Bearer token for it",
            "FILE");
    AddText(parser, "--ca-file", connection_.ca_file, "CA of its certificate, PEM", "FILE");
    DeclareHeaders(parser, connection_.headers);
    AddText(parser, "--service", service_, "Service of the Deployment; else found by its pods",
            "SERVICE");
    AddText(parser, "--route", route_, "Such as HTTPRoute/shop; else found by the Service",
            "KIND/NAME");
    AddText(parser, "-f,--file", file_, "Write to this file; - is standard output", "FILE");
    parser.add_flag("--force", force_, "Overwrite the file");
    parser.add_flag("--patch-route", patches_route_,
                    "Print the JSON patch that adds the canary's backend, weight 0, to the route, "
                    "instead of the policy");
    cluster_.Declare(parser, false);
    parser.footer(
        "Changes nothing in the cluster. Says on standard error what it found, what it assumed and "
        "what is left to do, and which Services, policies and monitors do not cover the canary's "
        "pods.\n\n"
        "Exit codes: 0 a policy was written, 2 it could not be, 4 the cluster or Prometheus is "
        "unavailable.\n\n"
        "Example:\n"
        "  gate init shop -n shop --prometheus http://localhost:9090 -f policy.yaml");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    InitFacts facts;
    if (const ports::Result<void> read = ReadFlags(facts); !read) {
      return Refuse(streams, read.error());
    }
    Log log(LogLevel::kError, LogFormat::kText, streams.err);
    const ports::Result<Cluster> cluster = cluster_.Connect(adapters, log);
    if (!cluster) return Refuse(streams, cluster.error());
    if (const ports::Result<void> checked = AskCluster(adapters, *cluster, facts); !checked) {
      return Refuse(streams, checked.error());
    }
    ports::Result<InitPolicy> policy = WritePolicy(facts);
    if (!policy) return Refuse(streams, policy.error());
    const spec::ParsedPolicy parsed = spec::ParsePolicyYaml(policy->text, "the policy");
    if (!parsed.policy) {
      return Refuse(streams,
                    {ports::ErrorCode::kInvalidArgument, spec::ToString(parsed.mistakes.front())});
    }
    const ports::Result<void> written =
        Deliver(file_, patches_route_ ? RoutePatch(facts, policy->route) + "\n" : policy->text,
                force_, streams.out);
    if (!written) return Refuse(streams, written.error());
    std::ranges::stable_sort(policy->notes,
                             [](const InitNote& a, const InitNote& b) { return a.kind < b.kind; });
    for (const auto& [kind, text] : policy->notes) PrintWrapped(LeadOf(kind), text, streams.err);
    for (const std::string& text : facts.finding.unseen) {
      PrintWrapped("unseen   ", text, streams.err);
    }
    PrintPreflight(Inspect(*cluster, {facts.deployment.ns, parsed.name}, *parsed.policy),
                   streams.err);
    return ExitCode::kPass;
  }

 private:
  ExitCode Refuse(Streams streams, const ports::Error& error) const {
    // The one conflict is a file that is there.
    const bool is_conflict = error.code == ports::ErrorCode::kConflict;
    return Command::Refuse(streams, error.message,
                           is_conflict ? ExitCode::kUsage : ExitCodeOf(error.code));
  }

  // Names from the network become YAML.
  static ports::WorkloadFinding Sound(ports::WorkloadFinding seen) {
    const auto is_odd = [](const std::string& name) { return !spec::IsDnsLabel(name); };
    std::erase_if(seen.services, is_odd);
    for (ports::RouteFinding& route : seen.routes) {
      std::erase_if(route.services, is_odd);
      std::erase_if(route.single, [&](const auto& backend) { return is_odd(backend.service); });
    }
    std::erase_if(seen.routes, [](const ports::RouteFinding& route) {
      return route.services.empty() || !spec::IsDnsSubdomain(route.name);
    });
    return seen;
  }

  ports::Result<void> ReadFlags(InitFacts& facts) const {
    const auto refuse = [](const std::string& what) -> ports::Result<void> {
      return ports::Fail(ports::ErrorCode::kInvalidArgument, what);
    };
    if (!spec::IsDnsSubdomain(deployment_)) {
      return refuse("'" + deployment_ + "' is not the name of a Deployment");
    }
    if (!service_.empty() && !spec::IsDnsLabel(service_)) {
      return refuse("--service '" + service_ + "' is not the name of a Service");
    }
    facts.deployment.name = deployment_;
    facts.service = service_;
    facts.prometheus = connection_.prometheus;
    if (route_.empty()) return {};
    const std::size_t slash = route_.find('/');
    facts.route_kind = route_.substr(0, slash);
    facts.route_name = slash == std::string::npos ? "" : route_.substr(slash + 1);
    for (const char* const kind : {"HTTPRoute", "GRPCRoute", "VirtualService", "Ingress"}) {
      if (facts.route_kind == kind && spec::IsDnsSubdomain(facts.route_name)) return {};
    }
    return refuse("--route " + route_ +
                  ": give HTTPRoute, GRPCRoute, VirtualService or Ingress, a slash and a name");
  }

  ports::Result<void> AskCluster(const Adapters& adapters, const Cluster& cluster,
                                 InitFacts& facts) const {
    facts.deployment.ns = cluster_.NamespaceIn(cluster);
    ports::Result<ports::WorkloadFinding> seen = cluster.survey->Survey(facts.deployment);
    if (!seen && seen.error().code == ports::ErrorCode::kNotFound) {
      return ports::Fail(ports::ErrorCode::kNotFound,
                         "there is no Deployment " + deployment_ + " in namespace " +
                             facts.deployment.ns + "; name another, or its namespace with -n");
    }
    if (!seen && seen.error().code == ports::ErrorCode::kUnauthorized) {
      return ports::Fail(
          seen.error().code,
          seen.error().message + "; use an account that may get deployments and list services");
    }
    if (!seen) return ports::Fail(seen.error().code, WithFix(seen.error()));
    facts.finding = Sound(std::move(*seen));
    if (facts.prometheus.empty()) return {};
    const auto connection = ConnectionFromFlags({}, connection_, adapters);
    if (!connection) return tl::unexpected(connection.error());
    auto series = adapters.make_metrics_catalogue()->Series(*connection, MetricSelectors(facts),
                                                            adapters.clock->Now());
    if (!series) {
      return ports::Fail(series.error().code, series.error().message + "; check --prometheus");
    }
    facts.series = std::move(*series);
    return {};
  }

  std::string deployment_;
  std::string service_;
  std::string route_;
  std::string file_ = "-";
  bool force_ = false;
  bool patches_route_ = false;
  ConnectionFlags connection_;
  ClusterFlags cluster_;
};

}  // namespace

std::unique_ptr<Command> MakeInitCommand() { return std::make_unique<InitCommand>(); }

}  // namespace slogate::app

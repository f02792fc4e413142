#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
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

using Kind = InitNote::Kind;
using Names = std::vector<std::string>;

enum class Role { kCanary, kBaseline, kPlain };

constexpr std::pair<std::string_view, Role> kSuffixes[] = {
    {"-canary", Role::kCanary},     {"-new", Role::kCanary},      {"-preview", Role::kCanary},
    {"-baseline", Role::kBaseline}, {"-stable", Role::kBaseline}, {"-primary", Role::kBaseline},
    {"-old", Role::kBaseline}};

struct Reading {
  std::string stem;
  Role role = Role::kPlain;
};

// What a Service's name says by its usual endings.
Reading Read(const std::string& name) {
  for (const auto& [suffix, role] : kSuffixes) {
    if (name.ends_with(suffix)) return {name.substr(0, name.size() - suffix.size()), role};
  }
  return {name, Role::kPlain};
}

bool Contains(const Names& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// Of several backends, canary and baseline, where two names tell: web-canary with web or
// web-stable, web with web-stable. A Service of production is nobody's canary.
std::optional<std::pair<std::string, std::string>> PairIn(const Names& services,
                                                          const Names& of_production) {
  for (const std::string& one : services) {
    if (Contains(of_production, one)) continue;
    const Reading canary = Read(one);
    for (const std::string& other : services) {
      const Reading baseline = Read(other);
      const bool tells = canary.role != baseline.role && canary.role != Role::kBaseline &&
                         baseline.role != Role::kCanary;
      if (tells && canary.stem == baseline.stem) return std::pair(one, other);
    }
  }
  return std::nullopt;
}

// The Service among `services` that is the Deployment's own.
std::string OwnService(const Names& services, const InitFacts& facts) {
  for (const std::string& service : services) {
    if (facts.service.empty() ? Contains(facts.finding.services, service)
                              : service == facts.service) {
      return service;
    }
  }
  return services.empty() ? facts.deployment.name : services.front();
}

InitRoute FromSnapshot(const ports::RouteFinding& seen, const InitFacts& facts, InitNotes& notes) {
  notes.push_back({Kind::kFound, seen.kind + " " + seen.name + " with backends " +
                                     (seen.services.empty() ? "none" : Joined(seen.services))});
  if (const auto pair = PairIn(seen.services, facts.finding.services)) {
    return {seen.kind, seen.name, pair->first, pair->second};
  }
  const std::string own = OwnService(seen.services, facts);
  InitRoute route{seen.kind, seen.name, own + "-canary", own};
  notes.push_back({Kind::kAssumed, "Service " + own + " is production's, and Service " +
                                       route.canary_service +
                                       " the canary's, which slogate makes when absent"});
  // An Ingress stays as it is: slogate makes a second one for the canary.
  if (seen.kind != "Ingress") {
    notes.push_back({Kind::kEdit, "apply the policy, then add the backend " + route.canary_service +
                                      " to " + seen.kind + " " + seen.name +
                                      ", with weight 0 beside " + own +
                                      " with weight 100; --patch-route prints the patch"});
  }
  return route;
}

ports::Result<InitRoute> WithoutRoute(const InitFacts& facts, InitNotes& notes) {
  const Names& services = facts.finding.services;
  std::string name = facts.service;
  if (name.empty() && !services.empty()) {
    const bool namesake = Contains(services, facts.deployment.name);
    name = namesake ? facts.deployment.name : services.front();
  }
  if (name.empty()) {
    return ports::Fail(ports::ErrorCode::kNotFound, "no Service selects the pods of Deployment " +
                                                        facts.deployment.name +
                                                        "; make one, or name it with --service");
  }
  notes.push_back({Kind::kFound, "Service " + name + " and no route to it"});
  notes.push_back(
      {Kind::kAssumed, "traffic is shared by number of pods; name a route with --route"});
  notes.push_back({Kind::kEdit, "let Service " + name +
                                    " leave out one label that the Deployment selects by; canary "
                                    "pods differ in that one and so join the Service"});
  return InitRoute{"Service", name, "", ""};
}

bool IsRequestedFor(const ports::RouteFinding& seen, const InitFacts& facts) {
  if (!facts.route_name.empty()) {
    return seen.kind == facts.route_kind && seen.name == facts.route_name;
  }
  return facts.service.empty() || Contains(seen.services, facts.service);
}

std::string Quoted(const std::string& text) { return "'" + Replaced(text, {{'\'', "''"}}) + "'"; }

// The field of a route's kind: HTTPRoute is httpRoute.
std::string FieldOf(const std::string& kind) {
  if (kind == "HTTPRoute") return "httpRoute";
  if (kind == "GRPCRoute") return "grpcRoute";
  std::string field = kind;
  field[0] = static_cast<char>(field[0] - 'A' + 'a');
  return field;
}

std::string RouteText(const InitRoute& route) {
  std::string text =
      "  routes:\n    - " + FieldOf(route.kind) + ":\n        name: " + route.name + "\n";
  if (route.canary_service.empty()) return text;
  return text + "        canaryService: " + route.canary_service +
         "\n        baselineService: " + route.baseline_service + "\n";
}

std::string TracksText(const InitTracks& tracks) {
  std::string text;
  if (!tracks.revision_label.empty()) {
    text += "    revisionLabel: " + tracks.revision_label + "\n";
  } else if (!tracks.canary.empty()) {
    text += "    canary: " + Quoted(tracks.canary) + "\n    baseline: " + Quoted(tracks.baseline) +
            "\n";
  }
  if (!text.empty() && !tracks.common.empty()) {
    text += "    common: " + Quoted(tracks.common) + "\n";
  }
  return text.empty() ? "" : "  tracks: # how Prometheus tells canary and baseline apart\n" + text;
}

std::string ObjectivesText(const InitMetrics& metrics) {
  std::string text =
      "  objectives:\n    - name: availability\n      dimension: availability\n"
      "      target: 99.5 # percent of requests that must not fail\n"
      "      indicator:\n        counters:\n          total: " +
      metrics.total + "\n          bad: " + Quoted(metrics.bad) + "\n";
  if (metrics.histogram.empty()) return text;
  return text +
         "    - name: latency\n      dimension: latency\n"
         "      target: 99 # percent of requests at or below the threshold\n"
         "      indicator:\n        histogram:\n          metric: " +
         metrics.histogram + "\n          threshold: " + metrics.threshold +
         " # a bucket bound of the histogram\n";
}

}  // namespace

std::unique_ptr<Command> MakeInitCommand() { return std::make_unique<InitCommand>(); }

ports::Result<InitRoute> ChooseRoute(const InitFacts& facts, InitNotes& notes) {
  const auto& routes = facts.finding.routes;
  const auto chosen =
      std::ranges::find_if(routes, [&](const auto& seen) { return IsRequestedFor(seen, facts); });
  if (chosen == routes.end() && !facts.route_name.empty()) {
    Names there;
    for (const ports::RouteFinding& seen : routes) there.push_back(seen.kind + "/" + seen.name);
    return ports::Fail(ports::ErrorCode::kNotFound,
                       "no " + facts.route_kind + " " + facts.route_name +
                           " sends to a Service of Deployment " + facts.deployment.name +
                           "; there is: " + (there.empty() ? "none" : Joined(there)));
  }
  if (chosen == routes.end()) return WithoutRoute(facts, notes);
  const auto others =
      std::ranges::count_if(routes, [&](const auto& seen) { return IsRequestedFor(seen, facts); });
  if (others > 1) {
    notes.push_back({Kind::kAssumed,
                     "of " + std::to_string(others) + " routes the first; choose with --route"});
  }
  return FromSnapshot(*chosen, facts, notes);
}

std::string RoutePatch(const InitFacts& facts, const InitRoute& route) {
  Json patch = Json::array();
  for (const ports::RouteFinding& seen : facts.finding.routes) {
    if (seen.kind != route.kind || seen.name != route.name) continue;
    for (const ports::SingleBackend& one : seen.single) {
      if (one.service != route.baseline_service) continue;
      const bool by_host = !one.host.empty();
      const std::size_t dot = std::min(one.host.find('.'), one.host.size());
      const std::string host = route.canary_service + one.host.substr(dot);
      Json backend{{"name", route.canary_service}};
      if (one.port != 0) backend["port"] = one.port;
      if (by_host) {
        backend = {{"destination", {{"host", host}}}};
        if (one.port != 0) backend["destination"]["port"]["number"] = one.port;
      }
      backend["weight"] = 0;
      patch.push_back({{"op", "test"},
                       {"path", one.path + (by_host ? "/destination/host" : "/name")},
                       {"value", by_host ? one.host : one.service}});
      patch.push_back({{"op", "add"}, {"path", one.path + "/weight"}, {"value", 100}});
      patch.push_back({{"op", "add"},
                       {"path", one.path.substr(0, one.path.size() - 1) + "-"},
                       {"value", backend}});
    }
  }
  return patch.dump();
}

ports::Result<InitPolicy> WritePolicy(const InitFacts& facts) {
  InitPolicy policy;
  const ports::Result<InitRoute> route = ChooseRoute(facts, policy.notes);
  if (!route) return tl::unexpected(route.error());
  policy.route = *route;
  const InitMetrics metrics = ChooseMetrics(facts, *route, policy.notes);
  policy.text = "apiVersion: slogate.dev/v1alpha1\nkind: RolloutPolicy\nmetadata:\n  name: " +
                facts.deployment.name + "\n  namespace: " + facts.deployment.ns +
                "\nspec:\n  workload:\n    ref:\n      name: " + facts.deployment.name + "\n" +
                RouteText(*route);
  if (facts.prometheus.empty()) {
    policy.notes.push_back(
        {InitNote::Kind::kAssumed, "the controller's Prometheus provider named default"});
  } else {
    policy.text += "  prometheus:\n    address: " + Quoted(facts.prometheus) +
                   " # as the controller reaches it\n";
  }
  policy.text += TracksText(metrics.tracks) + ObjectivesText(metrics);
  policy.notes.push_back({InitNote::Kind::kAssumed,
                          "steps of 5, 25 and 50 percent, five minutes each; add steps to change"});
  return policy;
}

}  // namespace slogate::app

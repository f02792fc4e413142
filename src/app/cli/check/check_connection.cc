#include "app/cli/check/check_connection.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "app/cli/frame/command.h"
#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"
#include "spec/text/names.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

struct Host {
  std::string name;  // in lower case; an IPv6 address in brackets
  std::string port;  // empty: none is written
};

Host Split(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  if (!has_port) return {spec::Lower(text), ""};
  return {spec::Lower(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

std::string PortIn(const std::string& address, const Host& host) {
  if (!host.port.empty()) return host.port;
  return address.starts_with("https://") ? "443" : "80";
}

tl::unexpected<ports::Error> Wrong(std::string message) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument, std::move(message));
}

bool IsHttpUrl(std::string_view url) {
  const bool scheme = url.starts_with("http://") || url.starts_with("https://");
  const bool plain = std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7f; });
  return scheme && plain && url.find("://") + 3 < url.size();
}

std::string AllowHost(const std::string& host) {
  return "--allow-host " + host + " if it is yours";
}

// One secret: from a file, from the environment, or not at all.
struct Source {
  std::string& field;  // where it goes
  const char* flag;
  const std::string& file;
  const char* variable;  // null: none
  const char* what;
  const std::optional<core::SecretKey>& secret;  // of the file, which it stands in for
  bool public_too = false;                       // it may go anywhere
};

// Where a connection leads, and what may go there.
struct Target {
  std::string whose;    // for messages
  std::string host;     // likewise
  bool allowed = true;  // the person named this host
  bool keeps_private = true;
  bool secrets_needed = true;  // the file's Secrets want a stand-in
};

// Why the secret is missing, and what to do about it.
std::string Missing(const Source& source, const Target& target, bool offered) {
  std::string text = target.whose + " takes the " + source.what + " from Secret " +
                     source.secret->name + ", which is not read here";
  if (!target.keeps_private) {
    return text + ", and credentials are not sent to " + target.host +
           " over plain http; give an https address, there or with --prometheus";
  }
  text += "; give ";
  if (!offered) {
    text += source.flag;
    if (source.variable != nullptr) text += " or " + std::string(source.variable);
  }
  if (!target.allowed) text += (offered ? "" : ", and ") + AllowHost(target.host);
  return text;
}

// Empty, or what is wrong. A credential is left out, and remembered in `any_offered`, where it may
// not go.
std::string Read(const Source& source, const Target& target, const Adapters& adapters,
                 bool& any_offered) {
  // CI systems set a variable to nothing where there is no secret.
  const char* const value =
      source.variable != nullptr ? adapters.environment(source.variable) : nullptr;
  const bool offered = !source.file.empty() || (value != nullptr && *value != '\0');
  const bool needed = source.secret && target.secrets_needed;
  if (!source.public_too) any_offered = any_offered || offered;
  const bool may_go = target.allowed || source.public_too;
  if (!may_go || !offered) return needed ? Missing(source, target, offered) : "";
  if (source.file.empty()) {
    source.field = value;
    return "";
  }
  const ports::Result<std::string> text = adapters.read_file(source.file);
  if (!text) return std::string(source.flag) + ": " + text.error().message;
  source.field = text->substr(0, text->find_last_not_of("\r\n") + 1);
  return "";
}

// What a person can do when the server wants credentials, or others.
std::string UnauthorizedHint(const Target& target, bool offered) {
  if (target.allowed && offered) return "see that the token or password is the right one";
  std::string hint =
      offered ? "no credentials were sent, for the address comes from a file; give "
              : "give --bearer-token-file or --basic-username, or set SLOGATE_BEARER_TOKEN";
  if (!target.allowed) hint += (offered ? "" : ", and give ") + AllowHost(target.host);
  if (!target.keeps_private) hint += ", with an https address";
  return hint;
}

// What is wrong with a value of --allow-host, and how to write it; empty: nothing.
std::string AllowedHostProblem(const std::string& text) {
  const bool plain = text.find('/') == std::string::npos;
  if (plain && spec::UrlProblem("https://" + text).empty()) return "";
  return "'" + text + "' is not a host; give HOST or HOST:PORT, such as prometheus.example.com";
}

// Whether the host of `address` is among `hosts`, each HOST (any port) or HOST:PORT (no other).
// Names are compared whole and without case; nothing stands for several.
bool IsAllowedHost(const std::string& address, const std::vector<std::string>& hosts) {
  // Only of a sound address is it sure that HTTP sees the same host.
  if (!spec::UrlProblem(address).empty()) return false;
  const Host requested = Split(HostOf(address));
  return std::ranges::any_of(hosts, [&](const std::string& text) {
    const Host allowed = Split(text);
    return allowed.name == requested.name &&
           (allowed.port.empty() || allowed.port == PortIn(address, requested));
  });
}

constexpr core::Duration kLongestLookback = std::chrono::hours(7 * 24);
constexpr core::Duration kDefaultHistory = std::chrono::hours(4);

core::TrackView CompleteTrack(const std::string& revision, const std::string& hash, int pods) {
  core::TrackView track;
  track.exists = true;
  track.revision = revision;
  track.pod_template_hash = hash.empty() ? revision : hash;
  track.desired = track.available = track.available_any = pods;
  track.settled = true;
  return track;
}

core::ReadingPlan Plan(const LookbackRequest& request, const core::FrozenParameters& frozen) {
  core::ReadingPlan plan;
  plan.canary = frozen.canary;
  plan.baseline = frozen.baseline;
  for (const core::FrozenObjective& objective : frozen.objectives) {
    plan.indicators.push_back(objective.indicator);
    plan.slices.push_back({.cohort_label = objective.cohort_label,
                           .cohorts = objective.cohorts,
                           .bounds = objective.bounds});
  }
  plan.block_length = frozen.block_length;
  plan.scrape_interval = frozen.scrape_interval;
  plan.first_block = FirstBlock(request);
  return plan;
}

// What there was before the lookback.
core::HistoryReading HistoryBefore(LookbackRequest request, ports::MetricsSource& source,
                                   std::vector<std::string>& warnings) {
  request.at -= request.lookback;
  request.lookback = kDefaultHistory;
  core::HistoryReading history = ReadHistory(request, source);
  if (history.source != core::SourceProblem::kNone) {
    warnings.push_back("the baseline's history could not be read: " + history.message);
    history.objectives.clear();
  }
  return history;
}

}  // namespace

bool KeepsCredentialsPrivate(const std::string& address) {
  if (address.starts_with("https://")) return true;
  return spec::UrlProblem(address).empty() && spec::IsLoopbackHost(Split(HostOf(address)).name);
}

std::string HostOf(const std::string& address) {
  std::string_view rest = address;
  rest.remove_prefix(std::min(rest.size(), rest.find("://") + 3));
  rest = rest.substr(0, rest.find_first_of("/?#"));
  return std::string(rest.substr(rest.rfind('@') + 1));
}

void DeclareAllowedHosts(CLI::App& parser, ConnectionFlags& flags) {
  parser
      .add_option("--allow-host", flags.allow_hosts,
                  "HOST or HOST:PORT that gets credentials when a file names it")
      ->type_name("HOST")
      ->allow_extra_args(false)
      ->check(AllowedHostProblem);
}

void DeclareConnection(CLI::App& parser, ConnectionFlags& flags) {
  const auto add = [&parser](const char* name, std::string& value, const char* what,
                             const char* type) { AddText(parser, name, value, what, type); };
  add("--prometheus", flags.prometheus, "Ask here instead of the file's address", "URL");
  add("--bearer-token-file", flags.bearer_token_file, "Bearer token", "FILE");
  add("--basic-username", flags.basic_username, "User name for basic auth", "");
  add("--basic-password-file", flags.basic_password_file, "Password for basic auth", "FILE");
  add("--ca-file", flags.ca_file, "CA of the server, PEM", "FILE");
  add("--client-certificate-file", flags.client_certificate_file, "Client certificate, PEM",
      "FILE");
  add("--client-key-file", flags.client_key_file, "Client key, PEM", "FILE");
  add("--server-name", flags.server_name, "Name in the server's certificate", "");
  DeclareHeaders(parser, flags.headers);
}

void DeclareRevisions(CLI::App& parser, RevisionFlags& flags) {
  AddText(parser, "--canary-revision", flags.canary,
          "The canary's value of the policy's revision label");
  AddText(parser, "--baseline-revision", flags.baseline,
          "The baseline's value of the policy's revision label");
}

std::string RevisionProblem(const core::Tracks& tracks, const RevisionFlags& flags) {
  const std::string& label = tracks.revision_label;
  if (!label.empty() && (flags.canary.empty() || flags.baseline.empty())) {
    return "the policy tells the tracks apart by label " + label +
           "; give its values with --canary-revision and --baseline-revision";
  }
  if (label.empty() && !(flags.canary.empty() && flags.baseline.empty())) {
    return "--canary-revision and --baseline-revision need a policy with spec.tracks.revisionLabel";
  }
  return "";
}

ports::Result<ports::MetricsConnection> ConnectionFromFlags(
    const core::PrometheusSettings& settings, const ConnectionFlags& flags,
    const Adapters& adapters, const std::string& whose) {
  ports::MetricsConnection connection;
  connection.address = flags.prometheus.empty() ? settings.address : flags.prometheus;
  if (connection.address.empty() && settings.provider.empty()) {
    return Wrong(whose +
                 " names no Prometheus; set spec.prometheus.address, or give --prometheus URL");
  }
  if (connection.address.empty()) {
    return Wrong(whose + " names provider \"" + settings.provider +
                 "\", which only the controller knows; give --prometheus URL");
  }
  if (!IsHttpUrl(connection.address)) {
    return Wrong("--prometheus: not a URL; give one such as http://localhost:9090");
  }
  const bool by_person = !flags.prometheus.empty();
  const Target target{whose, HostOf(connection.address),
                      by_person || IsAllowedHost(connection.address, flags.allow_hosts),
                      KeepsCredentialsPrivate(connection.address), !by_person};
  for (const auto& [header, value] : settings.headers) connection.headers[header] = value;
  const std::string mistake =
      AddHeaders(flags.headers, {target.host, target.allowed, target.keeps_private},
                 adapters.read_file, connection.headers);
  if (!mistake.empty()) return Wrong(mistake);
  const std::string missing = MissingHeader(settings.secret_headers, connection.headers);
  if (!by_person && !missing.empty()) {
    return Wrong(whose + " takes the header " + missing +
                 " from a Secret, which is not read here; give it with --header-file" +
                 (target.allowed ? "" : ", and " + AllowHost(target.host)));
  }
  connection.server_name = flags.server_name.empty() ? settings.server_name : flags.server_name;
  connection.timeout = settings.timeout;
  bool offered = !flags.basic_username.empty();
  for (const Source& source : std::initializer_list<Source>{
           {connection.bearer_token, "--bearer-token-file", flags.bearer_token_file,
            "SLOGATE_BEARER_TOKEN", "bearer token", settings.bearer_token},
           {connection.basic_password, "--basic-password-file", flags.basic_password_file,
            "SLOGATE_BASIC_PASSWORD", "password", settings.basic_password},
           {connection.client_certificate_pem, "--client-certificate-file",
            flags.client_certificate_file, nullptr, "client certificate",
            settings.client_certificate},
           {connection.client_key_pem, "--client-key-file", flags.client_key_file, nullptr,
            "client key", settings.client_key},
           {connection.ca_pem, "--ca-file", flags.ca_file, nullptr, "CA", settings.ca, true}}) {
    const std::string problem = Read(source, target, adapters, offered);
    if (!problem.empty()) return Wrong(problem);
  }
  // A name without its password is of no use to anyone.
  if (target.allowed && !flags.basic_username.empty()) {
    connection.basic_username = flags.basic_username;
  } else if (!connection.basic_password.empty()) {
    connection.basic_username = settings.basic_username;
  }
  const bool speaks = !connection.bearer_token.empty() || !connection.basic_username.empty();
  if (speaks && !target.keeps_private) {
    return Wrong((by_person ? "--prometheus" : whose) + ": credentials are not sent to " +
                 target.host + " over plain http; give an https address, or leave out " +
                 "the token, password and user name");
  }
  connection.unauthorized_hint = UnauthorizedHint(target, offered);
  return connection;
}

core::WorkloadView TracksAtStart(const core::Policy& policy, const RevisionFlags& revisions,
                                 int baseline_pods) {
  const int pods = std::max(1, baseline_pods);
  const core::CanaryScale& scale = policy.workload.canary_scale;
  // An owner's canary is taken to be as large as the baseline.
  const bool follows = policy.workload.promotion == core::Promotion::kManaged;
  const double of_weight = follows ? policy.steps.front().weight_percent / 100.0 : 1;
  const double share = std::ceil(scale.share_of_baseline.value_or(of_weight) * pods - 1e-9);
  const int canary_pods = scale.replicas.value_or(static_cast<int>(share));
  core::WorkloadView workload;
  workload.canary = CompleteTrack("canary", revisions.canary, std::max(1, canary_pods));
  workload.baseline = CompleteTrack("baseline", revisions.baseline, pods);
  return workload;
}

std::string ReadLookback(const std::string& text, const std::string& such_as,
                         LookbackRequest& request) {
  const std::optional<core::Duration> lookback = spec::ParseDuration(text);
  const core::Duration least = 2 * core::BlockLength(request.policy.prometheus);
  if (!lookback || *lookback < least || *lookback > kLongestLookback) {
    return "--lookback " + text + ": give a length of time from two blocks (" +
           spec::ToText(least) + ") to " + spec::ToText(kLongestLookback) + ", such as " + such_as;
  }
  request.lookback = *lookback;
  return "";
}

std::int64_t FirstBlock(const LookbackRequest& request) {
  const core::Duration block = core::BlockLength(request.policy.prometheus);
  const core::Duration from = (request.at - request.lookback).time_since_epoch();
  return (from + block - core::Duration(1)) / block;
}

core::HistoryReading ReadHistory(const LookbackRequest& request, ports::MetricsSource& source) {
  const core::WorkloadView workload = TracksAtStart(request.policy, request.revisions, 1);
  core::ReadingPlan plan = core::PlanHistory(request.policy, workload, request.at);
  plan.wants_history = false;  // no rollout is about to start
  plan.first_block = FirstBlock(request);
  return source.History(request.connection, plan, request.at);
}

int PodsIn(const core::HistoryReading& history) {
  std::size_t most = 0;
  for (const core::ObjectiveHistory& objective : history.objectives) {
    most = std::max(most, objective.pods.size());
  }
  return static_cast<int>(most);
}

core::FrozenParameters FreezeFor(const LookbackRequest& request,
                                 const core::HistoryReading& history) {
  const core::WorkloadView workload =
      TracksAtStart(request.policy, request.revisions, PodsIn(history));
  return core::Freeze(request.policy, workload, history, request.at);
}

LookbackResult JudgeLookback(const LookbackRequest& request, ports::MetricsSource& source) {
  LookbackResult result;
  core::HistoryReading history = HistoryBefore(request, source, result.warnings);
  history.until =
      core::TimePoint(FirstBlock(request) * core::BlockLength(request.policy.prometheus));
  const core::FrozenParameters frozen = FreezeFor(request, history);
  core::EvidenceReading reading =
      source.Count("check", request.connection, Plan(request, frozen), request.at);
  result.source = reading.source;
  result.message = std::move(reading.message);
  result.blocks = reading.blocks.size();
  if (result.source != core::SourceProblem::kNone) {
    result.warnings = std::move(reading.warnings);
    return result;
  }
  std::move(reading.warnings.begin(), reading.warnings.end(), std::back_inserter(result.warnings));
  result.objectives = frozen.objectives;
  result.verdicts =
      core::JudgeOnce(frozen.objectives, reading.blocks, frozen.alpha, frozen.promotion_alpha);
  return result;
}

}  // namespace slogate::app

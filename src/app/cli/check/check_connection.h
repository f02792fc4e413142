// Where credentials may go: only over an encrypted or local connection, and only to hosts that the
// person named. Addresses from files are untrusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "app/cli/check/header_flags.h"
#include "app/cli/frame/adapters.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"
#include "slogate/ports/metrics_source.h"
#include "slogate/ports/result.h"

namespace CLI {
class App;
}

namespace slogate::app {

// https, or http to this machine. False for whatever is not plainly one of these.
bool KeepsCredentialsPrivate(const std::string& address);

// HOST or HOST:PORT as the address has it; never more of it.
std::string HostOf(const std::string& address);

// Where a command asks for counts, as whom, and of which revisions.

// Flags that stand in for what only the cluster knows: providers and Secrets.
struct ConnectionFlags {
  std::string prometheus;                // URL; empty: the file's address
  std::vector<std::string> allow_hosts;  // HOST or HOST:PORT
  std::string bearer_token_file;
  std::string basic_username;
  std::string basic_password_file;
  std::string ca_file;
  std::string client_certificate_file;
  std::string client_key_file;
  std::string server_name;
  HeaderFlags headers;
};

void DeclareConnection(CLI::App& parser, ConnectionFlags& flags);

// --allow-host; of commands that ask the address of a file.
void DeclareAllowedHosts(CLI::App& parser, ConnectionFlags& flags);

// Which revisions to compare, where a label of the pods tells them apart.
struct RevisionFlags {
  std::string canary;
  std::string baseline;
};

void DeclareRevisions(CLI::App& parser, RevisionFlags& flags);

// What is wrong with them for this policy; empty: nothing.
std::string RevisionProblem(const core::Tracks& tracks, const RevisionFlags& flags);

// Tokens and passwords may also come from SLOGATE_BEARER_TOKEN and SLOGATE_BASIC_PASSWORD; flags
// win. With a URL of its own, a policy's Secrets need no stand-in.
//
// Tokens, passwords, client certificates and headers of flags go to --prometheus and to hosts of
// --allow-host alone; a file's address is asked without them, and with --header not at all. Over
// plain http they go to this machine alone.
//
// kInvalidArgument names the flag that is missing or wrong, and whose settings they are.
ports::Result<ports::MetricsConnection> ConnectionFromFlags(
    const core::PrometheusSettings& settings, const ConnectionFlags& flags,
    const Adapters& adapters, const std::string& whose = "the policy");

// The baseline's past, asked for as a rollout that is about to start would.

// Both tracks complete, as when a rollout starts, with `baseline_pods` pods or the one there must
// be. Revisions that are not given have simulated names.
core::WorkloadView TracksAtStart(const core::Policy& policy, const RevisionFlags& revisions,
                                 int baseline_pods);

struct LookbackRequest {
  core::Policy policy;
  ports::MetricsConnection connection;
  RevisionFlags revisions;     // of a policy with a revision label
  core::Duration lookback{0};  // at least one block
  core::TimePoint at{};        // its end
};

// From a flag's text. Empty, or what is wrong with it; `such_as` is what may be given instead.
std::string ReadLookback(const std::string& text, const std::string& such_as,
                         LookbackRequest& request);

// Whole blocks within the lookback. A source that fails says so in the reading.
core::HistoryReading ReadHistory(const LookbackRequest& request, ports::MetricsSource& source);

// Judges the recent past once, outside any rollout.

struct LookbackResult {
  core::SourceProblem source = core::SourceProblem::kNone;  // other than kNone: no verdicts
  std::string message;
  std::vector<core::ObjectiveVerdict> verdicts;   // in the order of the policy
  std::vector<core::FrozenObjective> objectives;  // the same order: what they were judged by
  std::size_t blocks = 0;
  std::vector<std::string> warnings;
};

// The first block that begins within the lookback.
std::int64_t FirstBlock(const LookbackRequest& request);

// Baseline pods that its series tell apart, of the objective with most; 0: none.
int PodsIn(const core::HistoryReading& history);

// What a rollout would freeze with this history, with as many baseline pods as it tells apart.
core::FrozenParameters FreezeFor(const LookbackRequest& request,
                                 const core::HistoryReading& history);

// Only whole, closed blocks within the lookback count. How bursty the counts are is measured on
// the four hours before; when they cannot be read the defaults are taken, and a warning says so.
// Cohorts and bucket bounds are those that these four hours had.
LookbackResult JudgeLookback(const LookbackRequest& request, ports::MetricsSource& source);

}  // namespace slogate::app

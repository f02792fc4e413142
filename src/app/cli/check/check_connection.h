// Where credentials may go: only over an encrypted or local connection, and only to hosts that the
// person named. Addresses from files are untrusted.
#pragma once

#include <string>
#include <vector>

#include "app/cli/frame/adapters.h"
#include "slogate/core/policy.h"
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
// Tokens, passwords and client certificates go to --prometheus and to hosts of --allow-host alone;
// a file's address is asked without them. Over plain http they go to this machine alone.
//
// kInvalidArgument names the flag that is missing or wrong, and whose settings they are.
ports::Result<ports::MetricsConnection> ConnectionFromFlags(
    const core::PrometheusSettings& settings, const ConnectionFlags& flags,
    const Adapters& adapters, const std::string& whose = "the policy");

}  // namespace slogate::app

// From a policy's Prometheus settings to a connection, with every secret filled in.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::app {

// A Prometheus that policies may name. It belongs to who runs the controller, so its credentials
// are files of the controller's; they are read again for every connection, since they rotate.
struct Provider {
  std::string address;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> header_files;  // names, and files of the values
  std::string bearer_token_file;
  std::string basic_username;
  std::string basic_password_file;
  std::string ca_file;
  std::string client_certificate_file;
  std::string client_key_file;
  std::string server_name;
};

using Providers = std::map<std::string, Provider>;

// Reads a whole small file.
using FileReader = std::function<ports::Result<std::string>(const std::string& path)>;

// Why there is no connection; becomes the reading's source problem.
struct ConnectionProblem {
  core::SourceProblem problem = core::SourceProblem::kUnauthorized;
  std::string message;
};

using ConnectionResult = tl::expected<ports::MetricsConnection, ConnectionProblem>;

// A policy that names a provider gets that provider's address, headers and credentials and none of
// its own: a policy must not borrow a provider's credentials for another tenant. A Secret or file
// that cannot be read is kUnauthorized; a provider that is not configured is kUnreachable.
ConnectionResult ResolveConnection(const std::string& ns, const core::PrometheusSettings& settings,
                                   const Providers& providers, ports::SecretStore& secrets,
                                   const FileReader& read_file);

}  // namespace slogate::app

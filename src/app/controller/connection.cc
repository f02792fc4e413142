#include "app/controller/connection.h"

#include <array>
#include <optional>
#include <utility>

namespace slogate::app {
namespace {

// The bearer token, password, CA, client certificate and client key, in this order; nothing for one
// that is not asked for.
using Secrets = std::array<std::optional<ports::Result<std::string>>, 5>;

// What a secret says, or nothing and why in `problem`.
std::optional<std::string> TextOf(const ports::Result<std::string>& secret, const std::string& name,
                                  const std::string& whose, std::string& problem) {
  if (!secret) {
    problem = whose + ": cannot read the " + name + ": " + secret.error().message;
    return std::nullopt;
  }
  if (secret->empty()) {
    problem = whose + ": the " + name + " is empty";
    return std::nullopt;
  }
  return secret->substr(0, secret->find_last_not_of("\r\n") + 1);
}

// `settings` of a policy or a provider, which `whose` names in messages.
ConnectionResult WithSecrets(const auto& settings, core::Duration timeout, const std::string& whose,
                             const Secrets& secrets) {
  ports::MetricsConnection connection;
  connection.address = settings.address;
  for (const auto& [header, value] : settings.headers) connection.headers[header] = value;
  connection.basic_username = settings.basic_username;
  connection.server_name = settings.server_name;
  connection.timeout = timeout;
  std::size_t i = 0;
  for (const auto& [field, name] :
       {std::pair(&connection.bearer_token, "bearer token"),
        std::pair(&connection.basic_password, "password"), std::pair(&connection.ca_pem, "CA"),
        std::pair(&connection.client_certificate_pem, "client certificate"),
        std::pair(&connection.client_key_pem, "client key")}) {
    const auto& secret = secrets[i++];
    if (!secret) continue;
    std::string problem;
    std::optional<std::string> text = TextOf(*secret, name, whose, problem);
    if (!text) {
      return tl::unexpected(ConnectionProblem{core::SourceProblem::kUnauthorized, problem});
    }
    *field = std::move(*text);
  }
  return connection;
}

// The first problem stays.
void AddHeader(const std::string& header, const ports::Result<std::string>& secret,
               const std::string& whose, ConnectionResult& connection) {
  if (!connection) return;
  std::string problem;
  std::optional<std::string> value = TextOf(secret, "header " + header, whose, problem);
  if (value) {
    connection->headers[header] = std::move(*value);
  } else {
    connection =
        tl::unexpected(ConnectionProblem{core::SourceProblem::kUnauthorized, std::move(problem)});
  }
}

}  // namespace

ConnectionResult ResolveConnection(const std::string& ns, const core::PrometheusSettings& settings,
                                   const Providers& providers, ports::SecretStore& secrets,
                                   const FileReader& read_file) {
  const std::string& name = settings.provider;
  if (name.empty()) {
    const auto read = [&](const std::optional<core::SecretKey>& key) {
      return key ? std::optional(secrets.Read(ns, *key)) : std::nullopt;
    };
    const std::string whose = "spec.prometheus";
    ConnectionResult connection =
        WithSecrets(settings, settings.timeout, whose,
                    {read(settings.bearer_token), read(settings.basic_password), read(settings.ca),
                     read(settings.client_certificate), read(settings.client_key)});
    for (const auto& [header, secret] : settings.secret_headers) {
      AddHeader(header, secrets.Read(ns, secret), whose, connection);
    }
    return connection;
  }
  const auto found = providers.find(name);
  if (found == providers.end()) {
    return tl::unexpected(ConnectionProblem{
        core::SourceProblem::kUnreachable,
        "spec.prometheus.provider: the controller has no provider \"" + name +
            "\"; add it to the controller's configuration, or give spec.prometheus.address"});
  }
  const auto read = [&](const std::string& path) {
    return path.empty() ? std::nullopt : std::optional(read_file(path));
  };
  const Provider& provider = found->second;
  const std::string whose = "provider \"" + name + "\"";
  ConnectionResult connection = WithSecrets(
      provider, settings.timeout, whose,
      {read(provider.bearer_token_file), read(provider.basic_password_file), read(provider.ca_file),
       read(provider.client_certificate_file), read(provider.client_key_file)});
  for (const auto& [header, file] : provider.header_files) {
    AddHeader(header, read_file(file), whose, connection);
  }
  return connection;
}

}  // namespace slogate::app

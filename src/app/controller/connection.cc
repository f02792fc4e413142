#include "app/controller/connection.h"

#include <optional>

namespace slogate::app {
namespace {

std::string WithoutLineEnd(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

// Fills fields in one after the other and keeps the first problem.
class Filler {
 public:
  explicit Filler(std::string what) : what_(std::move(what)) {}

  void Fill(std::string& field, const char* name, const ports::Result<std::string>& value) {
    if (problem_) return;
    if (!value) {
      problem_ = what_ + ": cannot read the " + name + ": " + value.error().message;
    } else if (value->empty()) {
      problem_ = what_ + ": the " + name + " is empty";
    } else {
      field = WithoutLineEnd(*value);
    }
  }

  const std::optional<std::string>& problem() const { return problem_; }

 private:
  std::string what_;
  std::optional<std::string> problem_;
};

ConnectionResult FromProvider(const std::string& name, const Providers& providers,
                              core::Duration timeout, const FileReader& read_file) {
  const auto found = providers.find(name);
  if (found == providers.end()) {
    return tl::unexpected(ConnectionProblem{
        core::SourceProblem::kUnreachable,
        "spec.prometheus.provider: the controller has no provider \"" + name +
            "\"; add it to the controller's configuration, or give spec.prometheus.address"});
  }
  const Provider& provider = found->second;
  ports::MetricsConnection connection;
  connection.address = provider.address;
  for (const auto& [header, value] : provider.headers) connection.headers[header] = value;
  connection.basic_username = provider.basic_username;
  connection.server_name = provider.server_name;
  connection.timeout = timeout;
  Filler filler("provider \"" + name + "\"");
  const auto fill = [&](std::string& field, const char* what, const std::string& path) {
    if (!path.empty()) filler.Fill(field, what, read_file(path));
  };
  fill(connection.bearer_token, "bearer token", provider.bearer_token_file);
  fill(connection.basic_password, "password", provider.basic_password_file);
  fill(connection.ca_pem, "CA", provider.ca_file);
  fill(connection.client_certificate_pem, "client certificate", provider.client_certificate_file);
  fill(connection.client_key_pem, "client key", provider.client_key_file);
  if (filler.problem()) {
    return tl::unexpected(ConnectionProblem{core::SourceProblem::kUnauthorized, *filler.problem()});
  }
  return connection;
}

}  // namespace

ConnectionResult ResolveConnection(const std::string& ns, const core::PrometheusSettings& settings,
                                   const Providers& providers, ports::SecretStore& secrets,
                                   const FileReader& read_file) {
  if (!settings.provider.empty()) {
    return FromProvider(settings.provider, providers, settings.timeout, read_file);
  }
  ports::MetricsConnection connection;
  connection.address = settings.address;
  for (const auto& [header, value] : settings.headers) connection.headers[header] = value;
  connection.basic_username = settings.basic_username;
  connection.server_name = settings.server_name;
  connection.timeout = settings.timeout;
  Filler filler("spec.prometheus");
  const auto fill = [&](std::string& field, const char* what,
                        const std::optional<core::SecretKey>& secret) {
    if (secret) filler.Fill(field, what, secrets.Read(ns, *secret));
  };
  fill(connection.bearer_token, "bearer token", settings.bearer_token);
  fill(connection.basic_password, "password", settings.basic_password);
  fill(connection.ca_pem, "CA", settings.ca);
  fill(connection.client_certificate_pem, "client certificate", settings.client_certificate);
  fill(connection.client_key_pem, "client key", settings.client_key);
  if (filler.problem()) {
    return tl::unexpected(ConnectionProblem{core::SourceProblem::kUnauthorized, *filler.problem()});
  }
  return connection;
}

}  // namespace slogate::app

#include "app/cli/check_connection.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string_view>

namespace slogate::app {
namespace {

bool IsHttpUrl(std::string_view url) {
  const bool scheme = url.starts_with("http://") || url.starts_with("https://");
  const bool plain =
      std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f; });
  return scheme && plain && url.find("://") + 3 < url.size();
}

// One secret: from a file, from the environment, or not at all.
struct Source {
  const char* flag;
  const std::string& file;
  const char* variable;  // null: none
  const char* what;
};

class Reader {
 public:
  Reader(const Adapters& adapters, const std::string& whose, bool secrets_needed)
      : adapters_(adapters), whose_(whose), secrets_needed_(secrets_needed) {}

  void Read(std::string& field, const Source& source,
            const std::optional<core::SecretKey>& secret) {
    if (problem_) return;
    if (!source.file.empty()) {
      ports::Result<std::string> text = adapters_.read_file(source.file);
      if (!text) {
        problem_ = std::string(source.flag) + ": " + text.error().message;
        return;
      }
      while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
      field = std::move(*text);
      return;
    }
    const char* const value =
        source.variable != nullptr ? adapters_.environment(source.variable) : nullptr;
    if (value != nullptr) {
      field = value;
    } else if (secret && secrets_needed_) {
      problem_ = whose_ + " takes the " + source.what + " from Secret " + secret->name +
                 ", which is not read here; give " + source.flag;
      if (source.variable != nullptr) *problem_ += " or " + std::string(source.variable);
    }
  }

  const std::optional<std::string>& problem() const { return problem_; }

 private:
  const Adapters& adapters_;
  const std::string& whose_;
  bool secrets_needed_;
  std::optional<std::string> problem_;
};

}  // namespace

void DeclareConnection(CLI::App& parser, ConnectionFlags& flags) {
  parser.add_option("--prometheus", flags.prometheus, "Ask here instead of the file's address")
      ->type_name("URL");
  const auto file = [&parser](const char* name, std::string& value, const char* what) {
    parser.add_option(name, value, what)->type_name("FILE");
  };
  file("--bearer-token-file", flags.bearer_token_file, "Bearer token");
  parser.add_option("--basic-username", flags.basic_username, "User name for basic auth");
  file("--basic-password-file", flags.basic_password_file, "Password for basic auth");
  file("--ca-file", flags.ca_file, "CA of the server, PEM");
  file("--client-certificate-file", flags.client_certificate_file, "Client certificate, PEM");
  file("--client-key-file", flags.client_key_file, "Client key, PEM");
  parser.add_option("--server-name", flags.server_name, "Name in the server's certificate");
}

void DeclareRevisions(CLI::App& parser, RevisionFlags& flags) {
  parser.add_option("--canary-revision", flags.canary,
                    "The canary's value of the policy's revision label");
  parser.add_option("--baseline-revision", flags.baseline,
                    "The baseline's value of the policy's revision label");
}

std::string RevisionProblem(const core::Arms& arms, const RevisionFlags& flags) {
  const std::string& label = arms.revision_label;
  if (!label.empty() && (flags.canary.empty() || flags.baseline.empty())) {
    return "the policy tells the arms apart by label " + label +
           "; give its values with --canary-revision and --baseline-revision";
  }
  if (label.empty() && !(flags.canary.empty() && flags.baseline.empty())) {
    return "--canary-revision and --baseline-revision need a policy with "
           "spec.arms.revisionLabel";
  }
  return "";
}

ports::Result<ports::MetricsConnection> ConnectionFromFlags(
    const core::PrometheusSettings& settings, const ConnectionFlags& flags,
    const Adapters& adapters, const std::string& whose) {
  ports::MetricsConnection connection;
  connection.address = flags.prometheus.empty() ? settings.address : flags.prometheus;
  if (connection.address.empty() && settings.provider.empty()) {
    return ports::Fail(
        ports::ErrorCode::kInvalidArgument,
        whose + " names no Prometheus; set spec.prometheus.address, or give --prometheus URL");
  }
  if (connection.address.empty()) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       whose + " names provider \"" + settings.provider +
                           "\", which only the controller knows; give --prometheus URL");
  }
  if (!IsHttpUrl(connection.address)) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "--prometheus: not a URL; give one such as http://localhost:9090");
  }
  for (const auto& [header, value] : settings.headers) connection.headers[header] = value;
  connection.basic_username =
      flags.basic_username.empty() ? settings.basic_username : flags.basic_username;
  connection.server_name = flags.server_name.empty() ? settings.server_name : flags.server_name;
  connection.timeout = settings.timeout;
  Reader reader(adapters, whose, flags.prometheus.empty());
  reader.Read(
      connection.bearer_token,
      {"--bearer-token-file", flags.bearer_token_file, "SLOGATE_BEARER_TOKEN", "bearer token"},
      settings.bearer_token);
  reader.Read(
      connection.basic_password,
      {"--basic-password-file", flags.basic_password_file, "SLOGATE_BASIC_PASSWORD", "password"},
      settings.basic_password);
  reader.Read(connection.ca_pem, {"--ca-file", flags.ca_file, nullptr, "CA"}, settings.ca);
  reader.Read(
      connection.client_certificate_pem,
      {"--client-certificate-file", flags.client_certificate_file, nullptr, "client certificate"},
      settings.client_certificate);
  reader.Read(connection.client_key_pem,
              {"--client-key-file", flags.client_key_file, nullptr, "client key"},
              settings.client_key);
  if (reader.problem()) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument, *reader.problem());
  }
  return connection;
}

}  // namespace slogate::app

#include "adapters/kubernetes/login/exec_plugin.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/login/kubeconfig.h"
#include "spec/text/units.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

tl::unexpected<ports::Error> Malformed(std::string what) {
  return ports::Fail(ports::ErrorCode::kMalformedResponse, std::move(what));
}

// Empty when absent; nothing when it is not text.
std::optional<std::string> TextAt(const json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || it->is_null()) return "";
  if (!it->is_string()) return std::nullopt;
  return it->get<std::string>();
}

bool FitsAHeader(const std::string& token) {
  for (const char c : token) {
    if (c <= ' ' || c >= 0x7f) return false;
  }
  return true;
}

ports::Result<ExecCredential> ReadStatus(const json& status) {
  const auto token = TextAt(status, "token");
  const auto certificate = TextAt(status, "clientCertificateData");
  const auto key = TextAt(status, "clientKeyData");
  const auto expiry = TextAt(status, "expirationTimestamp");
  if (!token || !certificate || !key || !expiry) {
    return Malformed("its status has a field that is not text");
  }
  if (certificate->empty() != key->empty()) {
    return Malformed("clientCertificateData and clientKeyData belong together");
  }
  if (token->empty() && certificate->empty()) {
    return Malformed("its status has neither token nor clientCertificateData");
  }
  if (!FitsAHeader(*token)) return Malformed("its token has blanks or control characters");
  ExecCredential read;
  read.credential = Credential{*token, *certificate, *key};
  if (!expiry->empty()) {
    read.expires = spec::ParseTime(*expiry, spec::Zone::kAny);
    if (!read.expires) return Malformed("its expirationTimestamp is not an RFC 3339 time");
  }
  return read;
}

using ports::ErrorCode;

constexpr std::size_t kShortestToken = 32;
constexpr std::size_t kLongestComplaint = 300;
constexpr std::size_t kLongestHint = 500;
constexpr core::Duration kLongestRun{60'000};
constexpr core::Duration kFailureStands{2'000};

bool MayBeOfAToken(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::strchr("-_.+=~", c) != nullptr;
}

ExecCredentialSource::Surroundings RealSurroundings() {
  return {
      .run = process::RunChild,
      .now = [] { return std::chrono::floor<core::Duration>(std::chrono::system_clock::now()); },
      .has_terminal = [] { return isatty(STDIN_FILENO) == 1; },
      .environment = process::OwnEnvironment()};
}

constexpr std::size_t kMaxWords = 256;
constexpr const char* kExecExtension = "client.authentication.k8s.io/exec";

tl::unexpected<ports::Error> RefuseExec(const std::string& where, const std::string& what) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument, "kubeconfig " + where + ": exec." + what);
}

bool HasNul(const std::string& text) { return text.find('\0') != std::string::npos; }

ports::Result<void> ReadArguments(const json& exec, const std::string& where, ExecPlugin& plugin) {
  if (!Has(exec, "args")) return {};
  const json& list = ValueOf(exec, "args");
  if (!list.is_array() || list.size() > kMaxWords) {
    return RefuseExec(where, "args must be a list of at most 256 words");
  }
  for (const json& item : list) {
    if (!item.is_string()) return RefuseExec(where, "args must be words");
    plugin.arguments.push_back(item.get<std::string>());
    if (HasNul(plugin.arguments.back())) return RefuseExec(where, "args must be words");
  }
  return {};
}

ports::Result<void> ReadEnvironment(const json& exec, const std::string& where,
                                    ExecPlugin& plugin) {
  if (!Has(exec, "env")) return {};
  const json& list = ValueOf(exec, "env");
  if (!list.is_array() || list.size() > kMaxWords) {
    return RefuseExec(where, "env must be a list of at most 256 names and values");
  }
  for (const json& item : list) {
    const std::string name = ScalarOf(item, "name");
    const std::string value = ScalarOf(item, "value");
    if (name.empty() || name.find('=') != std::string::npos || HasNul(name) || HasNul(value)) {
      return RefuseExec(where, "env must be a list of {name, value}");
    }
    plugin.environment.emplace_back(name, value);
  }
  return {};
}

ports::Result<void> ReadInteraction(const json& exec, const std::string& where,
                                    ExecPlugin& plugin) {
  using Interaction = ExecPlugin::Interaction;
  const std::string word = ScalarOf(exec, "interactiveMode");
  if (word.empty() && plugin.api_version == kExecV1) {
    return RefuseExec(where, "interactiveMode is missing; write Never, IfAvailable or Always");
  }
  if (word.empty() || word == "IfAvailable") {
    plugin.interaction = Interaction::kIfAvailable;
  } else if (word == "Never") {
    plugin.interaction = Interaction::kNever;
  } else if (word == "Always") {
    plugin.interaction = Interaction::kAlways;
  } else {
    return RefuseExec(where, "interactiveMode is unknown; write Never, IfAvailable or Always");
  }
  return {};
}

// A command with a slash starts from the kubeconfig's folder, as kubectl has it.
std::string Command(const std::string& command, const std::string& file) {
  const std::filesystem::path path = command;
  if (path.is_absolute() || command.find('/') == std::string::npos) return command;
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

}  // namespace

std::string ExecInfo(const std::string& api_version, bool interactive, const json& cluster) {
  json spec{{"interactive", interactive}};
  if (!cluster.is_null()) spec["cluster"] = cluster;
  return json{{"apiVersion", api_version}, {"kind", "ExecCredential"}, {"spec", std::move(spec)}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

ports::Result<ExecCredential> ParseExecCredential(const std::string& answer,
                                                  const std::string& api_version) {
  const json object = json::parse(answer, nullptr, false);
  if (!object.is_object()) return Malformed("its answer is not a JSON object");
  if (TextAt(object, "kind") != "ExecCredential") {
    return Malformed("its answer is not an ExecCredential");
  }
  if (TextAt(object, "apiVersion") != api_version) {
    return Malformed("its answer has another apiVersion than " + api_version);
  }
  const auto status = object.find("status");
  if (status == object.end() || !status->is_object()) {
    return Malformed("its answer has no status");
  }
  return ReadStatus(*status);
}

std::string WithoutTokens(const std::string& text, std::size_t limit) {
  std::string safe;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && MayBeOfAToken(text[end])) ++end;
    if (end == begin) {
      safe += text[begin++];
      continue;
    }
    safe += end - begin < kShortestToken ? text.substr(begin, end - begin) : "[...]";
    begin = end;
  }
  while (!safe.empty() && std::strchr(" \t\r\n", safe.back()) != nullptr) safe.pop_back();
  return http::Printable(safe, limit);
}

ExecCredentialSource::ExecCredentialSource(ExecPlugin plugin)
    : ExecCredentialSource(std::move(plugin), RealSurroundings()) {}

ExecCredentialSource::ExecCredentialSource(ExecPlugin plugin, Surroundings surroundings)
    : plugin_(std::move(plugin)), surroundings_(std::move(surroundings)) {}

ports::Result<ExecCredentialSource::Issued> ExecCredentialSource::Current() {
  const std::lock_guard lock(mutex_);
  const bool usable = last_ && (!last_->expires || surroundings_.now() < *last_->expires);
  if (!usable) {
    if (const auto ran = Run(); !ran) return tl::unexpected(ran.error());
  }
  return Issued{last_->credential, serial_};
}

bool ExecCredentialSource::Renew(std::uint64_t serial) {
  const std::lock_guard lock(mutex_);
  // Another thread was refused as well, and has renewed already.
  if (serial_ != serial) return true;
  const std::optional<ExecCredential> refused = last_;
  if (!Run()) return false;
  return !refused || !(refused->credential == last_->credential);
}

// All who waited for a plugin that failed hear of that failure, instead of waiting in turn.
ports::Result<void> ExecCredentialSource::Run() {
  if (failure_ && surroundings_.now() - failure_->first < kFailureStands) {
    return tl::unexpected(failure_->second);
  }
  auto answer = Ask();
  if (!answer) {
    failure_.emplace(surroundings_.now(), answer.error());
    return tl::unexpected(answer.error());
  }
  failure_.reset();
  last_ = std::move(*answer);
  ++serial_;
  return {};
}

ports::Result<ExecCredential> ExecCredentialSource::Ask() const {
  const bool terminal = surroundings_.has_terminal();
  if (plugin_.interaction == ExecPlugin::Interaction::kAlways && !terminal) {
    return Fail(ErrorCode::kInvalidArgument,
                "wants to ask a person, but standard input is no terminal; sign in with kubectl "
                "first, or use a token",
                false);
  }
  const bool interactive = terminal && plugin_.interaction != ExecPlugin::Interaction::kNever;
  const auto result = surroundings_.run(CommandNow(interactive));
  if (!result) {
    const bool missing = result.error().code == ErrorCode::kNotFound;
    return Fail(missing ? ErrorCode::kInvalidArgument : ErrorCode::kUnauthorized,
                result.error().message, missing);
  }
  if (result->code != 0) {
    const std::string words = WithoutTokens(result->complaints, kLongestComplaint);
    return Fail(
        ErrorCode::kUnauthorized,
        "ended with code " + std::to_string(result->code) + (words.empty() ? "" : ": " + words),
        false);
  }
  auto answer = ParseExecCredential(result->output, plugin_.api_version);
  if (!answer) return Fail(ErrorCode::kUnauthorized, answer.error().message, false);
  if (answer->expires && *answer->expires <= surroundings_.now()) {
    return Fail(ErrorCode::kUnauthorized,
                "gave a credential that has expired already; sign in again", false);
  }
  return answer;
}

tl::unexpected<ports::Error> ExecCredentialSource::Fail(ErrorCode code, const std::string& what,
                                                        bool with_hint) const {
  std::string message = "kubeconfig " + plugin_.where + ": exec plugin " +
                        http::Printable(plugin_.command, kLongestComplaint) + " " + what;
  if (with_hint) {
    message += plugin_.install_hint.empty()
                   ? "; install it, or name it with its whole path"
                   : "; " + http::Printable(plugin_.install_hint, kLongestHint);
  }
  return ports::Fail(code, message);
}

process::ChildCommand ExecCredentialSource::CommandNow(bool interactive) const {
  process::ChildCommand command;
  command.arguments.push_back(plugin_.command);
  command.arguments.insert(command.arguments.end(), plugin_.arguments.begin(),
                           plugin_.arguments.end());
  command.environment = surroundings_.environment;
  for (const auto& [name, value] : plugin_.environment) command.environment[name] = value;
  command.environment["KUBERNETES_EXEC_INFO"] =
      ExecInfo(plugin_.api_version, interactive, plugin_.cluster);
  command.interactive = interactive;
  command.timeout = kLongestRun;
  return command;
}

ports::Result<ExecPlugin> ReadExec(const json& user, const std::string& where,
                                   const std::string& file) {
  const json& exec = ValueOf(user, "exec");
  ExecPlugin plugin;
  plugin.where = where;
  plugin.api_version = ScalarOf(exec, "apiVersion");
  plugin.install_hint = ScalarOf(exec, "installHint");
  const std::string command = ScalarOf(exec, "command");
  if (command.empty() || HasNul(command)) {
    return RefuseExec(where, "command is missing; name the plugin's program");
  }
  plugin.command = Command(command, file);
  if (plugin.api_version != kExecV1 && plugin.api_version != kExecV1Beta1) {
    return RefuseExec(where, std::string("apiVersion must be ") + kExecV1 +
                                 " or v1beta1; write it, " +
                                 "or let a newer version of the plugin write the kubeconfig");
  }
  if (auto read = ReadArguments(exec, where, plugin); !read) return tl::unexpected(read.error());
  if (auto read = ReadEnvironment(exec, where, plugin); !read) return tl::unexpected(read.error());
  if (auto read = ReadInteraction(exec, where, plugin); !read) return tl::unexpected(read.error());
  return plugin;
}

bool WantsClusterInfo(const json& user) {
  return IsTrue(ScalarOf(ValueOf(user, "exec"), "provideClusterInfo"));
}

json ClusterInfo(const KubeconfigEntry& entry, const std::string& ca_pem) {
  const json& cluster = entry.body;
  json info{{"server", ScalarOf(cluster, "server")}, {"config", nullptr}};
  if (const std::string name = ScalarOf(cluster, "tls-server-name"); !name.empty()) {
    info["tls-server-name"] = name;
  }
  if (const std::string proxy = ScalarOf(cluster, "proxy-url"); !proxy.empty()) {
    info["proxy-url"] = proxy;
  }
  if (!ca_pem.empty()) info["certificate-authority-data"] = http::EncodeBase64(ca_pem);
  const json& extensions = ValueOf(entry.typed, "extensions");
  if (!extensions.is_array()) return info;
  for (const json& extension : extensions) {
    if (ScalarOf(extension, "name") != kExecExtension) continue;
    if (Has(extension, "extension")) info["config"] = ValueOf(extension, "extension");
  }
  return info;
}

}  // namespace slogate::adapters::kubernetes

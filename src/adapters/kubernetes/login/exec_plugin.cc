#include "adapters/kubernetes/login/exec_plugin.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "adapters/http/printable.h"
#include "spec/text/time_text.h"

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

namespace {

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

std::vector<std::string> OwnEnvironment() {
  std::vector<std::string> entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    entries.emplace_back(*entry);
  }
  return entries;
}

void Set(std::vector<std::string>& environment, const std::string& name, const std::string& value) {
  std::erase_if(environment,
                [&](const std::string& entry) { return entry.starts_with(name + "="); });
  environment.push_back(name + "=" + value);
}

ExecCredentialSource::Surroundings RealSurroundings() {
  return {
      .run = RunChild,
      .now = [] { return std::chrono::floor<core::Duration>(std::chrono::system_clock::now()); },
      .has_terminal = [] { return isatty(STDIN_FILENO) == 1; },
      .environment = OwnEnvironment()};
}

}  // namespace

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

ChildCommand ExecCredentialSource::CommandNow(bool interactive) const {
  ChildCommand command;
  command.arguments.push_back(plugin_.command);
  command.arguments.insert(command.arguments.end(), plugin_.arguments.begin(),
                           plugin_.arguments.end());
  command.environment = surroundings_.environment;
  for (const auto& [name, value] : plugin_.environment) Set(command.environment, name, value);
  Set(command.environment, "KUBERNETES_EXEC_INFO",
      ExecInfo(plugin_.api_version, interactive, plugin_.cluster));
  command.interactive = interactive;
  command.timeout = kLongestRun;
  return command;
}

}  // namespace slogate::adapters::kubernetes

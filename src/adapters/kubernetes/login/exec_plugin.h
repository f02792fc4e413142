// What is said to, and heard from, a kubeconfig's credential plugin
// (client.authentication.k8s.io). Pure; callable from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/process/process.h"
#include "slogate/core/time.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

inline constexpr const char* kExecV1 = "client.authentication.k8s.io/v1";
inline constexpr const char* kExecV1Beta1 = "client.authentication.k8s.io/v1beta1";

// As whom to speak.
struct Credential {
  std::string token;
  std::string certificate_pem;
  std::string key_pem;

  friend bool operator==(const Credential&, const Credential&) = default;
};

struct ExecCredential {
  Credential credential;
  std::optional<core::TimePoint> expires;  // absent: when the server refuses it
};

// The text of KUBERNETES_EXEC_INFO. `cluster` is null unless the plugin asked for it.
std::string ExecInfo(const std::string& api_version, bool interactive,
                     const nlohmann::json& cluster);

// Reads a plugin's answer. kMalformedResponse says what is wrong and never quotes the answer.
ports::Result<ExecCredential> ParseExecCredential(const std::string& answer,
                                                  const std::string& api_version);

// Credentials from the program that a kubeconfig names (users[].user.exec).

struct ExecPlugin {
  enum class Interaction { kNever, kIfAvailable, kAlways };

  std::string where;  // for messages: the kubeconfig and its user
  std::string command;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  // added to this process' own
  std::string api_version;
  std::string install_hint;
  Interaction interaction = Interaction::kIfAvailable;
  nlohmann::json cluster;  // what provideClusterInfo hands over; null: nothing
};

// Thread-safe. Runs the plugin when a credential is first needed, when it has expired and when the
// server has refused it, never twice at once; a failure stands for two seconds. Meant to be shared
// by all clients of one cluster.
class ExecCredentialSource {
 public:
  // What the source needs of the outside.
  struct Surroundings {
    std::function<ports::Result<process::ChildResult>(const process::ChildCommand&)> run;
    std::function<core::TimePoint()> now;
    std::function<bool()> has_terminal;
    process::Environment environment;
  };

  // A credential and the run that gave it, from 1.
  struct Issued {
    Credential credential;
    std::uint64_t serial = 0;
  };

  explicit ExecCredentialSource(ExecPlugin plugin);  // in the real surroundings
  ExecCredentialSource(ExecPlugin plugin, Surroundings surroundings);

  // Blocks while the plugin runs (at most a minute). Errors name kubeconfig, user, command and
  // fix: kInvalidArgument when the plugin cannot be run at all, kUnauthorized when it failed.
  // They hold what it wrote on stderr, shortened and without what looks like a token.
  ports::Result<Issued> Current();

  // After the server refused what run `serial` gave: false when there is nothing else to offer.
  bool Renew(std::uint64_t serial);

 private:
  ports::Result<void> Run();
  ports::Result<ExecCredential> Ask() const;
  tl::unexpected<ports::Error> Fail(ports::ErrorCode code, const std::string& what,
                                    bool with_hint) const;
  process::ChildCommand CommandNow(bool interactive) const;

  const ExecPlugin plugin_;
  const Surroundings surroundings_;
  std::mutex mutex_;
  std::optional<ExecCredential> last_;
  std::uint64_t serial_ = 0;
  std::optional<std::pair<core::TimePoint, ports::Error>> failure_;
};

// `text` on one line, at most `limit` bytes, with [...] for every run of characters long enough to
// be a token.
std::string WithoutTokens(const std::string& text, std::size_t limit);

}  // namespace slogate::adapters::kubernetes

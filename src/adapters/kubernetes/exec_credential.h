// What is said to, and heard from, a kubeconfig's credential plugin
// (client.authentication.k8s.io). Pure; callable from any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

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

}  // namespace slogate::adapters::kubernetes

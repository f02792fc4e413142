// Any text as a credential plugin's answer: a credential or an error with words, never a crash or
// an exception; no token that could leave its header.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "adapters/kubernetes/login/exec_plugin.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace kubernetes = slogate::adapters::kubernetes;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto read = kubernetes::ParseExecCredential(text, kubernetes::kExecV1);
  if (!read) {
    if (read.error().message.empty()) std::abort();
    return 0;
  }
  const kubernetes::Credential& credential = read->credential;
  if (credential.token.empty() && credential.certificate_pem.empty()) std::abort();
  if (credential.token.find_first_of("\r\n ") != std::string::npos) std::abort();
  return 0;
}

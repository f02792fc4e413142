// Any text as kubeconfig: an answer or an error with words, never a crash or an exception.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "adapters/kubernetes/login/kubeconfig.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace kubernetes = slogate::adapters::kubernetes;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto read = [](const std::string& path) -> slogate::ports::Result<std::string> {
    return "text of " + path;
  };
  const auto config = kubernetes::ResolveKubeconfig({{"/config", text}}, "", read);
  if (config ? config->server.empty() : config.error().message.empty()) std::abort();
  // The same file twice says nothing new.
  const auto again =
      kubernetes::ResolveKubeconfig({{"/config", text}, {"/config", text}}, "", read);
  if (config.has_value() != again.has_value()) std::abort();
  return 0;
}

#include "adapters/kubernetes/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>

namespace slogate::adapters::kubernetes {

std::string Sha256Hex(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  // Fails only without memory or without SHA-256, and then nothing may be called equal.
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &length, EVP_sha256(), nullptr) != 1) {
    std::abort();
  }
  std::string result;
  for (unsigned int i = 0; i < length; ++i) {
    result += kHex[bytes[i] >> 4];
    result += kHex[bytes[i] & 15];
  }
  return result;
}

}  // namespace slogate::adapters::kubernetes

#include "adapters/kubernetes/login/base64.h"

#include <algorithm>
#include <cstdint>

namespace slogate::adapters::kubernetes {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char Letter(std::uint32_t bits, int shift) { return kAlphabet[(bits >> shift) & 0x3f]; }

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    }
    out += Letter(bits, 18);
    out += Letter(bits, 12);
    out += count > 1 ? Letter(bits, 6) : '=';
    out += count > 2 ? Letter(bits, 0) : '=';
  }
  return out;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  std::size_t letters = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos || padding > 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++letters % 4 != 1) {
      const std::size_t held = letters % 4 == 0 ? 0 : (letters % 4 == 2 ? 4 : 2);
      out += static_cast<char>((bits >> held) & 0xff);
    }
  }
  const std::size_t last = letters % 4;
  if (last == 1 || padding > 2 || (padding > 0 && (letters + padding) % 4 != 0)) {
    return std::nullopt;
  }
  return out;
}

}  // namespace slogate::adapters::kubernetes

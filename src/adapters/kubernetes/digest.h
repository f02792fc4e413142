// A short fingerprint of text.
#pragma once

#include <string>
#include <string_view>

namespace slogate::adapters::kubernetes {

// SHA-256 in lower-case hexadecimal, 64 characters.
std::string Sha256Hex(std::string_view text);

}  // namespace slogate::adapters::kubernetes

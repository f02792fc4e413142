// Base64 (RFC 4648), as Kubernetes stores binary text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slogate::adapters::kubernetes {

std::string EncodeBase64(std::string_view bytes);

// Line breaks and blanks are passed over; nothing for anything else that is not base64.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace slogate::adapters::kubernetes

// Bytes as text that URLs and headers can hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slogate::adapters::http {

// A path segment, or a value of a query or form, with everything but unreserved characters
// percent-encoded.
std::string PercentEncoded(std::string_view text);

// Base64 (RFC 4648).
std::string EncodeBase64(std::string_view bytes);
// Line breaks and blanks are passed over; nothing for anything else that is not base64.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace slogate::adapters::http

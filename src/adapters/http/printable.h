// Text from strangers, made fit for a log line.
#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace slogate::adapters::http {

// `text` with blanks for control characters, at most `limit` bytes, never half a UTF-8 sequence
// at the cut.
std::string Printable(std::string_view text, std::size_t limit);

// Without blanks and line breaks at both ends.
std::string_view Trimmed(std::string_view text);

// Bytes as text that URLs and headers can hold.

// A path segment, or a value of a query or form, with everything but unreserved characters
// percent-encoded.
std::string PercentEncoded(std::string_view text);

// Base64 (RFC 4648).
std::string EncodeBase64(std::string_view bytes);
// Line breaks and blanks are passed over; nothing for anything else that is not base64.
std::optional<std::string> DecodeBase64(std::string_view text);

// Where an exception must not go on: what it says becomes part of an error.

// Nothing when the call returned. Throws only when there is no memory for the text.
template <typename Call>
std::optional<std::string> ExceptionText(Call&& call) {
  try {
    std::forward<Call>(call)();
    return std::nullopt;
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "unknown exception";
  }
}

}  // namespace slogate::adapters::http

// Text from strangers, made fit for a log line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slogate::adapters::http {

// `text` with blanks for control characters, at most `limit` bytes, never half a UTF-8 sequence
// at the cut.
std::string Printable(std::string_view text, std::size_t limit);

// Without blanks and line breaks at both ends.
std::string_view Trimmed(std::string_view text);

}  // namespace slogate::adapters::http

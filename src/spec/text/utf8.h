// UTF-8 as JSON and the API server insist on it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slogate::spec {

bool IsUtf8(std::string_view text);

// Tab, line feed and carriage return are taken for text.
bool IsControl(char c);

// At most `limit` bytes of the text, cut between characters, with control characters and everything
// that is not UTF-8 replaced by '?'. A text that is cut ends in "...". `limit` is at least 3.
std::string BoundedUtf8(std::string_view text, std::size_t limit);

// Appends a code point; surrogates and values above 0x10FFFF are refused with false.
bool AppendUtf8(std::string& text, unsigned code_point);

}  // namespace slogate::spec

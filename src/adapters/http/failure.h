// What a libcurl result means to a caller.
#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "adapters/http/client.h"

namespace slogate::adapters::http {

// `answered`: a status line had arrived. `detail` is libcurl's own text and may be empty.
HttpError FailureOf(CURLcode code, bool answered, std::string_view detail,
                    const std::string& subject);

// Printable ASCII and UTF-8 of `text`, control characters as blanks, at most `limit` bytes.
std::string Printable(std::string_view text, std::size_t limit);

}  // namespace slogate::adapters::http

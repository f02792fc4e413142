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

}  // namespace slogate::adapters::http

// What a failed call to the API server means.
#pragma once

#include <string>

#include "adapters/http/client.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// Names a call in messages: "GET /api/v1/pods of host:port". The path's query is left out.
std::string CallName(const std::string& method, const std::string& path, const std::string& server);

ports::ErrorCode CodeOfStatus(int status);

// For a status of 400 and above: the status and the `message` of the server's Status object, its
// control characters blanked and its length bounded.
ports::Error FromResponse(const std::string& call, const http::Response& response);

ports::Error FromHttpError(const std::string& call, const http::HttpError& error);

// A server's own words, fit for a log line.
std::string ServerWords(const std::string& text);

}  // namespace slogate::adapters::kubernetes

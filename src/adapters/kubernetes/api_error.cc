#include "adapters/kubernetes/api_error.h"

#include <nlohmann/json.hpp>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/object_fields.h"

namespace slogate::adapters::kubernetes {
namespace {

constexpr std::size_t kMostServerWords = 512;

ports::ErrorCode CodeOf(http::Failure failure) {
  switch (failure) {
    case http::Failure::kBadUrl:
      return ports::ErrorCode::kInvalidArgument;
    case http::Failure::kTimeout:
      return ports::ErrorCode::kTimeout;
    case http::Failure::kTooLarge:
      return ports::ErrorCode::kMalformedResponse;
    case http::Failure::kUnreachable:
    case http::Failure::kTls:
    case http::Failure::kTruncated:
    case http::Failure::kStopped:
      return ports::ErrorCode::kUnavailable;
    case http::Failure::kInternal:
      return ports::ErrorCode::kInternal;
  }
  return ports::ErrorCode::kInternal;
}

}  // namespace

std::string CallName(const std::string& method, const std::string& path,
                     const std::string& server) {
  const std::size_t scheme = server.find("://");
  const std::string host = scheme == std::string::npos ? server : server.substr(scheme + 3);
  return method + " " + path.substr(0, path.find('?')) + " of " + host;
}

ports::ErrorCode CodeOfStatus(int status) {
  if (status == 401 || status == 403) return ports::ErrorCode::kUnauthorized;
  if (status == 404) return ports::ErrorCode::kNotFound;
  if (status == 409) return ports::ErrorCode::kConflict;
  if (status == 408 || status == 504) return ports::ErrorCode::kTimeout;
  if (status == 410 || status == 429 || status >= 500) return ports::ErrorCode::kUnavailable;
  if (status >= 400) return ports::ErrorCode::kInvalidArgument;
  // A redirect, or whatever else an API server does not send.
  return ports::ErrorCode::kMalformedResponse;
}

std::string ServerWords(const std::string& text) { return http::Printable(text, kMostServerWords); }

ports::Error FromResponse(const std::string& call, const http::Response& response) {
  std::string message = call + ": " + std::to_string(response.status);
  const auto body = nlohmann::json::parse(response.body, nullptr, false);
  const std::string words = ServerWords(TextField(body, {"message"}));
  if (!words.empty()) message += " " + words;
  return ports::Error{CodeOfStatus(response.status), std::move(message)};
}

ports::Error FromHttpError(const std::string& call, const http::HttpError& error) {
  return ports::Error{CodeOf(error.failure), call + ": " + error.message};
}

}  // namespace slogate::adapters::kubernetes

// How a port says that something failed. (tl::expected stands in for C++23's std::expected.)
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace slogate::ports {

enum class ErrorCode {
  kInvalidArgument,
  kNotFound,
  kConflict,
  kUnauthorized,
  kUnavailable,
  kTimeout,
  kMalformedResponse,
  kInternal,
};

// `message` names object, operation, host and status code; never a token, a header or a body.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace slogate::ports

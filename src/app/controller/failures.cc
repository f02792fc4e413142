#include "app/controller/failures.h"

namespace slogate::app {

RetryRule RetryOf(ports::ErrorCode code, FailureSubject subject) {
  switch (code) {
    case ports::ErrorCode::kConflict:
      return {Retry::kNow, false};
    case ports::ErrorCode::kUnavailable:
    case ports::ErrorCode::kTimeout:
    case ports::ErrorCode::kMalformedResponse:
    case ports::ErrorCode::kInternal:
      return {Retry::kBackoff, false};
    case ports::ErrorCode::kUnauthorized:
      return {Retry::kBackoff, true};
    case ports::ErrorCode::kNotFound:
      return subject == FailureSubject::kPolicy ? RetryRule{Retry::kDrop, false}
                                                : RetryRule{Retry::kBackoff, true};
    case ports::ErrorCode::kInvalidArgument:
      return {Retry::kSlow, true};
  }
  return {Retry::kBackoff, true};
}

void ExceptionGuard::Note(std::string_view where, const char* what) const noexcept {
  constexpr std::size_t kLongestShown = 200;
  // Out of memory, either may fail as well; then the other one tells.
  try {
    metrics_.ExceptionCaught(where);
  } catch (...) {
  }
  try {
    log_.Error("Exception was caught",
               {{"where", std::string(where)},
                {"error", std::string(std::string_view(what).substr(0, kLongestShown))}});
  } catch (...) {
  }
}

}  // namespace slogate::app

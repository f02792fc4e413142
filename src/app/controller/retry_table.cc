#include "app/controller/retry_table.h"

namespace slogate::app {

RetryRule RetryOf(ports::ErrorCode code, Subject subject) {
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
      return subject == Subject::kPolicy ? RetryRule{Retry::kDrop, false}
                                         : RetryRule{Retry::kBackoff, true};
    case ports::ErrorCode::kInvalidArgument:
      return {Retry::kSlow, true};
  }
  return {Retry::kBackoff, true};
}

}  // namespace slogate::app

#include "app/controller/failures.h"

#include <algorithm>

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

core::Duration PartOf(core::Duration whole, double share) {
  return core::Duration(static_cast<core::Duration::rep>(static_cast<double>(whole.count()) *
                                                         std::clamp(share, 0.0, 1.0)));
}

core::Duration BackoffOf(int earlier_failures, core::Duration first, core::Duration longest,
                         double random) {
  core::Duration delay = first;
  for (int i = 0; i < earlier_failures && delay < longest; ++i) delay *= 2;
  return PartOf(std::min(delay, longest), 0.5 + 0.5 * random);
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

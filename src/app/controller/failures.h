// What to do after a port failed: the one table that maps error codes to a retry.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "app/controller/log.h"
#include "app/controller/metrics.h"
#include "slogate/core/time.h"
#include "slogate/ports/result.h"

namespace slogate::app {

// What the failed call was about.
enum class FailureSubject {
  kPolicy,  // the policy itself
  kNamed,   // something the policy names: a Deployment, a route, a Secret
};

enum class Retry {
  kNow,      // somebody wrote in between: read again and try again
  kBackoff,  // exponential, with jitter
  kSlow,     // after kSlowRetry; only a person can fix it
  kDrop,     // there is nothing left to reconcile
};

struct RetryRule {
  Retry retry = Retry::kBackoff;
  bool tell = false;  // the status says so, since waiting alone may not fix it

  friend bool operator==(const RetryRule&, const RetryRule&) = default;
};

inline constexpr core::Duration kSlowRetry = std::chrono::minutes(5);

// How often a kConflict is tried again within one reconcile before it counts as a failure.
inline constexpr int kMaxConflicts = 4;

// Total; pure.
RetryRule RetryOf(ports::ErrorCode code, FailureSubject subject);

// `share` in [0, 1] of it.
core::Duration PartOf(core::Duration whole, double share);

// `first`, doubled for every earlier failure in a row, at most `longest`; of that between half and
// all, as `random` in [0, 1] says.
core::Duration BackoffOf(int earlier_failures, core::Duration first, core::Duration longest,
                         double random);

// Where an exception ends: one check, one watch or one page fails, and the process goes on.

// Thread-safe as log and metrics are, which outlive it. `where` is one of a few constant words.
class ExceptionGuard {
 public:
  ExceptionGuard(Log& log, ControllerMetrics& metrics) : log_(log), metrics_(metrics) {}

  // False when the call threw; the exception is logged and counted. Never throws.
  template <typename Call>
  bool Run(std::string_view where, Call&& call) const noexcept {
    try {
      std::forward<Call>(call)();
      return true;
    } catch (const std::exception& exception) {
      Note(where, exception.what());
    } catch (...) {
      Note(where, "unknown exception");
    }
    return false;
  }

  // What the call of a port returned, or kInternal when it threw.
  template <typename Call>
  std::invoke_result_t<Call> Result(std::string_view where, Call&& call) const {
    std::invoke_result_t<Call> result =
        ports::Fail(ports::ErrorCode::kInternal,
                    "internal error in " + std::string(where) + "; the controller's log has it");
    Run(where, [&] { result = std::forward<Call>(call)(); });
    return result;
  }

 private:
  void Note(std::string_view where, const char* what) const noexcept;

  Log& log_;
  ControllerMetrics& metrics_;
};

}  // namespace slogate::app

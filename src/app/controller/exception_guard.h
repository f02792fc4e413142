// Where an exception ends: one look, one watch or one page fails, and the process goes on.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "app/controller/log.h"
#include "app/controller/metrics.h"
#include "slogate/ports/result.h"

namespace slogate::app {

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

#include "app/controller/exception_guard.h"

namespace slogate::app {

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

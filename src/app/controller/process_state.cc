#include "app/controller/process_state.h"

namespace slogate::app {

void Health::Set(const std::string& part, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (reason.empty()) {
    reasons_.erase(part);
  } else {
    reasons_[part] = reason;
  }
}

std::string Health::WhyNotReady() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [part, reason] : reasons_) text += part + ": " + reason + "\n";
  return text;
}

}  // namespace slogate::app

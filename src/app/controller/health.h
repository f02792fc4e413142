// Is the controller alive, and may it be called ready? If not, why?
#pragma once

#include <map>
#include <mutex>
#include <string>

namespace slogate::app {

// Thread-safe. Each part of the controller says for itself why it is not ready.
class Health {
 public:
  // An empty `reason` means that the part is ready.
  void Set(const std::string& part, const std::string& reason);

  // Empty when every part is ready; else a line for each that is not.
  std::string WhyNotReady() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> reasons_;
};

}  // namespace slogate::app

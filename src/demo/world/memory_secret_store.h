// Secrets by namespace, name and key.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "demo/world/faulty_port.h"
#include "slogate/ports/cluster.h"

namespace slogate::demo {

class MemorySecretStore : public ports::SecretStore, public FaultyPort {
 public:
  void Put(const std::string& ns, const core::SecretKey& secret, const std::string& value) {
    const std::lock_guard lock(mutex_);
    values_[{ns, secret.name, secret.key}] = value;
  }

  ports::Result<std::string> Read(const std::string& ns, const core::SecretKey& secret) override {
    if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
    const std::lock_guard lock(mutex_);
    const auto found = values_.find({ns, secret.name, secret.key});
    if (found == values_.end()) {
      return ports::Fail(ports::ErrorCode::kNotFound,
                         "Secret " + ns + "/" + secret.name + " has no key " + secret.key);
    }
    return found->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, std::string>, std::string> values_;
};

}  // namespace slogate::demo

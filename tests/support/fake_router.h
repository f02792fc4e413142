// Routes in memory: one pair of weights each, accepted at once or when let.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "slogate/ports/cluster.h"

namespace slogate::tests {

struct FakeRoute {
  std::vector<std::pair<int, int>> rules;  // weights of (canary, baseline) per rule with the pair
  bool accepted = true;
  bool accepts_writes = true;  // false: a write leaves the route unaccepted until let
  std::string problem;
};

class FakeRouter : public ports::TrafficRouter {
 public:
  // Creates or replaces the route `ns`/`name`.
  void Put(const std::string& ns, const std::string& name, const FakeRoute& route);

  // Somebody edits the route. It must exist.
  template <typename Change>
  void Edit(const std::string& ns, const std::string& name, Change change) {
    const std::lock_guard lock(mutex_);
    change(routes_.at({ns, name}));
  }

  void Remove(const std::string& ns, const std::string& name);

  // Observe and SetWeights fail with this until it is lifted: an outage.
  void FailWith(std::optional<ports::Error> error);

  // Only SetWeights fails with this: a write that is refused.
  void FailWritesWith(std::optional<ports::Error> error);

  std::optional<FakeRoute> Find(const std::string& ns, const std::string& name) const;

  // Canary weights in the order written, over all routes; writes that change nothing are left out.
  std::vector<int> written() const;

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override;
  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent) override;

 private:
  using Name = std::pair<std::string, std::string>;

  mutable std::mutex mutex_;
  std::map<Name, FakeRoute> routes_;
  std::vector<int> written_;
  std::optional<ports::Error> error_;
  std::optional<ports::Error> write_error_;
};

}  // namespace slogate::tests

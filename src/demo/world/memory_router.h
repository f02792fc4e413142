// Routes in memory: one pair of weights each, accepted at once, after a while or when let.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "demo/world/faulty_port.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"

namespace slogate::demo {

// Weights of (canary, baseline), a pair for each rule that has both.
using RouteWeights = std::vector<std::pair<int, int>>;

struct MemoryRoute {
  RouteWeights rules = {};
  bool accepted = true;
  bool accepts_writes = true;  // false: a write leaves the route unaccepted until let
  std::string problem = {};
  RouteWeights served = {};                 // by which traffic goes now
  std::optional<core::TimePoint> due = {};  // when `rules` take effect
};

// Thread-safe.
class MemoryRouter : public ports::TrafficRouter, public FaultyPort {
 public:
  // Without a clock weights take effect at once.
  MemoryRouter() = default;
  // Weights take effect `routes_take` after they are written, once somebody calls Advance.
  MemoryRouter(const ports::Clock& clock, core::Duration routes_take)
      : clock_(&clock), routes_take_(routes_take) {}

  // Called after each change of a route, without a lock. To be set before anything else.
  void OnChange(std::function<void(const std::string& ns, const std::string& name)> changed) {
    changed_ = std::move(changed);
  }

  // Creates or replaces the route `ns`/`name`; its weights have taken effect.
  void Put(const std::string& ns, const std::string& name, const MemoryRoute& route);

  // Somebody edits the route. It must exist.
  template <typename Change>
  void Edit(const std::string& ns, const std::string& name, Change change) {
    {
      const std::lock_guard lock(mutex_);
      change(routes_.at({ns, name}));
    }
    Changed({ns, name});
  }

  void Remove(const std::string& ns, const std::string& name);

  // Carries out what is due by the clock.
  void Advance();

  // Only SetWeights fails with this: a write that is refused.
  void FailWritesWith(std::optional<ports::Error> error);

  std::optional<MemoryRoute> Find(const std::string& ns, const std::string& name) const;

  // Canary weights in the order written, over all routes; writes that change nothing are left out.
  std::vector<int> written() const;

  // How many calls of Observe there were.
  int checks() const;

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override;
  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent) override;

 private:
  using Name = std::pair<std::string, std::string>;

  void Changed(const Name& name) const {
    if (changed_) changed_(name.first, name.second);
  }
  // True when the route has changed.
  ports::Result<bool> Write(const Name& name, int canary_percent);

  const ports::Clock* const clock_ = nullptr;
  const core::Duration routes_take_{0};
  std::function<void(const std::string&, const std::string&)> changed_;
  mutable std::mutex mutex_;
  std::map<Name, MemoryRoute> routes_;
  std::vector<int> written_;
  int checks_ = 0;
  std::optional<ports::Error> write_error_;
};

}  // namespace slogate::demo

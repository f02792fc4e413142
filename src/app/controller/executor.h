// Carries out what was decided.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "app/controller/failures.h"
#include "app/controller/log.h"
#include "slogate/core/decide.h"
#include "slogate/core/observations.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

// Thread-safe as its ports are.
class Executor {
 public:
  // `may_act` is asked before every write; once false, nothing more is written.
  Executor(ports::WorkloadStore& workloads, ports::TrafficRouter& router, Log& log,
           const ExceptionGuard& guard, std::function<bool()> may_act);

  // Lowers the canary's share before anything else, on every route, whatever fails. The rest is
  // done in order and ends at the first failure, since a later action relies on the earlier ones.
  // Returns the first failure; kConflict only if nothing else failed. A port that throws fails.
  // `left`: Observations::left.
  std::optional<ports::Error> CarryOut(const ports::PolicyRecord& record,
                                       const std::vector<core::Action>& actions,
                                       const std::vector<core::RouteView>& routes,
                                       const std::vector<core::RouteView>& left = {});

 private:
  std::optional<ports::Error> Do(const ports::PolicyRecord& record, const core::Action& action,
                                 const std::vector<core::RouteView>& routes,
                                 const std::vector<core::RouteView>& left);
  ports::Result<void> Apply(const ports::PolicyRecord& record, const core::Action& action);
  std::optional<ports::Error> SetWeights(const ports::PolicyRecord& record,
                                         const std::vector<core::Route>& routes, int percent,
                                         const std::vector<core::RouteView>& views,
                                         bool only_lowers = false);

  ports::WorkloadStore& workloads_;
  ports::TrafficRouter& router_;
  Log& log_;
  const ExceptionGuard guard_;
  const std::function<bool()> may_act_;
};

}  // namespace slogate::app

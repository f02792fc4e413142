// The controller as a process: everything it is made of, from start to graceful end.
#pragma once

#include <memory>
#include <thread>

#include "app/cli/adapters.h"
#include "app/cli/run_options.h"
#include "app/controller/controller.h"
#include "app/controller/exception_guard.h"
#include "app/controller/health.h"
#include "app/controller/leader_election.h"
#include "app/controller/standing.h"

namespace slogate::app {

// Used by one thread.
class RunProcess {
 public:
  // `standing` ends when the process is to stop. Everything given outlives this object.
  RunProcess(const RunOptions& options, const Adapters& adapters, Cluster& cluster,
             Providers providers, Log& log, Standing& standing);
  ~RunProcess();

  // Serves the pages; kInvalidArgument or kUnavailable when it cannot listen.
  ports::Result<void> Serve();

  // Waits for leadership if that is asked for, acts until `standing` ends, finishes the running
  // reconciles and gives the lease up. True when asked to stop, false when leadership was lost.
  bool Run();

 private:
  LeaderElector::Settings ElectionSettings() const;
  LeaderElector::Listener ElectionListener();
  bool MayAct() const;
  Pages MakePages();

  const RunOptions& options_;
  const Adapters& adapters_;
  Cluster& cluster_;
  Log& log_;
  Standing& standing_;
  Health health_;
  WorkQueue queue_;
  ControllerMetrics metrics_;
  const ExceptionGuard guard_;
  LeaderElector elector_;
  std::unique_ptr<ports::MetricsSource> source_;
  std::unique_ptr<ports::BudgetSource> budgets_;
  Reconciler reconciler_;
  Controller controller_;
  std::unique_ptr<PageServer> server_;
};

}  // namespace slogate::app

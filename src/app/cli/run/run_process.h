// The flags of `gate run`.
#pragma once

#include <memory>
#include <string>

#include "app/cli/frame/adapters.h"
#include "app/controller/connection.h"
#include "app/controller/controller.h"
#include "app/controller/failures.h"
#include "app/controller/leader_election.h"
#include "app/controller/process_state.h"
#include "app/sources/source_desk.h"
#include "slogate/core/time.h"
#include "slogate/ports/result.h"

namespace slogate::app {

struct RunOptions {
  ClusterOptions cluster = {};
  std::string listen = ":8080";  // empty: no HTTP server
  std::string port_file = {};    // empty: none
  int workers = 4;
  SourceDesk::Limits readings = {};
  bool leader_elect = false;
  core::Duration lease_duration{15'000};
  core::Duration renew_deadline{10'000};
  core::Duration retry_period{2'000};
  std::string config = {};  // providers; empty: none
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
};

// The controller as a process: everything it is made of, from start to graceful end.

// Used by one thread.
class RunProcess {
 public:
  // `state` ends when the process is to stop. Everything given outlives this object.
  RunProcess(const RunOptions& options, const Adapters& adapters, Cluster& cluster,
             Providers providers, Log& log, ProcessState& process_state);
  ~RunProcess();

  // Serves the pages; kInvalidArgument or kUnavailable when it cannot listen.
  ports::Result<void> Serve();

  // Waits for leadership if that is asked for, acts until `state` ends, stops what is being read,
  // finishes the running reconciles and gives the lease up. True when asked to stop, false when
  // leadership was lost.
  bool Run();

 private:
  LeaderElector::Settings ElectionSettings() const;
  LeaderElector::Listener ElectionListener();
  bool MayAct() const;
  ports::Pages MakePages();

  const RunOptions& options_;
  const Adapters& adapters_;
  Cluster& cluster_;
  Log& log_;
  ProcessState& process_state_;
  Health health_;
  WorkQueue queue_;
  ControllerMetrics metrics_;
  const ExceptionGuard guard_;
  LeaderElector elector_;
  std::unique_ptr<ports::MetricsSource> source_;
  std::unique_ptr<ports::BudgetSource> budgets_;
  // Ended in this order: who asks the desk, what it still reads, what it reads with.
  Reconciler reconciler_;
  SourceDesk desk_;
  Controller controller_;
  std::unique_ptr<ports::PageServer> server_;
};

}  // namespace slogate::app

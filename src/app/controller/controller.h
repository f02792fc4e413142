// Watch, queue, workers, reconciler: from "something changed" to "the world is one step closer".
#pragma once

#include <thread>
#include <vector>

#include "app/controller/log.h"
#include "app/controller/metrics.h"
#include "app/controller/reconciler.h"
#include "app/controller/work_queue.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

// Start once and Stop once, from one thread.
class Controller {
 public:
  Controller(ports::PolicyStore& policies, Reconciler& reconciler, WorkQueue& queue,
             ControllerMetrics& metrics, int workers);
  ~Controller();
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  void Start();

  // Takes no new work and returns when every running reconcile has ended. Harmless when not
  // started, and the second time.
  void Stop();

 private:
  void Work();
  void HandleOutcome(const ports::Key& key, const Outcome& outcome);

  ports::PolicyStore& policies_;
  Reconciler& reconciler_;
  WorkQueue& queue_;
  ControllerMetrics& metrics_;
  const int worker_count_;
  std::vector<std::thread> threads_;
};

}  // namespace slogate::app

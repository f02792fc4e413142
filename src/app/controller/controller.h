// Watch, queue, workers, reconciler: from "something changed" to "the world is one step closer".
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "app/controller/failures.h"
#include "app/controller/log.h"
#include "app/controller/metrics.h"
#include "app/controller/reconciler.h"
#include "app/controller/work_queue.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

// Start once and Stop once, from one thread. An exception ends one check, or one watch, and never a
// thread; both begin again with back-off.
class Controller {
 public:
  Controller(ports::PolicyStore& policies, Reconciler& reconciler, WorkQueue& queue, Log& log,
             ControllerMetrics& metrics, int workers);
  ~Controller();
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  void Start();

  // Takes no new work and returns when every running reconcile has ended. Harmless when not
  // started, and the second time.
  void Stop();

  // One worker's round: reconciles a key that was taken from the queue and says when it comes
  // again.
  void Handle(const ports::Key& key);

 private:
  void Watch();
  bool WaitUnlessStopped(core::Duration length);
  void Work();
  void HandleOutcome(const ports::Key& key, const CheckOutcome& outcome);

  ports::PolicyStore& policies_;
  Reconciler& reconciler_;
  WorkQueue& queue_;
  Log& log_;
  ControllerMetrics& metrics_;
  const ExceptionGuard guard_;
  const int worker_count_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace slogate::app

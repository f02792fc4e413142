// One run of the demo: the controller of `gate run` in a simulated cluster, and its observer.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <thread>

#include "app/cli/demo/demo_story.h"
#include "app/cli/frame/adapters.h"
#include "app/cli/frame/stop_signal.h"
#include "app/cli/run/run_process.h"
#include "app/controller/log.h"
#include "app/controller/process_state.h"

namespace slogate::app {

// Used by one thread. At its end the controller has stopped.
class DemoRun {
 public:
  enum class End { kOver, kTooSlow, kStopped };

  // Called after each check, with what is being done now.
  using Watcher = std::function<void(const DemoStory& story, const std::string& doing)>;

  // Everything given outlives the run.
  DemoRun(DemoEnvironment& environment, const Adapters& adapters, Pacer& pacer, Watcher watcher);
  ~DemoRun();

  // Until every rollout is at its end, the time is up, or the pacer is reported to stop.
  End Run();

  const DemoStory& story() const { return story_; }

 private:
  void DecisionContext();
  End Watch(core::TimePoint deadline);

  DemoEnvironment& environment_;
  const Adapters& adapters_;
  Pacer& pacer_;
  Watcher watcher_;
  DemoStory story_;
  std::string doing_;
  std::ostream no_log_{nullptr};
  Log log_{LogLevel::kError, LogFormat::kText, no_log_};
  RunOptions options_;
  Cluster cluster_;
  ProcessState process_state_;
  RunProcess process_;
  std::thread controller_;
};

}  // namespace slogate::app

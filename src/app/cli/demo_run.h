// One run of the demo: the unmodified controller in the sandbox, and somebody who watches.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "app/cli/adapters.h"
#include "app/cli/demo_story.h"
#include "app/cli/pacer.h"
#include "app/cli/run_process.h"
#include "app/controller/log.h"
#include "app/controller/standing.h"

namespace slogate::app {

// Used by one thread. At its end the controller has stopped.
class DemoRun {
 public:
  enum class End { kOver, kTooSlow, kStopped, kBroken };

  // Called after each look, with what is being done now.
  using Watcher = std::function<void(const DemoStory& story, const std::string& doing)>;

  // Everything given outlives the run. Writes the controller's log into the sandbox's folder.
  DemoRun(Sandbox& sandbox, const Adapters& adapters, Pacer& pacer, Watcher watcher);
  ~DemoRun();

  // Until every rollout is at its end, the time is up, or the pacer is told to stop. kBroken:
  // `problem` says what.
  End Run();

  // Goes on looking until the pacer is told to stop.
  void Keep();

  const DemoStory& story() const { return story_; }
  const std::string& problem() const { return problem_; }
  const std::string& log_path() const { return log_path_; }

 private:
  bool StartController();
  void Look();
  End Watch(core::TimePoint deadline);

  Sandbox& sandbox_;
  const Adapters& adapters_;
  Pacer& pacer_;
  Watcher watcher_;
  DemoStory story_;
  std::string problem_;
  std::string doing_;
  std::string log_path_;
  std::unique_ptr<std::ostream> log_file_;
  std::unique_ptr<Log> log_;
  RunOptions options_;
  Cluster cluster_;
  Standing standing_;
  std::unique_ptr<RunProcess> process_;
  std::thread controller_;
};

}  // namespace slogate::app

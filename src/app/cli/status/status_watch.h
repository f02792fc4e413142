// `gate status --watch`: a live screen on a terminal, a line for every change elsewhere.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/frame/adapters.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/output.h"
#include "app/cli/frame/stop_signal.h"
#include "app/cli/status/act.h"
#include "app/cli/status/rollout_view.h"

namespace slogate::app {

// Used by one thread.
class StatusWatch {
 public:
  using DecisionContext = std::function<ports::Result<std::vector<ports::PolicyRecord>>()>;
  using Call = std::function<CallWords(const std::string& ns)>;

  StatusWatch(DecisionContext context, Call call, const Adapters& adapters, Streams streams,
              OutputFormat format);

  // Looks every second until `pacer` is asked to stop. A look that fails is reported and tried
  // again.
  void Run(Pacer& pacer);

  // As last seen.
  const std::vector<RolloutView>& views() const { return views_; }

 private:
  void Update();
  void RunOnScreen(Pacer& pacer);
  void RunInLines(Pacer& pacer);
  void PrintChanges();
  std::vector<std::string> Frame(const Terminal& terminal) const;

  DecisionContext check_;
  Call call_;
  const Adapters& adapters_;
  Streams streams_;
  OutputFormat format_;
  std::vector<RolloutView> views_;
  std::string problem_;  // of the last check; empty: none
  std::map<std::string, std::vector<std::optional<int>>> weights_;
  std::map<std::string, std::string> reported_;  // by name: the line last printed
  std::string reported_problem_;
};

}  // namespace slogate::app

// `gate status --watch`: a live screen on a terminal, a line for every change elsewhere.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/adapters.h"
#include "app/cli/next_acts.h"
#include "app/cli/output.h"
#include "app/cli/pacer.h"
#include "app/cli/screen/rollout_view.h"
#include "app/cli/streams.h"

namespace slogate::app {

// Used by one thread.
class StatusWatch {
 public:
  using Look = std::function<ports::Result<std::vector<ports::PolicyRecord>>()>;
  using Call = std::function<CallWords(const std::string& ns)>;

  StatusWatch(Look look, Call call, const Adapters& adapters, Streams streams, OutputFormat format);

  // Looks every second until `pacer` is asked to stop. A look that fails is told and tried again.
  void Run(Pacer& pacer);

  // As last seen.
  const std::vector<RolloutView>& views() const { return views_; }

 private:
  void Update();
  void RunOnScreen(Pacer& pacer);
  void RunInLines(Pacer& pacer);
  void PrintChanges();
  std::vector<std::string> Frame(const Terminal& terminal) const;

  Look look_;
  Call call_;
  const Adapters& adapters_;
  Streams streams_;
  OutputFormat format_;
  std::vector<RolloutView> views_;
  std::string problem_;  // of the last look; empty: none
  std::map<std::string, std::vector<std::optional<int>>> weights_;
  std::map<std::string, std::string> told_;  // by name: the line last printed
  std::string told_problem_;
};

}  // namespace slogate::app

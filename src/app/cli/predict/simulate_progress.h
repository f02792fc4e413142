// How far many runs have come, on the terminal behind standard error.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "app/cli/terminal/terminal.h"
#include "slogate/core/time.h"
#include "slogate/ports/clock.h"

namespace slogate::app {

// One line: name, bar, share, runs and time left; at most `terminal.columns` - 1 columns. Pure.
std::string ProgressLine(const std::string& name, std::int64_t finished, std::int64_t wanted,
                         core::Duration passed, const Terminal& terminal);

// Draws that line again and again, and takes it away when destroyed; nothing unless the terminal is
// interactive. Calls may come from several threads, one at a time.
class SimulateProgress {
 public:
  SimulateProgress(std::string name, std::int64_t wanted, const Terminal& terminal,
                   const ports::Clock& clock, std::ostream& err);
  ~SimulateProgress();
  SimulateProgress(const SimulateProgress&) = delete;
  SimulateProgress& operator=(const SimulateProgress&) = delete;

  void Show(std::int64_t finished);

 private:
  std::string name_;
  std::int64_t wanted_;
  Terminal terminal_;
  const ports::Clock& clock_;
  std::ostream& err_;
  core::TimePoint began_;
};

}  // namespace slogate::app

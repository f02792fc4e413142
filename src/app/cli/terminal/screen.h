// A whole terminal, drawn again and again, and given back as it was.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/cli/terminal/terminal.h"

namespace slogate::app {

// Takes the terminal behind `out` over (alternate screen, no cursor) until destroyed, or until the
// process ends by a signal or by std::_Exit after RestoreTerminal. One at a time; used by one
// thread. For interactive terminals only.
class Screen {
 public:
  Screen(std::ostream& out, int descriptor);
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // Shows the lines, each at most as wide as the terminal, the first `rows` of them.
  void Draw(const std::vector<std::string>& lines, int rows);

 private:
  std::ostream& out_;
};

// One line that is drawn again and again, and is gone when destroyed. Nothing unless the terminal
// behind `out` is interactive.
class LiveLine {
 public:
  LiveLine(const Terminal& terminal, std::ostream& out);
  ~LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  // Shorter than the terminal is wide.
  void Show(const std::string& text);
  const Terminal& terminal() const { return terminal_; }

 private:
  const Terminal terminal_;
  std::ostream& out_;
};

// Gives the terminal back if a Screen holds it. Async-signal-safe; any thread; idempotent.
void RestoreTerminal();

}  // namespace slogate::app

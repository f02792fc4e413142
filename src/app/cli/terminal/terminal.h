// A terminal: how large it is and what it can show, and ways to draw on it again and again.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "app/cli/terminal/span.h"

namespace slogate::app {

struct Terminal {
  bool interactive = false;  // a person looks at it and it understands escape codes
  int columns = 80;
  int rows = 24;
  Style style;
};

using Environment = std::function<const char*(const char* name)>;  // null: not set

// Looks at the file descriptor again: the window may have been resized. Colours need a terminal
// whose TERM is not dumb, and no NO_COLOR; more than ASCII needs a UTF-8 locale as well. What is no
// terminal is 80 columns of plain text. Any thread.
Terminal InspectTerminal(int descriptor, const Environment& environment);

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

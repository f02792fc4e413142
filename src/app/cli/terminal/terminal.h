// What standard output is: a terminal, how large, and what it can show.
#pragma once

#include <functional>

#include "app/cli/terminal/span.h"

namespace slogate::app {

struct Terminal {
  bool interactive = false;  // a person checks it and it understands escape codes
  int columns = 80;
  int rows = 24;
  Style style;
};

using Environment = std::function<const char*(const char* name)>;  // null: not set

// Looks at the file descriptor again: the window may have been resized. Colours need a terminal
// whose TERM is not dumb, and no NO_COLOR; more than ASCII needs a UTF-8 locale as well. What is no
// terminal is 80 columns of plain text. Any thread.
Terminal InspectTerminal(int descriptor, const Environment& environment);

}  // namespace slogate::app

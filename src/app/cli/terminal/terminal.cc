#include "app/cli/terminal/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <string_view>

namespace slogate::app {
namespace {

constexpr int kFewestColumns = 20;
constexpr int kFewestRows = 5;
constexpr int kMaxCells = 1'000;

std::string_view Value(const Environment& environment, const char* name) {
  const char* const value = environment(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool Utf8Locale(const Environment& environment) {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view locale = Value(environment, name);
    if (locale.empty()) continue;
    return locale.find("UTF-8") != std::string_view::npos ||
           locale.find("utf8") != std::string_view::npos;
  }
  return false;
}

}  // namespace

Terminal InspectTerminal(int descriptor, const Environment& environment) {
  Terminal terminal;
  if (isatty(descriptor) != 1) return terminal;
  const std::string_view term = Value(environment, "TERM");
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
    if (size.ws_col >= kFewestColumns && size.ws_col <= kMaxCells) terminal.columns = size.ws_col;
    if (size.ws_row >= kFewestRows && size.ws_row <= kMaxCells) terminal.rows = size.ws_row;
  }
  terminal.interactive = !term.empty() && term != "dumb";
  terminal.style.colour = terminal.interactive && Value(environment, "NO_COLOR").empty();
  terminal.style.unicode = terminal.interactive && Utf8Locale(environment);
  return terminal;
}

}  // namespace slogate::app

#include "app/cli/terminal/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
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

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[2J";
constexpr std::string_view kLeave = "\x1b[?25h\x1b[?1049l";
constexpr std::array kDeadly = {SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

// A signal handler can only reach what is global.
std::atomic<int> held_descriptor{-1};

void RestoreAndDie(int signal) {
  RestoreTerminal();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
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

void RestoreTerminal() {
  const int descriptor = held_descriptor.exchange(-1);
  if (descriptor < 0) return;
  // There is nobody left to tell of a failure.
  [[maybe_unused]] const ssize_t written = write(descriptor, kLeave.data(), kLeave.size());
}

Screen::Screen(std::ostream& out, int descriptor) : out_(out) {
  held_descriptor = descriptor;
  for (const int signal : kDeadly) std::signal(signal, RestoreAndDie);
  out_ << kEnter << std::flush;
}

Screen::~Screen() {
  out_ << std::flush;
  RestoreTerminal();
  for (const int signal : kDeadly) std::signal(signal, SIG_DFL);
}

void Screen::Draw(const std::vector<std::string>& lines, int rows) {
  std::string frame = "\x1b[H";
  const std::size_t shown = std::min(lines.size(), static_cast<std::size_t>(std::max(rows, 1)));
  for (std::size_t i = 0; i < shown; ++i) {
    // A line feed after the last row would scroll.
    frame += (i > 0 ? "\r\n" : "") + lines[i] + "\x1b[K";
  }
  out_ << frame << "\x1b[J" << std::flush;
}

LiveLine::LiveLine(const Terminal& terminal, std::ostream& out) : terminal_(terminal), out_(out) {}

LiveLine::~LiveLine() { Show(""); }

void LiveLine::Show(const std::string& text) {
  if (terminal_.interactive) out_ << "\r\x1b[K" << text << std::flush;
}

}  // namespace slogate::app

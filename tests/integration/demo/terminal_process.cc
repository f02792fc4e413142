#include "integration/demo/terminal_process.h"

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

#include "support/process.h"

namespace slogate::testing {
namespace {

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> Environment(std::vector<std::string> added) {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const std::string& one : added) replaced = replaced || one.starts_with(name);
    if (!replaced) added.push_back(text);
  }
  return added;
}

}  // namespace

TerminalProcess::TerminalProcess(std::vector<std::string> arguments,
                                 std::vector<std::string> variables) {
  variables.insert(variables.end(), {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR="});
  std::vector<std::string> environment = Environment(std::move(variables));
  const std::vector<char*> argument_pointers = Pointers(arguments);
  const std::vector<char*> environment_pointers = Pointers(environment);
  const winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
  if (pid_ == 0) {
    execve(argument_pointers[0], argument_pointers.data(), environment_pointers.data());
    _exit(127);
  }
  if (pid_ < 0) throw std::runtime_error("cannot start " + arguments[0] + " on a terminal");
}

TerminalProcess::~TerminalProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(terminal_);
}

bool TerminalProcess::ReadSome(std::chrono::milliseconds longest) {
  pollfd wanted{.fd = terminal_, .events = POLLIN, .revents = 0};
  if (poll(&wanted, 1, static_cast<int>(longest.count())) <= 0) return false;
  std::array<char, 8192> bytes{};
  const ssize_t count = read(terminal_, bytes.data(), bytes.size());
  if (count <= 0) return false;
  output_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

bool TerminalProcess::ReadUntil(const std::function<bool(const std::string&)>& enough,
                                std::chrono::milliseconds longest) {
  return Await(
      [&] {
        ReadSome(std::chrono::milliseconds(50));
        return enough(output_);
      },
      longest);
}

void TerminalProcess::Type(const std::string& keys) {
  if (write(terminal_, keys.data(), keys.size()) < 0) throw std::runtime_error("terminal is gone");
}

std::optional<int> TerminalProcess::WaitForEnd(std::chrono::milliseconds longest) {
  std::optional<int> code;
  Await(
      [&] {
        ReadSome(std::chrono::milliseconds(50));
        int status = 0;
        if (pid_ <= 0 || waitpid(pid_, &status, WNOHANG) != pid_) return false;
        pid_ = -1;
        code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return true;
      },
      longest);
  while (ReadSome(std::chrono::milliseconds(0))) {
  }
  return code;
}

}  // namespace slogate::testing

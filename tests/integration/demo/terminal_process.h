// A child on a terminal of its own, as a person would run it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace slogate::testing {

// Not for use by two threads at once.
class TerminalProcess {
 public:
  // 80 x 24, in colour. `variables` are NAME=value, added to the environment. Throws
  // std::runtime_error when it cannot be started.
  TerminalProcess(std::vector<std::string> arguments, std::vector<std::string> variables);
  ~TerminalProcess();  // kills it
  TerminalProcess(const TerminalProcess&) = delete;
  TerminalProcess& operator=(const TerminalProcess&) = delete;

  // Reads until the output so far satisfies `enough`; false when it did not in time, or the child
  // has closed the terminal.
  bool ReadUntil(const std::function<bool(const std::string&)>& enough,
                 std::chrono::milliseconds longest);
  // Types on its keyboard.
  void Type(const std::string& keys);
  // Reads until the child has ended: its exit code, or 128 + the signal.
  std::optional<int> WaitForEnd(std::chrono::milliseconds longest);

  const std::string& output() const { return output_; }

 private:
  bool ReadSome(std::chrono::milliseconds longest);

  pid_t pid_ = -1;
  int terminal_ = -1;
  std::string output_;
};

}  // namespace slogate::testing

// Child processes: started without a shell, never left behind.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "slogate/core/time.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::process {

using Environment = std::map<std::string, std::string>;

// This process' own.
Environment OwnEnvironment();

// The first of PATH's folders that holds `program`, or `program` itself when it names a file.
// Empty when there is none.
std::string FindProgram(const std::string& program);

// An open file or pipe, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() { Close(); }
  void Close();
  int value() const { return value_; }

 private:
  int value_;
};

struct ProcessCommand {
  std::vector<std::string> arguments;  // [0] is looked up in PATH unless it has a slash
  Environment environment;             // added to this process' own
  std::string log_path;                // stdout and stderr are appended; empty: dropped
};

// One child, in a group of its own. The kernel kills it when this process ends in whatever way.
// Movable; not for use by two threads at once.
class Process {
 public:
  // Descriptors that become the child's own; -1: it shares ours.
  struct Streams {
    int input = -1;
    int output = -1;
    int complaints = -1;
  };

  Process() = default;  // no child
  // Both throw std::system_error when the program cannot be started.
  static Process Start(const ProcessCommand& command);
  // `environment` is all that the program sees. With `own_group` false it stays in our group, as a
  // program does that talks to the person at the terminal.
  static Process Start(std::vector<std::string> arguments, const Environment& environment,
                       Streams streams, bool own_group);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();  // Kill

  pid_t pid() const { return pid_; }
  bool Running();

  // Readable once the child has ended.
  int end() const { return end_.value(); }

  // Sends a signal to the child alone; nothing when it has ended.
  void Signal(int signal);

  // Waits for the end: the exit code, or 128 + the signal that ended it. std::nullopt: still
  // running at the deadline.
  std::optional<int> Wait(std::chrono::milliseconds longest);

  // SIGTERM, then after `grace` SIGKILL for the whole group. Returns as Wait does.
  std::optional<int> Stop(std::chrono::milliseconds grace = std::chrono::seconds(10));

  // SIGKILL at once, for the whole group where it is the child's own.
  void Kill();

 private:
  pid_t pid_ = -1;
  bool own_group_ = true;
  Descriptor end_;
  std::optional<int> status_;
};

// A program that is run to its end.
struct ChildCommand {
  std::vector<std::string> arguments;  // [0] is looked up in PATH unless it has a slash
  Environment environment;             // all that the program sees
  // Shares this process' terminal: stdin, stderr and process group. Otherwise stdin is empty and
  // stderr is collected.
  bool interactive = false;
  core::Duration timeout{60'000};
  std::size_t output_limit = 1u << 20;  // bytes of stdout
};

struct ChildResult {
  int code = 0;            // exit code, or 128 + the signal that ended it
  std::string output;      // stdout
  std::string complaints;  // the first 4 KiB of stderr
};

// kNotFound: there is no such program, or it may not be run. kTimeout and kMalformedResponse: it
// took too long or wrote too much, and was killed with all of its group. A descendant that keeps
// the output open is not waited for. Messages hold neither arguments nor output. Callable from any
// thread; closes every descriptor it opened.
ports::Result<ChildResult> RunChild(const ChildCommand& command);

}  // namespace slogate::adapters::process

// Child processes: started in a group of their own, ended by pid, never left behind.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace slogate::demo {

// Files, and a folder that goes with them.

// A folder that is removed, with all it holds, at the end of its life.
class TemporaryFolder {
 public:
  // Throws std::runtime_error when none can be made.
  explicit TemporaryFolder(const std::string& prefix);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  // Keeps the folder for a person to check.
  void Keep() { keep_ = true; }

 private:
  std::string path_;
  bool keep_ = false;
};

// Readers see the old text or the new one, never a part. Throws std::runtime_error on failure.
void WriteFile(const std::string& path, const std::string& text);
// Throws std::runtime_error on failure.
std::string ReadFile(const std::string& path);

// Waiting for what other threads and processes do.

inline void Pause(std::chrono::milliseconds length) { std::this_thread::sleep_for(length); }

// Waits until `condition` holds, asking once per `look`; false when it did not in time.
template <typename Condition>
bool Await(const Condition& condition, std::chrono::milliseconds longest,
           std::chrono::milliseconds look = std::chrono::milliseconds(5)) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    Pause(look);
  }
  return true;
}

struct ProcessCommand {
  std::vector<std::string> arguments;              // [0] is the program, looked up in PATH
  std::map<std::string, std::string> environment;  // added to this process' own
  std::string log_path;                            // stdout and stderr are appended; empty: dropped
};

// One child. The kernel kills it when this process ends in whatever way. Movable; not for use by
// two threads at once.
class Process {
 public:
  Process() = default;  // no child
  // Throws std::runtime_error when the program cannot be started.
  static Process Start(const ProcessCommand& command);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();  // Kill

  pid_t pid() const { return pid_; }
  bool Running();

  // Sends a signal to the child alone; nothing when it has ended.
  void Signal(int signal);

  // Waits for the end: the exit code, or 128 + the signal that ended it. std::nullopt: still
  // running at the deadline.
  std::optional<int> Wait(std::chrono::milliseconds longest);

  // SIGTERM, then after `grace` SIGKILL for the whole group. Returns as Wait does.
  std::optional<int> Stop(std::chrono::milliseconds grace = std::chrono::seconds(10));

  // SIGKILL for the whole group, at once.
  void Kill();

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

// The first of PATH's folders that holds `program`, or `program` itself when it names a file.
// Empty when there is none.
std::string FindProgram(const std::string& program);

}  // namespace slogate::demo

#include "adapters/kubernetes/login/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

namespace slogate::adapters::kubernetes {
namespace {

using ports::ErrorCode;
using std::chrono::steady_clock;

constexpr std::size_t kMaxComplaints = 4096;

class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() { Close(); }
  void Close() {
    if (value_ >= 0) close(std::exchange(value_, -1));
  }
  int value() const { return value_; }

 private:
  int value_;
};

struct Pipe {
  Descriptor read;
  Descriptor write;

  bool Open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
  }
};

// What posix_spawn is reported about the child.
class SpawnPlan {
 public:
  SpawnPlan(bool interactive, const Pipe& output, const Pipe& complaints) {
    posix_spawn_file_actions_init(&files_);
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_adddup2(&files_, output.write.value(), STDOUT_FILENO);
    // The parent may block or ignore signals that must work in the child.
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (!interactive) {
      posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
      posix_spawn_file_actions_adddup2(&files_, complaints.write.value(), STDERR_FILENO);
      flags |= POSIX_SPAWN_SETPGROUP;
    }
    posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }

  // Zero, or what went wrong.
  int Spawn(pid_t& pid, const ChildCommand& command) const {
    std::vector<std::string> arguments = command.arguments;
    std::vector<std::string> environment = command.environment;
    const std::vector<char*> argv = Pointers(arguments);
    const std::vector<char*> envp = Pointers(environment);
    return posix_spawnp(&pid, argv[0], &files_, &attributes_, argv.data(), envp.data());
  }

 private:
  static std::vector<char*> Pointers(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
  }

  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

// Takes what is there, keeping at most `limit` bytes. False when more than that came.
bool Drain(Descriptor& from, std::string& into, std::size_t limit) {
  std::array<char, 8192> buffer{};
  bool fits = true;
  while (from.value() >= 0) {
    const ssize_t count = read(from.value(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count <= 0) {
      from.Close();
      break;
    }
    const std::size_t room = limit - into.size();
    const auto size = static_cast<std::size_t>(count);
    into.append(buffer.data(), std::min(size, room));
    if (size > room) {
      fits = false;
      break;
    }
  }
  return fits;
}

// Ends the child, with its group unless that is our own, whatever happens.
class Child {
 public:
  Child(pid_t pid, bool own_group) : pid_(pid), own_group_(own_group) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ < 0) return;
    kill(own_group_ ? -pid_ : pid_, SIGKILL);
    Reap();
  }
  int Reap() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t pid_;
  bool own_group_;
};

ports::Result<ChildResult> Follow(pid_t pid, Pipe& output, Pipe& complaints,
                                  const ChildCommand& command) {
  Child child(pid, !command.interactive);
  // glibc 2.36 declares pidfd_open for C alone.
  const Descriptor end(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (end.value() < 0) return ports::Fail(ErrorCode::kInternal, "cannot be waited for");
  const auto deadline = steady_clock::now() + command.timeout;
  ChildResult result;
  bool ended = false;
  while (!ended) {
    const auto left = std::chrono::ceil<core::Duration>(deadline - steady_clock::now());
    if (left <= core::Duration::zero()) {
      return ports::Fail(ErrorCode::kTimeout,
                         "has not ended after " + std::to_string(command.timeout.count()) + " ms");
    }
    std::array<pollfd, 3> watched{{{end.value(), POLLIN, 0},
                                   {output.read.value(), POLLIN, 0},
                                   {complaints.read.value(), POLLIN, 0}}};
    poll(watched.data(), watched.size(), static_cast<int>(left.count()));
    ended = watched[0].revents != 0;
    if (!Drain(output.read, result.output, command.output_limit)) {
      return ports::Fail(ErrorCode::kMalformedResponse,
                         "wrote more than " + std::to_string(command.output_limit >> 10) + " KiB");
    }
    // What does not fit is read and forgotten, or the child would wait for a reader.
    while (!Drain(complaints.read, result.complaints, kMaxComplaints)) {
    }
  }
  result.code = child.Reap();
  return result;
}

}  // namespace

ports::Result<ChildResult> RunChild(const ChildCommand& command) {
  Pipe output;
  Pipe complaints;
  if (!output.Open() || !complaints.Open()) {
    return ports::Fail(ErrorCode::kInternal, "cannot be started: too many open files");
  }
  pid_t pid = -1;
  const int problem = SpawnPlan(command.interactive, output, complaints).Spawn(pid, command);
  output.write.Close();
  complaints.write.Close();
  if (problem == ENOENT) return ports::Fail(ErrorCode::kNotFound, "was not found");
  if (problem == EACCES || problem == ENOEXEC) {
    return ports::Fail(ErrorCode::kNotFound, "is not a program that may be run");
  }
  if (problem != 0) {
    return ports::Fail(ErrorCode::kInternal,
                       std::string("cannot be started: ") + std::strerror(problem));
  }
  return Follow(pid, output, complaints, command);
}

}  // namespace slogate::adapters::kubernetes

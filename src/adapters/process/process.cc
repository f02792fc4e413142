#include "adapters/process/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <future>
#include <mutex>
#include <queue>
#include <sstream>
#include <system_error>
#include <thread>

namespace slogate::adapters::process {
namespace {

using ports::ErrorCode;
using std::chrono::steady_clock;

constexpr std::size_t kMaxComplaints = 4096;

[[noreturn]] void ThrowSystemError(int code, const std::string& what) {
  throw std::system_error(code, std::generic_category(), what);
}

struct Pipe {
  Descriptor read;
  Descriptor write;

  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) ThrowSystemError(errno, "cannot open a pipe");
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
  }
};

Descriptor Open(const std::string& path, int flags) {
  Descriptor file(open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (file.value() < 0) ThrowSystemError(errno, "cannot open " + path);
  return file;
}

// The parent-death signal comes when the *thread* that forked ends. All children are therefore
// forked by one thread that lives as long as the process.
class Launcher {
 public:
  static Launcher& Shared() {
    static auto* const launcher = new Launcher;
    return *launcher;
  }

  pid_t Run(std::function<pid_t()> fork_child) {
    std::packaged_task<pid_t()> task(std::move(fork_child));
    std::future<pid_t> pid = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      tasks_.push(std::move(task));
    }
    wake_.notify_one();
    return pid.get();
  }

 private:
  Launcher() {
    std::thread([this] { Serve(); }).detach();
  }

  void Serve() {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return !tasks_.empty(); });
      std::packaged_task<pid_t()> task = std::move(tasks_.front());
      tasks_.pop();
      lock.unlock();
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::queue<std::packaged_task<pid_t()>> tasks_;
};

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct Birth {
  pid_t parent;
  Process::Streams streams;
  bool own_group;
  int failure;  // where the child writes why the program cannot be run
  const char* program;
  char* const* arguments;
  char* const* environment;
};

// Only async-signal-safe calls from here to execve.
[[noreturn]] void BecomeChild(const Birth& birth) {
  if (birth.own_group) setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != birth.parent) _exit(127);
  if (birth.streams.input >= 0) dup2(birth.streams.input, STDIN_FILENO);
  if (birth.streams.output >= 0) dup2(birth.streams.output, STDOUT_FILENO);
  if (birth.streams.complaints >= 0) dup2(birth.streams.complaints, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  // The parent may block or ignore signals that must work in the child.
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT}) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(birth.program, birth.arguments, birth.environment);
  const int error = errno;
  static_cast<void>(!write(birth.failure, &error, sizeof error));
  _exit(127);
}

int ExitCode(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Takes what is there, keeping at most `limit` bytes. False when more than that came.
bool Drain(Descriptor& from, std::string& into, std::size_t limit) {
  std::array<char, 8192> buffer{};
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
    if (size > room) return false;
  }
  return true;
}

ports::Result<ChildResult> Follow(Process& child, Descriptor& output, Descriptor& complaints,
                                  const ChildCommand& command) {
  for (const Descriptor* pipe : {&output, &complaints}) fcntl(pipe->value(), F_SETFL, O_NONBLOCK);
  const auto deadline = steady_clock::now() + command.timeout;
  ChildResult result;
  bool ended = false;
  while (!ended) {
    const auto left = std::chrono::ceil<core::Duration>(deadline - steady_clock::now());
    if (left <= core::Duration::zero()) {
      return ports::Fail(ErrorCode::kTimeout,
                         "has not ended after " + std::to_string(command.timeout.count()) + " ms");
    }
    std::array<pollfd, 3> watched{
        {{child.end(), POLLIN, 0}, {output.value(), POLLIN, 0}, {complaints.value(), POLLIN, 0}}};
    poll(watched.data(), watched.size(), static_cast<int>(left.count()));
    ended = watched[0].revents != 0;
    if (!Drain(output, result.output, command.output_limit)) {
      return ports::Fail(ErrorCode::kMalformedResponse,
                         "wrote more than " + std::to_string(command.output_limit >> 10) + " KiB");
    }
    // What does not fit is read and forgotten, or the child would wait for a reader.
    while (!Drain(complaints, result.complaints, kMaxComplaints)) {
    }
  }
  result.code = child.Wait(core::Duration::zero()).value_or(0);
  return result;
}

}  // namespace

Environment OwnEnvironment() {
  Environment own;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) own.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return own;
}

std::string FindProgram(const std::string& program) {
  if (program.find('/') != std::string::npos) {
    return access(program.c_str(), X_OK) == 0 ? program : "";
  }
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = folder + "/" + program;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

void Descriptor::Close() {
  if (value_ >= 0) close(std::exchange(value_, -1));
}

Process Process::Start(const ProcessCommand& command) {
  const Descriptor nothing = Open("/dev/null", O_RDONLY);
  const Descriptor log = Open(command.log_path.empty() ? "/dev/null" : command.log_path,
                              O_WRONLY | O_CREAT | O_APPEND);
  Environment environment = command.environment;
  environment.merge(OwnEnvironment());
  return Start(command.arguments, environment, {nothing.value(), log.value(), log.value()}, true);
}

Process Process::Start(std::vector<std::string> arguments, const Environment& environment,
                       Streams streams, bool own_group) {
  const bool is_path = arguments.at(0).find('/') != std::string::npos;
  const std::string program = is_path ? arguments[0] : FindProgram(arguments[0]);
  std::vector<std::string> entries;
  for (const auto& [name, value] : environment) entries.push_back(name + "=" + value);
  const std::vector<char*> argv = Pointers(arguments);
  const std::vector<char*> envp = Pointers(entries);
  Pipe failure;
  const Birth birth{getpid(),        streams,     own_group,  failure.write.value(),
                    program.c_str(), argv.data(), envp.data()};
  Process process;
  process.own_group_ = own_group;
  process.pid_ = Launcher::Shared().Run([&] {
    const pid_t pid = fork();
    if (pid == 0) BecomeChild(birth);
    return pid;
  });
  if (process.pid_ < 0) ThrowSystemError(EAGAIN, "cannot start " + arguments[0]);
  if (own_group) setpgid(process.pid_, process.pid_);
  // glibc 2.36 declares pidfd_open for C alone.
  process.end_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, process.pid_, 0)));
  failure.write.Close();
  int error = process.end_.value() < 0 ? errno : 0;
  while (read(failure.read.value(), &error, sizeof error) < 0 && errno == EINTR) {
  }
  if (error != 0) ThrowSystemError(error, "cannot start " + arguments[0]);
  return process;
}

Process::Process(Process&& other) noexcept { *this = std::move(other); }

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(own_group_, other.own_group_);
  std::swap(end_, other.end_);
  std::swap(status_, other.status_);
  other.Kill();
  return *this;
}

Process::~Process() { Kill(); }

bool Process::Running() {
  if (pid_ < 0 || status_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  status_ = ExitCode(status);
  return false;
}

void Process::Signal(int signal) {
  if (Running()) kill(pid_, signal);
}

std::optional<int> Process::Wait(std::chrono::milliseconds longest) {
  const auto deadline = steady_clock::now() + longest;
  while (Running()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
    if (left <= 0) break;
    pollfd end{end_.value(), POLLIN, 0};
    poll(&end, 1, static_cast<int>(std::min<std::int64_t>(left, 1'000'000)));
  }
  return status_;
}

std::optional<int> Process::Stop(std::chrono::milliseconds grace) {
  Signal(SIGTERM);
  Wait(grace);
  Kill();
  return status_;
}

void Process::Kill() {
  if (!Running()) return;
  kill(own_group_ ? -pid_ : pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  status_ = ExitCode(status);
}

ports::Result<ChildResult> RunChild(const ChildCommand& command) try {
  Pipe output;
  Pipe complaints;
  const Descriptor nothing = Open("/dev/null", O_RDONLY);
  Process child = Process::Start(
      command.arguments, command.environment,
      command.interactive
          ? Process::Streams{.output = output.write.value()}
          : Process::Streams{nothing.value(), output.write.value(), complaints.write.value()},
      !command.interactive);
  output.write.Close();
  complaints.write.Close();
  return Follow(child, output.read, complaints.read, command);
} catch (const std::system_error& error) {
  const int code = error.code().value();
  if (code == ENOENT) return ports::Fail(ErrorCode::kNotFound, "was not found");
  if (code == EACCES || code == ENOEXEC) {
    return ports::Fail(ErrorCode::kNotFound, "is not a program that may be run");
  }
  return ports::Fail(ErrorCode::kInternal, "cannot be started: " + error.code().message());
}

}  // namespace slogate::adapters::process

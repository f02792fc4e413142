#include "adapters/kubernetes/failpoint.h"

#ifdef SLOGATE_FAILPOINTS

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>

namespace slogate::adapters::kubernetes {
namespace {

void AppendLine(const char* file, const std::string& line) {
  const int log = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (log < 0) std::abort();
  if (write(log, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  close(log);
}

}  // namespace

void AfterWrite(const std::string& method, const std::string& path) {
  static std::atomic<long> writes{0};
  if (path.find("/leases") != std::string::npos) return;
  if (path.find("/events") != std::string::npos) return;
  const long count = ++writes;
  if (const char* file = std::getenv("SLOGATE_WRITE_LOG")) {
    AppendLine(file, method + " " + path + "\n");
  }
  const char* fatal = std::getenv("SLOGATE_KILL_AFTER_WRITE");
  if (fatal != nullptr && count == std::strtol(fatal, nullptr, 10)) kill(getpid(), SIGKILL);
}

}  // namespace slogate::adapters::kubernetes

#else

namespace slogate::adapters::kubernetes {

void AfterWrite(const std::string&, const std::string&) {}

}  // namespace slogate::adapters::kubernetes

#endif

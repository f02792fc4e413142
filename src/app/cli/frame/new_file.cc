#include "app/cli/frame/new_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace slogate::app {
namespace {

bool WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Closes the file, too. `file` may be what a failed open() gave.
ports::Result<void> Fill(int file, const std::string& path, const std::string& text) {
  bool written = file >= 0 && WriteAll(file, text);
  int problem = errno;
  if (file >= 0 && close(file) != 0) {
    if (written) problem = errno;
    written = false;
  }
  if (written) return {};
  return ports::Fail(ports::ErrorCode::kInvalidArgument,
                     path + " cannot be written: " + std::strerror(problem));
}

}  // namespace

ports::Result<void> WriteNewFile(const std::string& path, const std::string& text, bool overwrite) {
  const int how = O_WRONLY | O_CREAT | O_CLOEXEC | (overwrite ? O_TRUNC : O_EXCL);
  const int file = open(path.c_str(), how, 0644);
  if (file < 0 && errno == EEXIST) {
    return ports::Fail(ports::ErrorCode::kConflict,
                       path + " exists already; name another file, or give --force");
  }
  return Fill(file, path, text);
}

ports::Result<void> Deliver(const std::string& path, const std::string& text, bool overwrite,
                            std::ostream& out) {
  if (path != "-") return WriteNewFile(path, text, overwrite);
  out << text;
  return {};
}

ports::Result<void> AppendToFile(const std::string& path, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  return Fill(file, path, text);
}

}  // namespace slogate::app

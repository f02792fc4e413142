#include "adapters/kubernetes/token.h"

#include <sys/stat.h>

#include <utility>

#include "adapters/kubernetes/bounded_file.h"

namespace slogate::adapters::kubernetes {
namespace {

std::string Trimmed(const std::string& text) {
  const char* blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace

TokenSource::TokenSource(std::string token, std::string file)
    : file_(std::move(file)), token_(Trimmed(token)) {}

std::string TokenSource::Current() {
  const std::lock_guard lock(mutex_);
  ReadIfChanged(false);
  return token_;
}

bool TokenSource::Refresh(const std::string& refused) {
  const std::lock_guard lock(mutex_);
  ReadIfChanged(true);
  return token_ != refused;
}

void TokenSource::ReadIfChanged(bool always) {
  if (file_.empty()) return;
  struct stat seen {};
  if (stat(file_.c_str(), &seen) != 0) return;
  const Stamp stamp{seen.st_ino, seen.st_mtim.tv_sec, seen.st_mtim.tv_nsec, seen.st_size};
  if (stamp == stamp_ && !always) return;
  const auto text = ReadBoundedFile(file_);
  if (!text) return;
  stamp_ = stamp;
  if (std::string token = Trimmed(*text); !token.empty()) token_ = std::move(token);
}

}  // namespace slogate::adapters::kubernetes

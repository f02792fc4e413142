// The bearer token of the moment.
#pragma once

#include <mutex>
#include <string>
#include <tuple>

namespace slogate::adapters::kubernetes {

// Thread-safe. A file wins over a static token, and is read again whenever it changes; while it
// cannot be read, the last token read from it (or the static one) stands.
class TokenSource {
 public:
  TokenSource(std::string token, std::string file);

  // Without surrounding blanks; empty when there is none.
  std::string Current();

  // Reads the file anew, changed or not. False when that gives no other token than `refused`.
  bool Refresh(const std::string& refused);

 private:
  // A rotated file keeps neither its inode nor its time of change.
  using Stamp = std::tuple<unsigned long, long, long, long>;

  void ReadIfChanged(bool always);

  const std::string file_;
  std::mutex mutex_;
  std::string token_;
  Stamp stamp_{};
};

}  // namespace slogate::adapters::kubernetes

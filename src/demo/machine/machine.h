// Temporary folders, files, and waiting for other threads and processes.
#pragma once

#include <chrono>
#include <string>
#include <thread>

namespace slogate::demo {

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

 private:
  std::string path_;
};

// Readers see the old text or the new one, never a part. Throws std::runtime_error on failure.
void WriteFile(const std::string& path, const std::string& text);
// Throws std::runtime_error on failure.
std::string ReadFile(const std::string& path);

// Waits until `condition` holds, asking once per `look`; false when it did not in time.
template <typename Condition>
bool Await(const Condition& condition, std::chrono::milliseconds longest,
           std::chrono::milliseconds look = std::chrono::milliseconds(5)) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(look);
  }
  return true;
}

}  // namespace slogate::demo

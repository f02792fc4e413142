#include "adapters/kubernetes/backoff.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace slogate::adapters::kubernetes {

Backoff::Backoff(core::Duration first, core::Duration longest, unsigned seed)
    : first_(first), longest_(longest), length_(first), random_(seed) {}

core::Duration Backoff::Next() {
  const core::Duration::rep length = std::min(length_, longest_).count();
  std::uniform_int_distribution<core::Duration::rep> spread(length - length / 2, length);
  length_ = std::min(length_ * 2, longest_);
  return core::Duration(spread(random_));
}

std::optional<core::Duration> RetryAfter(const std::map<std::string, std::string>& headers) {
  const auto it = headers.find("retry-after");
  if (it == headers.end()) return std::nullopt;
  const std::string& text = it->second;
  int seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem != std::errc() || end != text.data() + text.size() || seconds < 0) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

}  // namespace slogate::adapters::kubernetes

#include "adapters/kubernetes/client/request_bucket.h"

#include <algorithm>
#include <utility>

namespace slogate::adapters::kubernetes {
namespace {

constexpr core::Duration kUnlessSaid = std::chrono::seconds(1);
// A server that says "in an hour" is asked again by then: it may have restarted since.
constexpr core::Duration kLongestRefusal = std::chrono::minutes(1);

std::chrono::steady_clock::duration Seconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(seconds));
}

}  // namespace

RequestBucket::RequestBucket(Settings settings)
    : settings_(std::move(settings)), tokens_(settings_.burst), filled_(settings_.now()) {}

void RequestBucket::FillLocked(Instant now) {
  const double seconds = std::chrono::duration<double>(now - std::exchange(filled_, now)).count();
  tokens_ = std::min(settings_.burst, tokens_ + seconds * settings_.per_second);
}

void RequestBucket::Sent(const std::string& verb) {
  const std::lock_guard lock(mutex_);
  ++figures_.requests[verb];
  FillLocked(settings_.now());
  // A storm of what is urgent must not keep all else waiting for long after its end.
  tokens_ = std::max(tokens_ - 1, -settings_.burst);
}

void RequestBucket::Refused(std::optional<core::Duration> retry_after) {
  const std::lock_guard lock(mutex_);
  ++figures_.refused;
  const core::Duration wait = std::min(retry_after.value_or(kUnlessSaid), kLongestRefusal);
  refused_until_ = std::max(refused_until_, settings_.now() + wait);
}

core::Duration RequestBucket::TakeTurn() {
  const std::lock_guard lock(mutex_);
  const Instant now = settings_.now();
  FillLocked(now);
  const Instant paid = now + Seconds(std::max(0.0, -tokens_) / settings_.per_second);
  const Instant turn = std::max({paid, refused_until_, next_turn_});
  if (turn <= now) return core::Duration::zero();
  ++figures_.deferred;
  next_turn_ = turn + Seconds(settings_.of_look / settings_.per_second);
  return std::chrono::ceil<core::Duration>(turn - now);
}

ports::RequestPace::Figures RequestBucket::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

}  // namespace slogate::adapters::kubernetes

#include "adapters/http/reply_budget.h"

namespace slogate::adapters::http {

ReplyBudget::Share::~Share() {
  {
    const std::lock_guard lock(budget_.mutex_);
    budget_.free_ += held_;
  }
  budget_.freed_.notify_all();
}

bool ReplyBudget::Share::GrowTo(std::size_t bytes, std::chrono::steady_clock::time_point until,
                                const std::stop_token& stop) {
  if (bytes <= held_) return true;
  const std::size_t more = bytes - held_;
  std::unique_lock lock(budget_.mutex_);
  if (!budget_.freed_.wait_until(lock, stop, until, [&] { return budget_.free_ >= more; })) {
    return false;
  }
  budget_.free_ -= more;
  held_ = bytes;
  return true;
}

}  // namespace slogate::adapters::http

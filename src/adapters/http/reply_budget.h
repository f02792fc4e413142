// Memory for large answers, shared by calls that run at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stop_token>

namespace slogate::adapters::http {

// Thread-safe. Outlives its shares.
class ReplyBudget {
 public:
  explicit ReplyBudget(std::size_t bytes) : free_(bytes) {}
  ReplyBudget(const ReplyBudget&) = delete;
  ReplyBudget& operator=(const ReplyBudget&) = delete;

  // Bytes that are its holder's. Not thread-safe; given back at its end.
  class Share {
   public:
    explicit Share(ReplyBudget& budget) : budget_(budget) {}
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    // Waits until it holds `bytes` in all. False when they are not free by `until`, when asked to
    // stop, or when there are never as many; it holds what it held then.
    bool GrowTo(std::size_t bytes, std::chrono::steady_clock::time_point until,
                const std::stop_token& stop);

   private:
    ReplyBudget& budget_;
    std::size_t held_ = 0;
  };

 private:
  std::mutex mutex_;
  std::condition_variable_any freed_;
  std::size_t free_;
};

}  // namespace slogate::adapters::http

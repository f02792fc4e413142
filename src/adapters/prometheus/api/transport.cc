#include "adapters/prometheus/api/transport.h"

#include <condition_variable>
#include <list>

namespace slogate::adapters::prometheus {
namespace {

constexpr std::size_t kMaxClients = 32;
constexpr std::size_t kMaxAddresses = 256;

bool Same(const http::Tls& a, const http::Tls& b) {
  return a.ca_pem == b.ca_pem && a.client_certificate_pem == b.client_certificate_pem &&
         a.client_key_pem == b.client_key_pem && a.server_name == b.server_name;
}

class ClientPool {
 public:
  // Shared, since a call may still be under way when its client leaves the pool.
  std::shared_ptr<http::Client> For(const http::Tls& tls) {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (Same(entry.tls, tls)) return entry.client;
    }
    if (entries_.size() >= kMaxClients) entries_.pop_front();
    entries_.push_back({tls, std::make_shared<http::Client>(tls)});
    return entries_.back().client;
  }

 private:
  struct Entry {
    http::Tls tls;
    std::shared_ptr<http::Client> client;
  };

  std::mutex mutex_;
  std::list<Entry> entries_;
};

}  // namespace

int ServerHabits::RefusedPost(const std::string& address) const {
  const std::lock_guard lock(mutex_);
  const auto found = refused_post_.find(address);
  return found == refused_post_.end() ? 0 : found->second;
}

void ServerHabits::Remember(const std::string& address, int refused_post) {
  const std::lock_guard lock(mutex_);
  // What is forgotten is learned again by one more request.
  if (refused_post_.size() >= kMaxAddresses) refused_post_.clear();
  refused_post_[address] = refused_post;
}

void ServerHabits::Forget(const std::string& address) {
  const std::lock_guard lock(mutex_);
  refused_post_.erase(address);
}

std::optional<bool> ServerHabits::IsVictoriaMetrics(const std::string& address) const {
  const std::lock_guard lock(mutex_);
  const auto found = is_victoria_metrics_.find(address);
  if (found == is_victoria_metrics_.end()) return std::nullopt;
  return found->second;
}

void ServerHabits::RememberServer(const std::string& address, bool is_victoria_metrics) {
  const std::lock_guard lock(mutex_);
  if (is_victoria_metrics_.size() >= kMaxAddresses) is_victoria_metrics_.clear();
  is_victoria_metrics_[address] = is_victoria_metrics;
}

void Transport::Sleep(core::Duration time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait_for(lock, stop, time, [] { return false; });
}

http::ReplyBudget& RepliesOfTheProcess() {
  constexpr std::size_t kBytes = 32u << 20;
  static http::ReplyBudget budget(kBytes);
  return budget;
}

Transport PooledTransport() {
  return [pool = std::make_shared<ClientPool>()](const http::Tls& tls,
                                                 const http::OutgoingRequest& request) {
    return pool->For(tls)->Send(request);
  };
}

}  // namespace slogate::adapters::prometheus

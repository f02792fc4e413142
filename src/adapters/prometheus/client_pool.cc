#include "adapters/prometheus/client_pool.h"

#include <list>
#include <memory>
#include <mutex>

namespace slogate::adapters::prometheus {
namespace {

constexpr std::size_t kMostClients = 32;

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
    if (entries_.size() >= kMostClients) entries_.pop_front();
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

Transport PooledTransport() {
  return
      [pool = std::make_shared<ClientPool>()](const http::Tls& tls, const http::Request& request) {
        return pool->For(tls)->Send(request);
      };
}

}  // namespace slogate::adapters::prometheus

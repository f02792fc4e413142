#include "adapters/prometheus/api/client_pool.h"

#include <algorithm>
#include <list>
#include <memory>
#include <mutex>

#include "adapters/http/encoding.h"
#include "adapters/http/printable.h"

namespace slogate::adapters::prometheus {
namespace {

bool HasControl(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

tl::unexpected<SourceFailure> Refused(const std::string& field) {
  return Failed(core::SourceProblem::kUnauthorized,
                field + " holds a line break or another control character; remove it");
}

}  // namespace

Answered<HeaderList> HeadersOf(const ports::MetricsConnection& connection) {
  HeaderList headers;
  for (const auto& [name, value] : connection.headers) {
    const std::string trimmed(http::Trimmed(value));
    if (name.empty() || HasControl(name) || name.find(':') != std::string::npos ||
        HasControl(trimmed)) {
      return Refused("a header");
    }
    headers.emplace_back(name, trimmed);
  }
  const std::string token(http::Trimmed(connection.bearer_token));
  const std::string password(http::Trimmed(connection.basic_password));
  if (HasControl(token)) return Refused("the bearer token");
  if (!token.empty()) {
    headers.emplace_back("Authorization", "Bearer " + token);
  } else if (!connection.basic_username.empty()) {
    headers.emplace_back("Authorization",
                         "Basic " + http::EncodeBase64(connection.basic_username + ":" + password));
  }
  headers.emplace_back("Accept", "application/json");
  headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  return headers;
}

namespace {

constexpr std::size_t kMaxClients = 32;

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

Transport PooledTransport() {
  return [pool = std::make_shared<ClientPool>()](const http::Tls& tls,
                                                 const http::OutgoingRequest& request) {
    return pool->For(tls)->Send(request);
  };
}

}  // namespace slogate::adapters::prometheus

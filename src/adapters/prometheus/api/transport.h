// How requests reach servers, and what was learned of the servers.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

#include "adapters/http/client.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// Servers that take queries in URLs only, since something before them refuses POST, and servers
// that are VictoriaMetrics. Thread-safe. Remembers a few hundred addresses at most.
class ServerHabits {
 public:
  // The status that POST was answered there; 0: nothing is known against POST.
  int RefusedPost(const std::string& address) const;
  void Remember(const std::string& address, int refused_post);
  void Forget(const std::string& address);

  // Nothing: it has not answered yet.
  std::optional<bool> IsVictoriaMetrics(const std::string& address) const;
  void RememberServer(const std::string& address, bool is_victoria_metrics);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int> refused_post_;
  std::map<std::string, bool> is_victoria_metrics_;
};

// Copies share what they learn. Thread-safe where `send` is.
class Transport {
 public:
  // Sends one request with these certificates.
  using Send = std::function<http::HttpResult<http::Response>(const http::Tls&,
                                                              const http::OutgoingRequest&)>;
  // Waits for this long, or until asked to stop.
  using Wait = std::function<void(core::Duration, const std::stop_token&)>;

  // NOLINTNEXTLINE(google-explicit-constructor): what sends is a transport.
  template <typename Function>
  requires(!std::same_as<std::remove_cvref_t<Function>, Transport> &&
           std::constructible_from<Send, Function>) Transport(Function&& send)
      : Transport(Send(std::forward<Function>(send)), Sleep) {}
  Transport(Send send, Wait wait)
      : send_(std::move(send)), wait_(std::move(wait)), habits_(std::make_shared<ServerHabits>()) {}

  http::HttpResult<http::Response> operator()(const http::Tls& tls,
                                              const http::OutgoingRequest& request) const {
    return send_(tls, request);
  }
  void WaitFor(core::Duration time, const std::stop_token& stop) const { wait_(time, stop); }
  ServerHabits& habits() const { return *habits_; }

 private:
  static void Sleep(core::Duration time, const std::stop_token& stop);

  Send send_;
  Wait wait_;
  std::shared_ptr<ServerHabits> habits_;
};

// Memory for the large answers of the whole process.
http::ReplyBudget& RepliesOfTheProcess();

// A transport over HTTP that keeps one client, with its open connections, for each set of
// certificates; the least recently made goes when there are many.
Transport PooledTransport();

}  // namespace slogate::adapters::prometheus

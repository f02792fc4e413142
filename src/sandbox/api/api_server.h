// The sandbox's Kubernetes API over HTTP, for the controller and for kubectl.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "sandbox/api/store.h"
#include "slogate/ports/result.h"

namespace slogate::sandbox {

// Listens on a free port of 127.0.0.1 from Start until destroyed; asks nobody who they are.
class ApiServer {
 public:
  struct Options {
    std::size_t most_body_bytes = 3u << 20;    // of a request; more answers 413
    std::size_t most_watches = 1'000;          // at a time; more answer 429
    std::size_t most_unread_bytes = 8u << 20;  // of a watch whose reader lags; more end the watch
  };

  // `store` must outlive the server. kUnavailable when nothing can be listened on.
  static ports::Result<std::unique_ptr<ApiServer>> Start(Store& store, Options options);
  static ports::Result<std::unique_ptr<ApiServer>> Start(Store& store);

  // Ends every watch at once and waits for answers under way.
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  // Such as "http://127.0.0.1:41234".
  const std::string& url() const;

  // A kubeconfig that names this server, its only cluster, as the current context.
  std::string Kubeconfig() const;

 private:
  struct Impl;
  explicit ApiServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace slogate::sandbox

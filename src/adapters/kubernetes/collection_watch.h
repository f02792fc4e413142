// Keeps one collection in sight: list, watch, and begin again when that is needed.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "adapters/kubernetes/api_transport.h"
#include "adapters/kubernetes/backoff.h"
#include "adapters/kubernetes/kube_client.h"
#include "adapters/kubernetes/watch_framer.h"

namespace slogate::adapters::kubernetes {

// For one thread. Everything passed in must outlive it. Promises as KubeClient::ListAndWatch.
class CollectionWatch {
 public:
  CollectionWatch(ApiTransport& transport, const KubeClient::Options& options, std::string path,
                  const KubeClient::Listener& listener, const std::atomic<bool>& stop);

  // Returns once `stop` is true. An exception, be it the listener's, is a failure like others.
  void Run();

 private:
  enum class Next { kResume, kListAnew };

  // What one watch came to.
  struct Ending {
    bool heard = false;  // an event arrived
    std::optional<WatchRefusal> refusal;
    std::optional<ports::Error> broken;  // malformed, or the listener threw
  };

  bool List();
  ports::Result<nlohmann::json> ReadPages(int page_size);
  ports::Result<nlohmann::json> ReadPage(int page_size, const std::string& token);
  Next Watch();
  bool Take(std::string_view bytes, WatchFramer& framer, Ending& ending);
  bool TakeMessage(WatchMessage message, Ending& ending);
  Next Judge(const http::HttpResult<http::Response>& response, const WatchFramer& framer,
             const Ending& ending, bool brief);
  Next JudgeStatus(const http::Response& response);

  // Tells the listener and waits.
  Next After(Next next, const ports::Error& error,
             std::optional<core::Duration> asked = std::nullopt);
  std::string With(const std::string& query) const;

  ApiTransport& transport_;
  const KubeClient::Options& options_;
  const std::string path_;
  const KubeClient::Listener& listener_;
  const std::atomic<bool>& stop_;
  Backoff backoff_;
  Backoff lengths_;  // spreads the ends of watches
  std::string version_;
  bool expired_between_pages_ = false;
};

}  // namespace slogate::adapters::kubernetes

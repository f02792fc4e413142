// How long to wait before the next try.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <variant>

#include "adapters/kubernetes/client/api_transport.h"
#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/core/time.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// Doubles from `first` to `longest`; each wait is drawn evenly from the upper half of its length,
// so that clients that failed together do not return together. Not thread-safe.
class Backoff {
 public:
  Backoff(core::Duration first, core::Duration longest, unsigned seed);

  core::Duration Next();
  void Reset() { length_ = first_; }

 private:
  core::Duration first_;
  core::Duration longest_;
  core::Duration length_;
  std::minstd_rand random_;
};

// A Retry-After of whole seconds, as API servers send it; nothing for anything else.
std::optional<core::Duration> RetryAfter(const std::map<std::string, std::string>& headers);

// Turns the bytes of a watch into events.

// An ERROR event: the server gives the watch up. Code 410 says that the version has expired.
struct WatchRefusal {
  int code = 0;
  std::string message;  // fit for a log line
};

using WatchMessage = std::variant<WatchEvent, WatchRefusal>;

// One line of a watch. kMalformedResponse unless it is a JSON object with a known type and an
// object that carries a resource version.
ports::Result<WatchMessage> ParseWatchLine(std::string_view line);

// Cuts a stream of bytes, in chunks of any size, into lines and parses each once. Bytes already
// checked are not checked again, and at most `line_limit` of them are held. Not thread-safe.
class WatchFramer {
 public:
  using Sink = std::function<bool(WatchMessage)>;

  explicit WatchFramer(std::size_t line_limit = kLineLimit) : line_limit_(line_limit) {}

  // Hands every line that `bytes` completes to `sink`, until it returns false. Empty lines are
  // passed over. kMalformedResponse for a line that is no event or over the limit; the framer is
  // of no use afterwards.
  ports::Result<void> Feed(std::string_view bytes, const Sink& sink);

  // Bytes of a line that has not ended yet are held.
  bool inside_line() const { return !begun_.empty(); }

 private:
  // Twice what etcd stores of an object, with room for escapes.
  static constexpr std::size_t kLineLimit = 8u << 20;

  std::size_t line_limit_;
  std::string begun_;
};

// Keeps one collection in sight: list, watch, and begin again when that is needed.

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
             std::optional<core::Duration> requested = std::nullopt);
  ApiTransport::Call CallOf(const std::string& query, const char* list_or_object) const;

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

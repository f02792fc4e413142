// Turns the bytes of a watch into events.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "adapters/kubernetes/kube_client.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// An ERROR event: the server gives the watch up. Code 410 says that the version has expired.
struct WatchRefusal {
  int code = 0;
  std::string message;  // fit for a log line
};

using WatchMessage = std::variant<WatchEvent, WatchRefusal>;

// One line of a watch. kMalformedResponse unless it is a JSON object with a known type and an
// object that carries a resource version.
ports::Result<WatchMessage> ParseWatchLine(std::string_view line);

// Cuts a stream of bytes, in pieces of any size, into lines and parses each once. Bytes already
// looked at are not looked at again, and at most `line_limit` of them are held. Not thread-safe.
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

}  // namespace slogate::adapters::kubernetes

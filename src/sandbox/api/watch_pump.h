// Hands news to the connections of open watches.
#pragma once

#include <cpprest/producerconsumerstream.h>
#include <cpprest/streams.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "sandbox/api/object_store.h"
#include "sandbox/api/watch_cursor.h"

namespace slogate::sandbox {

// Thread-safe. One thread looks for news and writes them into the streams that connections send.
class WatchPump {
 public:
  struct Reader {
    concurrency::streams::istream bytes;      // ends with the watch
    std::shared_ptr<std::atomic<bool>> gone;  // to be set when the connection is gone
  };

  // `store` must outlive it. A watch with more than `most_unread_bytes` waiting is ended.
  WatchPump(ObjectStore& store, std::size_t most_watches, std::size_t most_unread_bytes);
  ~WatchPump();

  // Nothing when there are as many as may be, or after Stop.
  std::optional<Reader> Add(WatchCursor cursor);

  // Ends every watch at once.
  void Stop();

 private:
  struct Stream;

  void Run();
  std::chrono::steady_clock::time_point AdvanceAll();
  bool Advance(Stream& stream) const;

  ObjectStore& store_;
  const std::size_t most_watches_;
  const std::size_t most_unread_bytes_;
  std::mutex mutex_;
  std::list<std::unique_ptr<Stream>> streams_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> woken_ = false;
  std::thread thread_;
};

}  // namespace slogate::sandbox

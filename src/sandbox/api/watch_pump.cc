#include "sandbox/api/watch_pump.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "sandbox/api/json_text.h"

namespace slogate::sandbox {

using nlohmann::json;
using std::chrono::steady_clock;

// Where a watch is, and the bytes that its connection has yet to send.
struct WatchPump::Stream {
  explicit Stream(WatchCursor the_cursor) : cursor(std::move(the_cursor)) {}
  ~Stream() { bytes.close(std::ios_base::out).wait(); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  WatchCursor cursor;
  concurrency::streams::producer_consumer_buffer<std::uint8_t> bytes;
  const std::shared_ptr<std::atomic<bool>> gone = std::make_shared<std::atomic<bool>>(false);
};

WatchPump::WatchPump(ObjectStore& store, std::size_t most_watches, std::size_t most_unread_bytes)
    : store_(store), most_watches_(most_watches), most_unread_bytes_(most_unread_bytes) {
  thread_ = std::thread([this] { Run(); });
}

WatchPump::~WatchPump() { Stop(); }

void WatchPump::Stop() {
  stop_ = true;
  store_.Wake(woken_);
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  streams_.clear();
}

std::optional<WatchPump::Reader> WatchPump::Add(WatchCursor cursor) {
  auto stream = std::make_unique<Stream>(std::move(cursor));
  Reader reader{stream->bytes.create_istream(), stream->gone};
  {
    const std::lock_guard lock(mutex_);
    if (stop_ || streams_.size() >= most_watches_) return std::nullopt;
    streams_.push_back(std::move(stream));
  }
  store_.Wake(woken_);
  return reader;
}

void WatchPump::Run() {
  while (!stop_) {
    woken_ = false;
    const std::int64_t seen = store_.version();
    const auto due = AdvanceAll();
    if (!stop_) store_.WaitPast(seen, due, woken_);
  }
}

steady_clock::time_point WatchPump::AdvanceAll() {
  auto due = steady_clock::now() + std::chrono::hours(1);
  const std::lock_guard lock(mutex_);
  for (auto stream = streams_.begin(); stream != streams_.end();) {
    if (Advance(**stream)) {
      due = std::min(due, (*stream)->cursor.due());
      ++stream;
    } else {
      stream = streams_.erase(stream);
    }
  }
  return due;
}

// Whether the watch goes on.
bool WatchPump::Advance(Stream& stream) const {
  if (*stream.gone) return false;
  std::string lines;
  try {
    for (const json& event : stream.cursor.Next(steady_clock::now())) {
      lines += JsonText(event) + "\n";
    }
  } catch (const json::exception&) {
    // An object that cannot be shown in the form that is wanted.
    return false;
  }
  if (!lines.empty()) {
    if (stream.bytes.in_avail() + lines.size() > most_unread_bytes_) return false;
    const auto* const data = reinterpret_cast<const std::uint8_t*>(lines.data());
    stream.bytes.putn_nocopy(data, lines.size()).wait();
    stream.bytes.sync().wait();
  }
  return !stream.cursor.ended();
}

}  // namespace slogate::sandbox

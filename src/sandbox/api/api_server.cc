#include "sandbox/api/api_server.h"

#include <cpprest/http_listener.h>
#include <cpprest/producerconsumerstream.h>
#include <pplx/threadpool.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <list>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/server/listen_address.h"
#include "sandbox/api/api.h"
#include "sandbox/api/json_text.h"
#include "sandbox/api/watch_cursor.h"

namespace slogate::sandbox {
namespace {

namespace rest = web::http;
using nlohmann::json;
using rest::experimental::listener::http_listener;
using Bytes = concurrency::streams::producer_consumer_buffer<std::uint8_t>;

constexpr const char* kHost = "127.0.0.1";
constexpr std::size_t kThreads = 4;
constexpr int kMostPortsTried = 20;

void LimitThreads() {
  static std::once_flag once;
  std::call_once(once, [] {
    try {
      crossplat::threadpool::initialize_with_threads(kThreads);
    } catch (const std::exception&) {
      // Somebody in this process made the pool before: then it has the size they chose.
    }
  });
}

// An open watch: where it is, and the bytes its connection has yet to send.
struct Stream {
  explicit Stream(WatchCursor the_cursor) : cursor(std::move(the_cursor)) {}

  WatchCursor cursor;
  Bytes bytes;
  // Set when the connection is gone; the only part that other threads than the pump's touch.
  std::shared_ptr<std::atomic<bool>> gone = std::make_shared<std::atomic<bool>>(false);
};

// Answers are made only while it is open; closing it waits for those being made.
struct Gate {
  std::shared_mutex mutex;
  bool open = true;
};

template <typename Done>
void Reply(const rest::http_request& request, const rest::http_response& response,
           const Done& done) {
  request.reply(response).then([done](const pplx::task<void>& sent) {
    try {
      sent.get();
    } catch (const std::exception&) {
      // A reader that went away.
    }
    done();
  });
}

void Send(const rest::http_request& request, const ApiAnswer& answer) {
  rest::http_response response(static_cast<rest::status_code>(answer.status));
  if (answer.body.is_string()) {
    response.set_body(answer.body.get<std::string>(), "text/plain; charset=utf-8");
  } else {
    response.set_body(JsonText(answer.body) + "\n", "application/json");
  }
  Reply(request, response, [] {});
}

std::string Header(const rest::http_request& request, const char* name) {
  const auto found = request.headers().find(name);
  return found == request.headers().end() ? "" : found->second;
}

ApiRequest RequestOf(const rest::http_request& request) {
  ApiRequest asked;
  asked.method = request.method();
  asked.path = request.request_uri().path();
  asked.query = request.request_uri().query();
  asked.accept = Header(request, "Accept");
  asked.content_type = Header(request, "Content-Type");
  return asked;
}

bool HasBody(const rest::http_request& request) { return request.headers().content_length() > 0; }

}  // namespace

struct ApiServer::Impl {
  Impl(Store& store, Options the_options, int port)
      : api(store.api()),
        options(the_options),
        url("http://" + std::string(kHost) + ":" + std::to_string(port)),
        listener(url) {
    listener.support([this](const rest::http_request& request) { Handle(request); });
    listener.open().get();
    pump = std::thread([this] { Pump(); });
  }

  ~Impl() {
    stop = true;
    api.store().Wake(woken);
    pump.join();
    try {
      listener.close().get();
    } catch (const std::exception&) {
      // Closing a socket twice is all that can go wrong, and the end is the same.
    }
    const std::unique_lock close(gate->mutex);
    gate->open = false;
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void Handle(const rest::http_request& request) {
    try {
      if (Header(request, "Transfer-Encoding").empty()) {
        Take(request);
      } else {
        Send(request, Api::AnswerOf(
                          Refusal{411, "LengthRequired", "send a Content-Length", nullptr, false}));
      }
    } catch (const std::exception& exception) {
      Send(request, Api::AnswerOf(Refusal{500, "InternalError", exception.what(), nullptr, false}));
    }
  }

  void Take(const rest::http_request& request) {
    ApiRequest asked = RequestOf(request);
    if (request.headers().content_length() > options.most_body_bytes) {
      Send(request, Api::AnswerOf(Refusal{413, "RequestEntityTooLarge",
                                          "limit is " + std::to_string(options.most_body_bytes),
                                          nullptr, false}));
    } else if (Api::IsWatch(asked)) {
      Open(request, asked);
    } else if (!HasBody(request)) {
      Send(request, api.Handle(asked));
    } else {
      TakeBody(request, std::move(asked));
    }
  }

  void TakeBody(const rest::http_request& request, ApiRequest asked) {
    rest::http_request owned = request;
    owned.extract_vector().then([this, owned, asked = std::move(asked)](
                                    const pplx::task<std::vector<unsigned char>>& read) mutable {
      try {
        const std::vector<unsigned char> body = read.get();
        asked.body.assign(body.begin(), body.end());
        Send(owned, api.Handle(asked));
      } catch (const std::exception&) {
        // The sender went away in the middle of it.
      }
    });
  }

  void Open(const rest::http_request& request, const ApiRequest& asked) {
    auto cursor = api.OpenWatch(asked);
    if (!cursor) return Send(request, Api::AnswerOf(cursor.error()));
    auto stream = std::make_unique<Stream>(std::move(*cursor));
    rest::http_response response(rest::status_codes::OK);
    response.set_body(stream->bytes.create_istream(), "application/json");
    const auto gone = stream->gone;
    {
      const std::lock_guard lock(mutex);
      if (stop || streams.size() >= options.most_watches) {
        return Send(request, Api::AnswerOf(Refusal{429, "TooManyRequests", "too many watches",
                                                   nullptr, false}));
      }
      streams.push_back(std::move(stream));
    }
    Reply(request, response, [gone] { *gone = true; });
    api.store().Wake(woken);
  }

  // The one thread that looks for news and hands them to the connections.
  void Pump() {
    std::int64_t seen = 0;
    while (!stop) {
      woken = false;
      auto due = std::chrono::steady_clock::now() + std::chrono::hours(1);
      seen = api.store().version();
      {
        const std::lock_guard lock(mutex);
        for (auto stream = streams.begin(); stream != streams.end();) {
          if (Advance(**stream)) {
            due = std::min(due, (*stream)->cursor.due());
            ++stream;
          } else {
            End(**stream);
            stream = streams.erase(stream);
          }
        }
      }
      if (!stop) api.store().WaitPast(seen, due, woken);
    }
    const std::lock_guard lock(mutex);
    for (const auto& stream : streams) End(*stream);
    streams.clear();
  }

  // Whether the watch goes on.
  bool Advance(Stream& stream) const {
    if (*stream.gone) return false;
    std::string lines;
    for (const json& event : stream.cursor.Next(std::chrono::steady_clock::now())) {
      lines += JsonText(event) + "\n";
    }
    if (!lines.empty()) {
      if (stream.bytes.in_avail() + lines.size() > options.most_unread_bytes) return false;
      stream.bytes.putn_nocopy(reinterpret_cast<const std::uint8_t*>(lines.data()), lines.size())
          .wait();
      stream.bytes.sync().wait();
    }
    return !stream.cursor.ended();
  }

  static void End(Stream& stream) { stream.bytes.close(std::ios_base::out).wait(); }

  Api& api;
  const Options options;
  const std::string url;
  const std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  std::mutex mutex;
  std::list<std::unique_ptr<Stream>> streams;
  std::atomic<bool> stop = false;
  std::atomic<bool> woken = false;
  std::thread pump;
  http_listener listener;
};

ApiServer::ApiServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ApiServer::~ApiServer() = default;

const std::string& ApiServer::url() const { return impl_->url; }

std::string ApiServer::Kubeconfig() const {
  const json config = {
      {"apiVersion", "v1"},
      {"kind", "Config"},
      {"current-context", "sandbox"},
      {"clusters", {{{"name", "sandbox"}, {"cluster", {{"server", impl_->url}}}}}},
      {"users", {{{"name", "sandbox"}, {"user", json::object()}}}},
      {"contexts",
       {{{"name", "sandbox"}, {"context", {{"cluster", "sandbox"}, {"user", "sandbox"}}}}}}};
  return config.dump(2) + "\n";
}

ports::Result<std::unique_ptr<ApiServer>> ApiServer::Start(Store& store) {
  return Start(store, Options{});
}

ports::Result<std::unique_ptr<ApiServer>> ApiServer::Start(Store& store, Options options) {
  LimitThreads();
  std::string why;
  // A free port may be taken between asking for it and listening on it; another one is as good.
  for (int i = 0; i < kMostPortsTried; ++i) {
    const ports::Result<int> port = adapters::server::FreePort(kHost);
    if (!port) return tl::unexpected(port.error());
    try {
      return std::unique_ptr<ApiServer>(
          new ApiServer(std::make_unique<Impl>(store, options, *port)));
    } catch (const std::exception& exception) {
      why = exception.what();
    }
  }
  return ports::Fail(ports::ErrorCode::kUnavailable,
                     std::string("cannot listen on ") + kHost + ": " + why);
}

}  // namespace slogate::sandbox

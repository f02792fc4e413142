#include "sandbox/api/api_server.h"

#include <cpprest/http_listener.h>
#include <pplx/threadpool.h>

#include <exception>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "adapters/server/listen_address.h"
#include "sandbox/api/api.h"
#include "sandbox/api/json_text.h"
#include "sandbox/api/watch_pump.h"

namespace slogate::sandbox {
namespace {

namespace rest = web::http;
using nlohmann::json;
using rest::experimental::listener::http_listener;

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

// Answers are made only while it is open; closing it waits for those being made.
struct Gate {
  std::shared_mutex mutex;
  bool open = true;
};

template <typename Done>
void Reply(const rest::http_request& request, rest::http_response response, const Done& done) {
  // Left alone, cpprestsdk takes a phrase from a table that its first use fills, whoever else
  // reads.
  response.set_reason_phrase(response.status_code() < rest::status_codes::BadRequest ? "OK"
                                                                                     : "Refused");
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

void Deny(const rest::http_request& request, int code, const char* reason,
          const std::string& message) {
  Send(request, Api::AnswerOf(Refusal{code, reason, message, nullptr, false}));
}

}  // namespace

struct ApiServer::Impl {
  Impl(Store& store, Options the_options, int port)
      : api(store.api()),
        options(the_options),
        url("http://" + std::string(kHost) + ":" + std::to_string(port)),
        pump(api.store(), the_options.most_watches, the_options.most_unread_bytes),
        listener(url) {
    listener.support([this](const rest::http_request& request) { Handle(request); });
    listener.open().get();
  }

  ~Impl() {
    // First: the listener waits for answers under way, and a watch has no end of its own.
    pump.Stop();
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
        Deny(request, 411, "LengthRequired", "send a Content-Length");
      }
    } catch (const std::exception& exception) {
      Deny(request, 500, "InternalError", exception.what());
    }
  }

  void Take(const rest::http_request& request) {
    ApiRequest asked = RequestOf(request);
    if (request.headers().content_length() > options.most_body_bytes) {
      Deny(request, 413, "RequestEntityTooLarge",
           "limit is " + std::to_string(options.most_body_bytes));
    } else if (Api::IsWatch(asked)) {
      Open(request, asked);
    } else if (request.headers().content_length() == 0) {
      Send(request, api.Handle(asked));
    } else {
      TakeBody(request, std::move(asked));
    }
  }

  void TakeBody(const rest::http_request& request, ApiRequest asked) {
    rest::http_request owned = request;
    owned.extract_vector().then([this, gate = gate, owned, asked = std::move(asked)](
                                    const pplx::task<std::vector<unsigned char>>& read) mutable {
      try {
        const std::vector<unsigned char> body = read.get();
        const std::shared_lock pass(gate->mutex);
        if (!gate->open) return;
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
    const auto stream = pump.Add(std::move(*cursor));
    if (!stream) return Deny(request, 429, "TooManyRequests", "too many watches");
    rest::http_response response(rest::status_codes::OK);
    response.set_body(stream->bytes, "application/json");
    Reply(request, response, [gone = stream->gone] { *gone = true; });
  }

  Api& api;
  const Options options;
  const std::string url;
  const std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  WatchPump pump;
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

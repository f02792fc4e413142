#include "adapters/server/http_server.h"

#include <cpprest/http_listener.h>
#include <pplx/threadpool.h>

#include <exception>
#include <mutex>
#include <string_view>
#include <utility>

#include "adapters/server/listen_address.h"

namespace slogate::adapters::server {
namespace {

namespace rest = web::http;
using rest::experimental::listener::http_listener;

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

void Answer(const rest::http_request& request, const Page& page) {
  rest::http_response response(static_cast<rest::status_code>(page.status));
  response.set_body(request.method() == rest::methods::HEAD ? std::string() : page.body,
                    page.content_type);
  // The task's failure is a reader that went away.
  request.reply(response).then([](const pplx::task<void>& sent) {
    try {
      sent.get();
    } catch (const std::exception&) {
    }
  });
}

void Handle(const rest::http_request& request, const std::map<std::string, PageMaker>& pages) {
  const auto found = pages.find(request.relative_uri().path());
  if (found == pages.end()) {
    Answer(request, {404, "text/plain; charset=utf-8", "not found\n"});
  } else if (request.method() != rest::methods::GET && request.method() != rest::methods::HEAD) {
    Answer(request, {405, "text/plain; charset=utf-8", "only GET and HEAD\n"});
  } else {
    Answer(request, found->second());
  }
}

}  // namespace

struct HttpServer::Impl {
  Impl(const ListenAddress& address, std::map<std::string, PageMaker> the_pages)
      : pages(std::move(the_pages)),
        port(address.port),
        listener("http://" + address.host + ":" + std::to_string(address.port)) {
    listener.support([this](const rest::http_request& request) { Handle(request, pages); });
    listener.open().get();
  }
  ~Impl() {
    try {
      listener.close().get();
    } catch (const std::exception&) {
      // Closing a socket twice is all that can go wrong, and the end is the same.
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  const std::map<std::string, PageMaker> pages;
  const int port;
  http_listener listener;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

int HttpServer::port() const { return impl_->port; }

ports::Result<std::unique_ptr<HttpServer>> HttpServer::Start(
    const std::string& listen, std::map<std::string, PageMaker> pages) {
  ports::Result<ListenAddress> wanted = ParseListenAddress(listen);
  if (!wanted) return tl::unexpected(wanted.error());
  LimitThreads();
  std::string why;
  // A free port may be taken between asking for it and listening on it; another one is as good.
  const int tries = wanted->port == 0 ? kMostPortsTried : 1;
  for (int i = 0; i < tries; ++i) {
    ListenAddress address = *wanted;
    if (address.port == 0) {
      const ports::Result<int> port = FreePort(address.host);
      if (!port) return tl::unexpected(port.error());
      address.port = *port;
    }
    try {
      return std::unique_ptr<HttpServer>(new HttpServer(std::make_unique<Impl>(address, pages)));
    } catch (const std::exception& exception) {
      why = exception.what();
    }
  }
  return ports::Fail(ports::ErrorCode::kUnavailable, "cannot listen on " + listen + ": " + why);
}

}  // namespace slogate::adapters::server

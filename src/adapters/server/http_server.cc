#include "adapters/server/http_server.h"

#include <arpa/inet.h>
#include <cpprest/http_listener.h>
#include <netinet/in.h>
#include <pplx/threadpool.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <exception>
#include <mutex>
#include <utility>

namespace slogate::adapters::server {
namespace {

sockaddr* Generic(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

namespace rest = web::http;
using rest::experimental::listener::http_listener;

constexpr std::size_t kThreads = 4;
constexpr int kMaxPortsTried = 20;

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
    } catch (...) {
    }
  });
}

// A handler that throws fails this request. The library's own answer would show what it says.
Page Made(const Handler& handler, const IncomingRequest& request) {
  try {
    return handler(request);
  } catch (...) {
    return {500, "text/plain; charset=utf-8", "internal error\n"};
  }
}

// Without a body to wait for, the answer waits for nobody.
void Handle(rest::http_request request, const std::shared_ptr<const Handler>& handler) {
  IncomingRequest requested{.method = request.method(),
                            .target = request.relative_uri().to_string(),
                            .content_type = request.headers().content_type(),
                            .body = ""};
  if (request.method() == rest::methods::GET || request.method() == rest::methods::HEAD) {
    return Answer(request, Made(*handler, requested));
  }
  request.extract_string(true).then([request, handler, requested = std::move(requested)](
                                        const pplx::task<std::string>& read) mutable {
    try {
      requested.body = read.get();
      Answer(request, Made(*handler, requested));
    } catch (...) {
      // A sender that went away.
    }
  });
}

}  // namespace

ports::Result<ListenAddress> ParseListenAddress(const std::string& text) {
  const auto refuse = [&text] {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "cannot listen on \"" + text +
                           "\": give host:port with an IPv4 address, such as 127.0.0.1:8080, or "
                           ":8080 for every address");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return refuse();
  ListenAddress address;
  address.host = text.substr(0, colon);
  if (address.host.empty()) address.host = "0.0.0.0";
  if (address.host == "localhost") address.host = "127.0.0.1";
  in_addr parsed{};
  if (inet_pton(AF_INET, address.host.c_str(), &parsed) != 1) return refuse();
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc() || stop != end || address.port < 0 || address.port > 65535) {
    return refuse();
  }
  return address;
}

ports::Result<int> FreePort(const std::string& host) {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof(address);
  const bool bound = probe >= 0 && inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1 &&
                     bind(probe, Generic(address), size) == 0 &&
                     getsockname(probe, Generic(address), &size) == 0;
  const int error = errno;
  if (probe >= 0) close(probe);
  if (!bound) {
    return ports::Fail(ports::ErrorCode::kUnavailable,
                       "cannot listen on " + host + ": " + std::strerror(error));
  }
  return ntohs(address.sin_port);
}

Handler ServePages(ports::Pages pages) {
  return [pages = std::move(pages)](const IncomingRequest& request) -> Page {
    const auto found = pages.find(request.target.substr(0, request.target.find('?')));
    if (found == pages.end()) return {404, "text/plain; charset=utf-8", "not found\n"};
    if (request.method != "GET" && request.method != "HEAD") {
      return {405, "text/plain; charset=utf-8", "only GET and HEAD\n"};
    }
    return found->second();
  };
}

struct HttpServer::Impl {
  Impl(const ListenAddress& address, const std::shared_ptr<const Handler>& handler)
      : port(address.port),
        listener("http://" + address.host + ":" + std::to_string(address.port)) {
    listener.support([handler](const rest::http_request& request) { Handle(request, handler); });
    listener.open().get();
  }
  ~Impl() {
    try {
      listener.close().get();
    } catch (...) {
      // Closing a socket twice is all that can go wrong, and the end is the same.
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  const int port;
  http_listener listener;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

int HttpServer::port() const { return impl_->port; }

ports::Result<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& listen,
                                                             Handler handler) {
  ports::Result<ListenAddress> wanted = ParseListenAddress(listen);
  if (!wanted) return tl::unexpected(wanted.error());
  LimitThreads();
  const auto shared = std::make_shared<const Handler>(std::move(handler));
  std::string why;
  // A free port may be taken between asking for it and listening on it; another one is as good.
  const int tries = wanted->port == 0 ? kMaxPortsTried : 1;
  for (int i = 0; i < tries; ++i) {
    ListenAddress address = *wanted;
    if (address.port == 0) {
      const ports::Result<int> port = FreePort(address.host);
      if (!port) return tl::unexpected(port.error());
      address.port = *port;
    }
    try {
      return std::unique_ptr<HttpServer>(new HttpServer(std::make_unique<Impl>(address, shared)));
    } catch (const std::exception& exception) {
      why = exception.what();
    }
  }
  return ports::Fail(ports::ErrorCode::kUnavailable, "cannot listen on " + listen + ": " + why);
}

}  // namespace slogate::adapters::server

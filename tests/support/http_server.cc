#include "support/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "support/http_connection.h"
#include "support/pem.h"

namespace slogate::testing {
namespace {

void Require(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::abort();
}

std::string Head(int status, const HttpExchange::Headers& headers, const std::string& framing) {
  std::string head = "HTTP/1.1 " + std::to_string(status) + " Answer\r\n" + framing + "\r\n";
  for (const auto& [name, value] : headers) head += name + ": " + value + "\r\n";
  return head + "\r\n";
}

}  // namespace

struct HttpServer::TlsContext {
  explicit TlsContext(const HttpServerTls& tls) : context(SSL_CTX_new(TLS_server_method())) {
    const auto certificate = ReadCertificate(tls.certificate_pem);
    const auto key = ReadKey(tls.key_pem);
    Require(SSL_CTX_use_certificate(context, certificate.get()) == 1, "server certificate");
    Require(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "server key");
    if (tls.client_ca_pem.empty()) return;
    const auto authority = ReadCertificate(tls.client_ca_pem);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  ~TlsContext() { SSL_CTX_free(context); }
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  SSL_CTX* context;
};

void HttpExchange::Reply(int status, const std::string& body, const Headers& headers) {
  connection_.Write(Head(status, headers, "Content-Length: " + std::to_string(body.size())) + body);
}

void HttpExchange::Begin(int status, const Headers& headers) {
  connection_.Write(Head(status, headers, "Transfer-Encoding: chunked"));
}

bool HttpExchange::Chunk(const std::string& data) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return connection_.Write(size + data + "\r\n");
}

void HttpExchange::End() { connection_.Write("0\r\n\r\n"); }

bool HttpExchange::Raw(const std::string& bytes) { return connection_.Write(bytes); }

void HttpExchange::Cut() { connection_.Hangup(); }

void HttpExchange::HoldUntilClosed() { connection_.Drain(); }

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) { Listen(); }

HttpServer::HttpServer(Handler handler, const HttpServerTls& tls)
    : handler_(std::move(handler)), tls_(std::make_unique<TlsContext>(tls)) {
  Listen();
}

HttpServer::~HttpServer() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const auto& connection : connections_) connection->Hangup();
  }
  for (std::thread& thread : threads_) thread.join();
}

std::string HttpServer::url() const {
  return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

std::vector<HttpRequest> HttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool HttpServer::AwaitRequests(std::size_t count, std::chrono::milliseconds limit) const {
  std::unique_lock lock(mutex_);
  return arrived_.wait_for(lock, limit, [&] { return requests_.size() >= count; });
}

void HttpServer::Listen() {
  std::signal(SIGPIPE, SIG_IGN);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Require(listener_ >= 0, "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  Require(bind(listener_, reinterpret_cast<sockaddr*>(&address), length) == 0, "bind");
  Require(listen(listener_, 64) == 0, "listen");
  Require(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) == 0, "port");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

void HttpServer::Accept() {
  while (!stopping_) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    ++accepted_;
    const std::lock_guard lock(mutex_);
    connections_.push_back(std::make_unique<Connection>(socket, tls_ ? tls_->context : nullptr));
    Connection& connection = *connections_.back();
    threads_.emplace_back([this, &connection] { Serve(connection); });
  }
}

void HttpServer::Serve(Connection& connection) {
  if (!connection.Handshake()) {
    connection.Hangup();
    return;
  }
  while (!stopping_ && connection.open()) {
    const auto request = connection.Read();
    if (!request) break;
    Note(*request);
    HttpExchange exchange(connection);
    handler_(*request, exchange);
  }
  connection.Hangup();
}

void HttpServer::Note(const HttpRequest& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  arrived_.notify_all();
}

HttpServer::Handler InTurn(std::vector<HttpServer::Handler> handlers) {
  auto next = std::make_shared<std::atomic<std::size_t>>(0);
  return
      [handlers = std::move(handlers), next](const HttpRequest& request, HttpExchange& exchange) {
        const std::size_t turn = std::min(next->fetch_add(1), handlers.size() - 1);
        handlers[turn](request, exchange);
      };
}

HttpServer::Handler Answer(int status, std::string body, HttpExchange::Headers headers) {
  return [=](const HttpRequest&, HttpExchange& exchange) { exchange.Reply(status, body, headers); };
}

HttpServer::Handler Silence() {
  return [](const HttpRequest&, HttpExchange& exchange) { exchange.HoldUntilClosed(); };
}

HttpServer::Handler CutShort(std::string sent, std::size_t promised) {
  return [=](const HttpRequest&, HttpExchange& exchange) {
    exchange.Raw(Head(200, {}, "Content-Length: " + std::to_string(promised)) + sent);
    exchange.Cut();
  };
}

HttpServer::Handler Chunks(std::vector<std::string> chunks) {
  return [=](const HttpRequest&, HttpExchange& exchange) {
    exchange.Begin(200);
    for (const std::string& chunk : chunks) exchange.Chunk(chunk);
    exchange.End();
  };
}

}  // namespace slogate::testing

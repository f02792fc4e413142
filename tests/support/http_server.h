// An HTTP server for tests: loopback, port 0, one thread a connection, and as ill-behaved as asked.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace slogate::testing {

struct HttpRequest {
  std::string method;
  std::string target;                          // path and query, as sent
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct HttpServerTls {
  std::string certificate_pem;
  std::string key_pem;
  std::string client_ca_pem;  // when given, a client certificate by this authority is required
};

class Connection;

// The server's side of one request. Used only inside its handler.
class HttpExchange {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit HttpExchange(Connection& connection) : connection_(connection) {}

  void Reply(int status, const std::string& body, const Headers& headers = {});

  // A chunked answer. Chunk returns false once the client is gone.
  void Begin(int status, const Headers& headers = {});
  bool Chunk(const std::string& data);
  void End();

  // Bytes as they are.
  bool Raw(const std::string& bytes);
  // Closes the connection, whatever had been promised.
  void Cut();
  // Says nothing until the client hangs up or the server stops.
  void HoldUntilClosed();

 private:
  Connection& connection_;
};

class HttpServer {
 public:
  // Called on connection threads, several at once.
  using Handler = std::function<void(const HttpRequest&, HttpExchange&)>;

  explicit HttpServer(Handler handler);
  HttpServer(Handler handler, const HttpServerTls& tls);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }
  std::string url() const;  // http(s)://127.0.0.1:port
  int connections() const { return accepted_; }

  // Requests so far, in the order of their arrival.
  std::vector<HttpRequest> requests() const;
  // False when fewer than `count` requests arrived within `limit`.
  bool AwaitRequests(std::size_t count,
                     std::chrono::milliseconds limit = std::chrono::seconds(20)) const;

 private:
  struct TlsContext;

  void Listen();
  void Accept();
  void Serve(Connection& connection);
  void Note(const HttpRequest& request);

  Handler handler_;
  std::unique_ptr<TlsContext> tls_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> accepted_{0};
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  mutable std::condition_variable arrived_;
  std::vector<HttpRequest> requests_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// The first request goes to the first handler, the second to the second; the last one stays.
HttpServer::Handler InTurn(std::vector<HttpServer::Handler> handlers);

// Common answers.
HttpServer::Handler Answer(int status, std::string body = "{}", HttpExchange::Headers headers = {});
HttpServer::Handler Silence();
// Promises the whole body, sends `sent` of it and closes the connection.
HttpServer::Handler CutShort(std::string sent, std::size_t promised);
// A chunked answer of these chunks, ended properly.
HttpServer::Handler Chunks(std::vector<std::string> chunks);

}  // namespace slogate::testing

// A small HTTP server for the sandbox's own parts: loopback only, port 0, a thread a connection.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace slogate::sandbox {

struct WebRequest {
  std::string method;
  std::string target;                          // path and query, as sent
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct WebReply {
  int status = 200;
  std::string body = {};
  std::string content_type = "text/plain";
  bool cut = false;  // closes the connection without an answer
};

// Keep-alive HTTP/1.1 with Content-Length bodies. Requests beyond its limits, and connections that
// are silent for a minute, are closed.
class LoopbackServer {
 public:
  // Called on connection threads, several at once; must not throw.
  using Handler = std::function<WebReply(const WebRequest&)>;

  // Throws std::runtime_error when no port can be listened on.
  explicit LoopbackServer(Handler handler);
  ~LoopbackServer();  // waits for requests being answered
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  struct Connection {
    int socket = -1;
    std::atomic<bool> ended = false;
    std::thread thread;
  };

  void Accept();
  void Serve(Connection& connection);
  void ReapEnded();

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::list<Connection> connections_;
  std::thread acceptor_;
};

}  // namespace slogate::sandbox

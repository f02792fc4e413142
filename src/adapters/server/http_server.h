// A small HTTP server: the controller's pages, and what the demo simulates.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "slogate/ports/pages.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::server {

// Where to listen, from text.

struct ListenAddress {
  std::string host;  // a literal IPv4 address; 0.0.0.0 for every one
  int port = 0;      // 0: a free one is wanted

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

// "host:port" as HttpServer::Start describes it; kInvalidArgument for anything else.
ports::Result<ListenAddress> ParseListenAddress(const std::string& text);

// A port of `host` that was free a moment ago. kUnavailable when there is none.
ports::Result<int> FreePort(const std::string& host);

using ports::Page;

struct IncomingRequest {
  std::string method;
  std::string target;  // path and query, as sent
  std::string content_type;
  std::string body;
};

// Answers every request; called on any thread, several at once. Must not throw.
using Handler = std::function<Page(const IncomingRequest&)>;

// Serves GET and HEAD of the given paths, and nothing else.
Handler ServePages(ports::Pages pages);

// Serves from Start until destroyed.
class HttpServer : public ports::PageServer {
 public:
  // Listens on exactly `listen`: "host:port" with a literal IPv4 address, "localhost", or nothing
  // for every IPv4 address; port 0 takes a free one. kInvalidArgument when it is not of that
  // form, kUnavailable when the address cannot be listened on.
  static ports::Result<std::unique_ptr<HttpServer>> Start(const std::string& listen,
                                                          Handler handler);

  // Waits for requests being answered.
  ~HttpServer() override;
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const override;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace slogate::adapters::server

#include "servers.h"

#include <map>
#include <memory>
#include <utility>

#include "adapters/server/http_server.h"
#include "sandbox/demo/demo_world.h"

namespace slogate {
namespace {

class Server : public app::PageServer {
 public:
  explicit Server(std::unique_ptr<adapters::server::HttpServer> server)
      : server_(std::move(server)) {}
  int port() const override { return server_->port(); }

 private:
  std::unique_ptr<adapters::server::HttpServer> server_;
};

ports::Result<std::unique_ptr<app::PageServer>> Serve(const std::string& listen, app::Pages pages) {
  std::map<std::string, adapters::server::PageMaker> makers;
  for (auto& [path, make] : pages) {
    makers[path] = [make = std::move(make)] {
      app::Page page = make();
      return adapters::server::Page{page.status, std::move(page.content_type),
                                    std::move(page.body)};
    };
  }
  ports::Result<std::unique_ptr<adapters::server::HttpServer>> server =
      adapters::server::HttpServer::Start(listen, std::move(makers));
  if (!server) return tl::unexpected(server.error());
  return std::make_unique<Server>(std::move(*server));
}

}  // namespace

void FillInServers(app::Adapters& adapters) {
  adapters.serve = Serve;
  adapters.make_sandbox = sandbox::DemoWorld::Start;
}

std::string BecomeServer(char**) { return ""; }

}  // namespace slogate

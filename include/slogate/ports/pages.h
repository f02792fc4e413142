// Pages of text that a process serves over HTTP.
#pragma once

#include <functional>
#include <map>
#include <string>

namespace slogate::ports {

struct Page {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// By path; each makes a page for every request. Called on any thread, several at once; must not
// throw.
using Pages = std::map<std::string, std::function<Page()>>;

// Serves until destroyed.
class PageServer {
 public:
  virtual ~PageServer() = default;
  // The port that is listened on.
  virtual int port() const = 0;
};

}  // namespace slogate::ports

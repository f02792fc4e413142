// An API server in memory, as much of one as slogate's adapters ask for.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "support/http_server.h"

namespace slogate::testing {

// Objects by path, with versions, lists by namespace and labels, watches, patches and statuses.
// Does not validate, and does nothing by itself. Thread-safe.
class SmallApiServer {
 public:
  SmallApiServer() = default;
  ~SmallApiServer();

  std::string url() const { return server_.url(); }

  // Creates or replaces the object, and tells the watches.
  void Put(const std::string& path, nlohmann::json object);
  void Merge(const std::string& path, const nlohmann::json& patch);
  // A null value when there is none.
  nlohmann::json Find(const std::string& path) const;

  // Ends the watches of a kind, by its plural, and refuses new ones; or no longer.
  void RefuseWatches(const std::string& plural, bool refuse);

  // Requests since the last call, such as "LIST pods". Watches are left out, and so are the lists
  // that they begin with.
  std::map<std::string, int> TakeRequests();

 private:
  struct Event {
    long version = 0;
    std::string path;
    nlohmann::json line;
  };

  void Answer(const HttpRequest& request, HttpExchange& exchange);
  nlohmann::json ListLocked(const std::string& path, const std::string& query) const;
  void Watch(const std::string& path, const std::string& query, HttpExchange& exchange);
  void StoreLocked(const std::string& path, nlohmann::json object);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, nlohmann::json> objects_;
  std::vector<Event> events_;
  std::set<std::string> refused_;
  std::map<std::string, int> requests_;
  long version_ = 0;
  bool stopping_ = false;
  HttpServer server_{
      [this](const HttpRequest& request, HttpExchange& exchange) { Answer(request, exchange); }};
};

}  // namespace slogate::testing

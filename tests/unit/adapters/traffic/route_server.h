// Answers the tests of routers with a few objects of one kind.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "adapters/kubernetes/client/kube_client.h"
#include "support/http_server.h"

namespace slogate::adapters::traffic {

inline nlohmann::json Operation(const char* op, const char* path, nlohmann::json value) {
  return {{"op", op}, {"path", path}, {"value", std::move(value)}};
}

// Holds objects of namespace shop. It does not apply patches; it remembers the last, and keeps what
// is created. Thread-safe but for `on_patch` and `version`, which are set before a call.
class RouteServer {
 public:
  RouteServer(std::string group, std::string plural, nlohmann::json object)
      : group_(std::move(group)), plural_(std::move(plural)) {
    Put(std::move(object));
  }

  // Called before a patch is answered; gives the answer's status.
  std::function<int(nlohmann::json& object)> on_patch = [](nlohmann::json&) { return 200; };
  std::string version = "v1";
  // The Services of the namespace; set before a call.
  std::map<std::string, nlohmann::json> services;

  void Put(nlohmann::json object) {
    const std::lock_guard lock(mutex_);
    const std::string name = object.at("metadata").at("name");
    objects_[name] = std::move(object);
  }
  kubernetes::ClusterConfig config() const {
    kubernetes::ClusterConfig config;
    config.server = server_.url();
    return config;
  }
  std::optional<nlohmann::json> patch() const {
    const std::lock_guard lock(mutex_);
    return patch_;
  }
  // Name of the object that the last patch was for.
  std::string patched() const {
    const std::lock_guard lock(mutex_);
    return patched_;
  }
  nlohmann::json Find(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(name);
    return found == objects_.end() ? nlohmann::json() : found->second;
  }

 private:
  void Answer(const testing::HttpRequest& request, testing::HttpExchange& exchange) {
    const std::lock_guard lock(mutex_);
    const std::string collection =
        "/apis/" + group_ + "/" + version + "/namespaces/shop/" + plural_;
    if (request.target == "/apis/" + group_) {
      const std::string served = group_ + "/" + version;
      exchange.Reply(200, nlohmann::json{{"versions", {{{"groupVersion", served}}}}}.dump());
    } else if (request.target == collection && request.method == "POST") {
      const nlohmann::json object = nlohmann::json::parse(request.body);
      objects_[object.at("metadata").at("name")] = object;
      exchange.Reply(201, request.body);
    } else if (const auto service = services.find(AfterServices(request.target));
               service != services.end()) {
      exchange.Reply(200, service->second.dump());
    } else {
      AnswerObject(request, exchange, collection + "/");
    }
  }

  static std::string AfterServices(const std::string& target) {
    const std::string prefix = "/api/v1/namespaces/shop/services/";
    return target.starts_with(prefix) ? target.substr(prefix.size()) : "";
  }

  void AnswerObject(const testing::HttpRequest& request, testing::HttpExchange& exchange,
                    const std::string& prefix) {
    const bool of_ours = request.target.starts_with(prefix);
    const auto found = objects_.find(of_ours ? request.target.substr(prefix.size()) : "");
    if (found == objects_.end()) {
      exchange.Reply(404, R"({"message":"not found"})");
    } else if (request.method == "PATCH") {
      patch_ = nlohmann::json::parse(request.body);
      patched_ = found->first;
      exchange.Reply(on_patch(found->second), found->second.dump());
    } else {
      exchange.Reply(200, found->second.dump());
    }
  }

  const std::string group_;
  const std::string plural_;
  mutable std::mutex mutex_;
  std::map<std::string, nlohmann::json> objects_;
  std::optional<nlohmann::json> patch_;
  std::string patched_;
  testing::HttpServer server_{
      [this](const testing::HttpRequest& request, testing::HttpExchange& exchange) {
        Answer(request, exchange);
      }};
};

}  // namespace slogate::adapters::traffic

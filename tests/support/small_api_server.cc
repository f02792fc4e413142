#include "support/small_api_server.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace slogate::testing {

using nlohmann::json;

namespace {

// The last part of a path, and the one before it.
std::string LastOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }
std::string KindOf(const std::string& path) { return LastOf(path.substr(0, path.rfind('/'))); }

std::string Decoded(const std::string& text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(std::strtol(text.substr(i + 1, 2).c_str(), nullptr, 16));
    i += 2;
  }
  return decoded;
}

std::string Parameter(const std::string& query, const std::string& name) {
  const std::size_t at = ("&" + query).find("&" + name + "=");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 1;
  return Decoded(query.substr(begin, query.find('&', begin) - begin));
}

// Pairs such as app=shop,tier=web.
bool HasLabels(const json& object, std::string selector) {
  const json labels = object.value(json::json_pointer("/metadata/labels"), json::object());
  while (!selector.empty()) {
    const std::string pair = selector.substr(0, selector.find(','));
    selector.erase(0, pair.size() + 1);
    const std::size_t equal = pair.find('=');
    if (labels.value(pair.substr(0, equal), "") != pair.substr(equal + 1)) return false;
  }
  return true;
}

// Whether an object of `path` is one of the collection.
bool IsIn(const std::string& path, const std::string& collection) {
  if (KindOf(path) != LastOf(collection)) return false;
  const std::size_t ns = collection.find("/namespaces/");
  return ns == std::string::npos || path.starts_with(collection + "/");
}

}  // namespace

SmallApiServer::~SmallApiServer() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void SmallApiServer::StoreLocked(const std::string& path, json object) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  const char* type = objects_.contains(path) ? "MODIFIED" : "ADDED";
  objects_[path] = object;
  events_.push_back({version_, path, {{"type", type}, {"object", std::move(object)}}});
  changed_.notify_all();
}

void SmallApiServer::Put(const std::string& path, json object) {
  const std::lock_guard lock(mutex_);
  StoreLocked(path, std::move(object));
}

void SmallApiServer::Merge(const std::string& path, const json& patch) {
  const std::lock_guard lock(mutex_);
  json object = objects_.at(path);
  object.merge_patch(patch);
  StoreLocked(path, std::move(object));
}

json SmallApiServer::Find(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(path);
  return found == objects_.end() ? json() : found->second;
}

void SmallApiServer::RefuseWatches(const std::string& plural, bool refuse) {
  const std::lock_guard lock(mutex_);
  if (refuse) {
    refused_.insert(plural);
  } else {
    refused_.erase(plural);
  }
  changed_.notify_all();
}

std::map<std::string, int> SmallApiServer::TakeRequests() {
  const std::lock_guard lock(mutex_);
  return std::exchange(requests_, {});
}

json SmallApiServer::ListLocked(const std::string& path, const std::string& query) const {
  json items = json::array();
  const std::string selector = Parameter(query, "labelSelector");
  for (const auto& [place, object] : objects_) {
    if (IsIn(place, path) && HasLabels(object, selector)) items.push_back(object);
  }
  return {{"metadata", {{"resourceVersion", std::to_string(version_)}}}, {"items", items}};
}

void SmallApiServer::Watch(const std::string& path, const std::string& query,
                           HttpExchange& exchange) {
  long seen = std::atol(Parameter(query, "resourceVersion").c_str());
  std::unique_lock lock(mutex_);
  const std::string plural = LastOf(path);
  if (refused_.contains(plural)) return exchange.Reply(500, "{}");
  exchange.Begin(200);
  while (!stopping_ && !refused_.contains(plural)) {
    const auto next = std::ranges::find_if(events_, [&](const Event& event) {
      return event.version > seen && IsIn(event.path, path);
    });
    if (next == events_.end()) {
      changed_.wait(lock);
      continue;
    }
    seen = next->version;
    const std::string line = next->line.dump() + "\n";
    lock.unlock();
    const bool heard = exchange.Chunk(line);
    lock.lock();
    if (!heard) return;
  }
  exchange.Cut();
}

void SmallApiServer::Answer(const HttpRequest& request, HttpExchange& exchange) {
  const std::size_t mark = request.target.find('?');
  const std::string path = request.target.substr(0, mark);
  const std::string query = mark == std::string::npos ? "" : request.target.substr(mark + 1);
  if (!Parameter(query, "watch").empty()) return Watch(path, query, exchange);
  const std::lock_guard lock(mutex_);
  if (request.method == "GET" && !query.empty()) {
    if (Parameter(query, "limit").empty()) ++requests_["LIST " + LastOf(path)];
    return exchange.Reply(200, ListLocked(path, query).dump());
  }
  if (request.method == "POST") {
    json object = json::parse(request.body);
    const std::string made = path + "/" + object["metadata"]["name"].get<std::string>();
    ++requests_["POST " + LastOf(path)];
    StoreLocked(made, std::move(object));
    return exchange.Reply(201, objects_.at(made).dump());
  }
  const bool of_status = path.ends_with("/status");
  const std::string place = of_status ? path.substr(0, path.rfind('/')) : path;
  ++requests_[request.method + " " + KindOf(place)];
  const auto found = objects_.find(place);
  if (found == objects_.end()) return exchange.Reply(404, "{}");
  json object = found->second;
  if (request.method == "PUT") object["status"] = json::parse(request.body).at("status");
  if (request.method == "PATCH") {
    const json patch = json::parse(request.body);
    if (patch.is_array()) {
      object = object.patch(patch);
    } else {
      object.merge_patch(patch);
    }
  }
  if (request.method != "GET") StoreLocked(place, std::move(object));
  exchange.Reply(200, objects_.at(place).dump());
}

}  // namespace slogate::testing

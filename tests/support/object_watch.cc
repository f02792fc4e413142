#include "support/object_watch.h"

#include <utility>

namespace slogate::testing {

using adapters::kubernetes::KubeClient;
using adapters::kubernetes::WatchEvent;
using nlohmann::json;

namespace {

std::string TextAt(const json& object, const std::string& pointer) {
  const json::json_pointer place(pointer);
  return object.contains(place) && object.at(place).is_string()
             ? object.at(place).get<std::string>()
             : "";
}

std::string EntryOf(const json& object, const char* map, const std::string& name) {
  if (!object.contains("metadata") || !object["metadata"].contains(map)) return "";
  const json& entries = object["metadata"][map];
  return entries.contains(name) && entries[name].is_string() ? entries[name].get<std::string>()
                                                             : "";
}

}  // namespace

ObjectWatch::ObjectWatch(KubeClient& client, std::string path, Changed changed)
    : client_(client), path_(std::move(path)), changed_(std::move(changed)) {
  thread_ = std::thread([this] { Run(); });
}

ObjectWatch::~ObjectWatch() {
  stop_ = true;
  thread_.join();
}

std::optional<json> ObjectWatch::Find(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(key);
  return found == objects_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<json> ObjectWatch::InNamespace(const std::string& ns) const {
  const std::lock_guard lock(mutex_);
  std::vector<json> result;
  const std::string first = ns + "/";
  for (auto entry = objects_.lower_bound(first);
       entry != objects_.end() && entry->first.starts_with(first); ++entry) {
    result.push_back(entry->second);
  }
  return result;
}

void ObjectWatch::Run() {
  KubeClient::Listener listener;
  listener.on_list = [this](const json& items) { Relist(items); };
  listener.on_event = [this](const WatchEvent& event) { Apply(event); };
  listener.on_failure = [](const ports::Error&) {};  // outages are part of the play
  client_.ListAndWatch(path_, listener, stop_);
}

void ObjectWatch::Relist(const json& items) {
  std::map<std::string, json> fresh;
  for (const json& item : items) fresh[KeyOf(item)] = item;
  std::map<std::string, json> before;
  {
    const std::lock_guard lock(mutex_);
    before = std::exchange(objects_, fresh);
  }
  for (const auto& [key, object] : before) {
    if (!fresh.contains(key)) changed_(key, nullptr);
  }
  for (const auto& [key, object] : fresh) changed_(key, object);
}

void ObjectWatch::Apply(const WatchEvent& event) {
  if (event.type == WatchEvent::Type::kBookmark) return;
  const std::string key = KeyOf(event.object);
  const bool gone = event.type == WatchEvent::Type::kDeleted;
  {
    const std::lock_guard lock(mutex_);
    if (gone) {
      objects_.erase(key);
    } else {
      objects_[key] = event.object;
    }
  }
  changed_(key, gone ? json(nullptr) : event.object);
}

std::string NameOf(const json& object) { return TextAt(object, "/metadata/name"); }
std::string NamespaceOf(const json& object) { return TextAt(object, "/metadata/namespace"); }
std::string KeyOf(const json& object) { return NamespaceOf(object) + "/" + NameOf(object); }

std::string AnnotationOf(const json& object, const std::string& name) {
  return EntryOf(object, "annotations", name);
}

std::string LabelOf(const json& object, const std::string& name) {
  return EntryOf(object, "labels", name);
}

bool IsServing(const json& pod) {
  if (pod.at("metadata").contains("deletionTimestamp")) return false;
  const json::json_pointer place("/status/conditions");
  if (!pod.contains(place)) return false;
  for (const json& condition : pod.at(place)) {
    if (condition.value("type", "") == "Ready") return condition.value("status", "") == "True";
  }
  return false;
}

bool Selects(const json& selector, const json& labels) {
  if (!selector.is_object() || selector.empty() || !labels.is_object()) return false;
  for (const auto& [name, value] : selector.items()) {
    if (!labels.contains(name) || labels.at(name) != value) return false;
  }
  return true;
}

}  // namespace slogate::testing

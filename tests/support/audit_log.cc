#include "support/audit_log.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "spec/text/units.h"
#include "support/actors.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

bool IsObject(const json& response) {
  return response.is_object() && response.contains("metadata") &&
         response.value("kind", "") != "Status";
}

std::int64_t VersionOf(const json& object) {
  const json& version = object.at("metadata").value("resourceVersion", json());
  if (!version.is_string() || version.get_ref<const std::string&>().empty()) return 0;
  return std::stoll(version.get<std::string>());
}

// An object is gone when its deletion was granted: at once, or at the end of its grace.
bool Gone(const std::string& verb, const json& response) {
  if (verb != "delete") return false;
  if (!IsObject(response)) return true;
  const json& metadata = response.at("metadata");
  return !metadata.contains("deletionTimestamp") ||
         metadata.value("deletionGracePeriodSeconds", 0) == 0;
}

std::optional<AuditEvent> AsEvent(const json& line, const std::string& ns) {
  const json reference = line.value("objectRef", json::object());
  if (reference.value("namespace", "") != ns) return std::nullopt;
  if (line.value("stage", "") != "ResponseComplete") return std::nullopt;
  const int code = line.value("responseStatus", json::object()).value("code", 0);
  if (code < 200 || code > 299) return std::nullopt;
  AuditEvent event;
  event.user = line.value("user", json::object()).value("username", "");
  event.verb = line.value("verb", "");
  event.resource = reference.value("resource", "");
  event.subresource = reference.value("subresource", "");
  event.ns = ns;
  event.name = reference.value("name", "");
  if (const auto at = spec::ParseTime(line.value("stageTimestamp", ""))) event.at = *at;
  const json response = line.value("responseObject", json());
  if (IsObject(response)) {
    event.version = VersionOf(response);
    if (event.name.empty()) event.name = NameOf(response);
    if (!Gone(event.verb, response)) event.object = response;
  }
  return event;
}

}  // namespace

std::vector<AuditEvent> ReadAuditLog(const std::string& path, const std::string& ns) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<AuditEvent> events;
  const std::string mark = "\"namespace\":\"" + ns + "\"";
  std::int64_t newest = 0;
  for (std::string text; std::getline(file, text);) {
    if (text.find(mark) == std::string::npos) continue;
    const json line = json::parse(text, nullptr, false);
    if (line.is_discarded()) continue;
    std::optional<AuditEvent> event = AsEvent(line, ns);
    if (!event) continue;
    if (event->version == 0) event->version = newest;
    newest = std::max(newest, event->version);
    events.push_back(std::move(*event));
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const AuditEvent& a, const AuditEvent& b) { return a.version < b.version; });
  return events;
}

void ReplayedNamespace::Apply(const AuditEvent& event) {
  // Answers with an object of its own; what it changes is seen with the next write of the pod.
  if (event.subresource == "binding") return;
  Objects& objects = objects_[event.resource];
  if (event.subresource == "scale") {
    const auto scaled = objects.find(event.name);
    if (scaled == objects.end() || !event.object.is_object()) return;
    scaled->second["spec"]["replicas"] = event.object.at("spec").value("replicas", 0);
    return;
  }
  if (event.object.is_null()) {
    objects.erase(event.name);
  } else {
    objects[event.name] = event.object;
  }
}

const ReplayedNamespace::Objects& ReplayedNamespace::All(const std::string& resource) const {
  static const Objects kNone;
  const auto found = objects_.find(resource);
  return found == objects_.end() ? kNone : found->second;
}

const json* ReplayedNamespace::Find(const std::string& resource, const std::string& name) const {
  const Objects& objects = All(resource);
  const auto found = objects.find(name);
  return found == objects.end() ? nullptr : &found->second;
}

int ReplayedNamespace::Serving(const std::string& service) const {
  const json* const object = Find("services", service);
  if (object == nullptr) return 0;
  const json selector = object->at("spec").value("selector", json::object());
  const Objects& pods = All("pods");
  return static_cast<int>(std::count_if(pods.begin(), pods.end(), [&](const auto& entry) {
    const json& pod = entry.second;
    return IsServing(pod) && Selects(selector, pod.at("metadata").value("labels", json::object()));
  }));
}

}  // namespace slogate::testing

// What the API server's audit log says happened, in the order in which it happened.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace slogate::testing {

// One change that the API server accepted.
struct AuditEvent {
  std::int64_t version = 0;  // of the whole cluster; ascending
  std::chrono::system_clock::time_point at;
  std::string user;
  std::string verb;
  std::string resource;     // such as httproutes
  std::string subresource;  // such as status
  std::string ns;
  std::string name;
  nlohmann::json object;  // after the change; null when it is gone
};

// Every accepted change of a namespace, by cluster version. A change whose answer carries no
// version (the end of an object) keeps its place in the log. Throws std::runtime_error when the
// file cannot be read; lines that are cut short are left out.
std::vector<AuditEvent> ReadAuditLog(const std::string& path, const std::string& ns);

// The objects of one namespace at an instant, by resource and name.
class ReplayedNamespace {
 public:
  using Objects = std::map<std::string, nlohmann::json>;

  void Apply(const AuditEvent& event);
  const Objects& All(const std::string& resource) const;
  const nlohmann::json* Find(const std::string& resource, const std::string& name) const;

  // Pods that could serve behind a Service.
  int Serving(const std::string& service) const;

 private:
  std::map<std::string, Objects> objects_;
};

}  // namespace slogate::testing

#include "adapters/kubernetes/policy/slo_finder.h"

#include <nlohmann/json.hpp>

#include "adapters/kubernetes/client/object_fields.h"
#include "spec/slo/slo_file.h"

namespace slogate::adapters::kubernetes {

spec::SloLookup SloFinder::In(const std::string& ns) {
  return [this, ns](const std::string& name) { return Find(ns, name); };
}

SloFinder::Found SloFinder::Find(const std::string& ns, const std::string& name) {
  const auto known = found_.find({ns, name});
  if (known != found_.end()) return known->second;
  return found_.emplace(std::pair(ns, name), Read(ns, name)).first->second;
}

SloFinder::Found SloFinder::Read(const std::string& ns, const std::string& name) {
  const auto missing = [](std::string message, std::string fix) {
    return tl::unexpected(spec::SloMissing{std::move(message), std::move(fix)});
  };
  const auto object = client_.Get(ObjectPath(kSloGroupVersion, ns, kSloPlural, name));
  if (object) {
    auto slo = spec::SloFromJson(*object);
    if (slo) return std::move(*slo);
    return missing("'" + name + "' is unsound: " + slo.error().message,
                   "fix the ServiceLevelObjective");
  }
  if (object.error().code == ports::ErrorCode::kNotFound) {
    return missing("'" + name + "' does not exist in the namespace " + ns,
                   "create the ServiceLevelObjective, or correct the name");
  }
  if (object.error().code == ports::ErrorCode::kUnauthorized) {
    return missing("'" + name + "' may not be read",
                   "allow get on servicelevelobjectives in the namespace " + ns);
  }
  failure_ = object.error();
  return missing("'" + name + "' cannot be read: " + object.error().message, "try again");
}

}  // namespace slogate::adapters::kubernetes

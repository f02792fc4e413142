// ServiceLevelObjectives that policies refer to, as the API server has them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "adapters/kubernetes/client/kube_client.h"
#include "spec/slo/slo_import.h"

namespace slogate::adapters::kubernetes {

inline constexpr const char* kSloGroupVersion = "slogate.dev/v1alpha1";
inline constexpr const char* kSloPlural = "servicelevelobjectives";

// Reads each object once. Used by one thread; `client` outlives the finder and its lookups, and the
// finder its lookups.
class SloFinder {
 public:
  explicit SloFinder(KubeClient& client) : client_(client) {}

  // Of one namespace. An object that is not there, or may not be read, is missing with its fix.
  spec::SloLookup In(const std::string& ns);

  // An answer that waiting fixes; what was found meanwhile is not to be relied upon.
  const std::optional<ports::Error>& failure() const { return failure_; }

 private:
  using Found = tl::expected<core::ServiceLevelObjective, spec::SloMissing>;
  Found Find(const std::string& ns, const std::string& name);
  Found Read(const std::string& ns, const std::string& name);

  KubeClient& client_;
  std::map<std::pair<std::string, std::string>, Found> found_;
  std::optional<ports::Error> failure_;
};

}  // namespace slogate::adapters::kubernetes

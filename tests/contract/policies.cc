#include "contract/policies.h"

#include <cstdlib>
#include <string>

#include "spec/policy/policy_yaml.h"

namespace slogate::testing {

using nlohmann::json;

json PolicyObjectFor(const ports::Key& key, const std::string& address) {
  return {
      {"apiVersion", "slogate.dev/v1alpha1"},
      {"kind", "RolloutPolicy"},
      {"metadata", {{"namespace", key.ns}, {"name", key.name}}},
      {"spec",
       {{"workload", {{"ref", {{"name", kContractDeployment}}}}},
        {"routes", json::array({{{"httpRoute",
                                  {{"name", kContractRoute},
                                   {"canaryService", kContractCanaryService},
                                   {"baselineService", kContractBaselineService}}}}})},
        {"prometheus", {{"address", address}}},
        {"tracks", {{"canary", "track=\"canary\""}, {"baseline", "track=\"baseline\""}}},
        {"objectives", json::array({{{"name", "availability"},
                                     {"dimension", "availability"},
                                     {"target", 99.5},
                                     {"indicator",
                                      {{"counters",
                                        {{"total", "http_requests_total"},
                                         {"bad", "http_requests_total{code=~\"5..\"}"}}}}}}})}}}};
}

core::Policy PolicyFor(const std::string& address) {
  auto policy = spec::PolicyFromJson(PolicyObjectFor({"default", "policy"}, address));
  if (!policy) std::abort();
  return *policy;
}

json UnsoundPolicyObjectFor(const ports::Key& key) {
  json object = PolicyObjectFor(key, "http://prometheus:9090");
  object["spec"]["steps"] = json::array({{{"weight", 50}}, {{"weight", 10}}});
  return object;
}

}  // namespace slogate::testing

// A policy that is sound, for tests to spoil.
#pragma once

#include <nlohmann/json.hpp>

namespace slogate::spec {

inline nlohmann::json SamplePolicy() {
  return nlohmann::json::parse(R"({
    "apiVersion": "slogate.dev/v1alpha1", "kind": "RolloutPolicy",
    "metadata": {"name": "shop", "namespace": "default", "resourceVersion": "7"},
    "spec": {
      "workload": {"ref": {"name": "shop"}},
      "routes": [{"httpRoute": {"name": "shop", "canaryService": "shop-canary",
                                "baselineService": "shop"}}],
      "prometheus": {"address": "http://prometheus:9090"},
      "tracks": {"canary": "service=\"shop-canary\"", "baseline": "service=\"shop\""},
      "objectives": [{"name": "availability", "dimension": "availability", "target": 99.5,
        "indicator": {"counters": {"total": "http_requests_total",
                                   "bad": "http_requests_total{code=~\"5..\"}"}}}]}})");
}

}  // namespace slogate::spec

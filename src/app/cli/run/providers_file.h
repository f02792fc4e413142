// The file of --config: Prometheus servers that policies refer to by name. Pure.
#pragma once

#include <string>

#include "app/controller/connection.h"
#include "slogate/ports/result.h"

namespace slogate::app {

// YAML such as
//
//   providers:
//   - name: main
//     address: https://prometheus.monitoring:9090
//     bearerTokenFile: /var/run/secrets/prometheus/token
//
// kInvalidArgument names file, field and fix. Never throws.
ports::Result<Providers> ParseProviders(const std::string& text, const std::string& file);

}  // namespace slogate::app

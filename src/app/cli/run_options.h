// The flags of `gate run`.
#pragma once

#include <string>

#include "app/cli/adapters.h"
#include "slogate/core/time.h"

namespace slogate::app {

struct RunOptions {
  ClusterOptions cluster;
  std::string listen = ":8080";  // empty: no HTTP server
  std::string port_file;         // empty: none
  int workers = 4;
  bool leader_elect = false;
  core::Duration lease_duration{15'000};
  core::Duration renew_deadline{10'000};
  core::Duration retry_period{2'000};
  std::string config;  // providers; empty: none
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
};

}  // namespace slogate::app

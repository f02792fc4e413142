// A controller over the real adapters in virtual time, at an API server that counts requests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>

#include "adapters/kubernetes/policy/policy_store.h"
#include "adapters/kubernetes/workload/workload_store.h"
#include "adapters/traffic/router_table.h"
#include "app/controller/controller.h"
#include "support/fakes.h"

namespace slogate::testing {

// `Server` has url().
template <typename Server>
class RequestsBed : public ::testing::Test {
 protected:
  // Handles every policy that is due, until that much time has passed in such steps.
  void Advance(core::Duration length, core::Duration step) {
    for (const core::TimePoint end = clock_.Now() + length; clock_.Now() < end;) {
      while (const auto key = queue_.TryTake()) controller_.Handle(*key);
      clock_.Advance(step);
    }
  }

  static adapters::kubernetes::KubeClient ClientOf(const Server& server) {
    adapters::kubernetes::ClusterConfig config;
    config.server = server.url();
    adapters::kubernetes::KubeClient::Options options;
    options.first_backoff = options.longest_backoff = core::Duration(20);
    return adapters::kubernetes::KubeClient(config, options);
  }

  Server server_;
  adapters::kubernetes::KubeClient client_ = ClientOf(server_);
  tests::FakeClock clock_;
  adapters::kubernetes::KubePolicyStore policies_{client_, clock_, ""};
  adapters::kubernetes::KubeWorkloadStore workloads_{client_};
  std::unique_ptr<ports::TrafficRouter> router_ = adapters::traffic::MakeTrafficRouter(client_);
  tests::FakeMetricsSource source_;
  tests::FakeBudgetSource budgets_;
  demo::MemorySecretStore secrets_;
  demo::MemoryEventSink events_;
  std::ostringstream lines_;
  app::Log log_{app::LogLevel::kInfo, app::LogFormat::kText, lines_};
  app::ControllerMetrics metrics_{[] { return app::Load{}; }};
  app::WorkQueue queue_{
      {.random = [] { return 0.0; },
       .now = [this] { return app::WorkQueue::Instant(clock_.Now().time_since_epoch()); }}};
  app::Reconciler reconciler_{
      {policies_, workloads_, *router_, source_, budgets_, secrets_, events_, clock_},
      {},
      [](const std::string&) { return ports::Fail(ports::ErrorCode::kNotFound, "no files"); },
      log_,
      metrics_,
      [] { return true; }};
  app::Controller controller_{policies_, reconciler_, queue_, log_, metrics_, 1};
};

}  // namespace slogate::testing

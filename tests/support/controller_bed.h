// What the tests of the controller begin with: a policy, its Deployments and route in memory, and
// sources that follow a script.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "app/controller/reconciler.h"
#include "support/fakes.h"
#include "support/sample_policy.h"

namespace slogate::tests {

// Nothing is in the stores at first. Of what is not in memory, or not as it is, a test makes its
// reconciler with ports of its own.
class ControllerBed : public ::testing::Test {
 protected:
  static inline const ports::Key kKey{"shop", "checkout"};

  ControllerBed() { Serve(0.01); }

  app::Reconciler MakeReconciler(const app::ReconcilerPorts& ports) {
    const auto no_files = [](const std::string&) {
      return ports::Fail(ports::ErrorCode::kNotFound, "no files");
    };
    return {ports, {}, no_files, log_, metrics_, [this] { return may_act_; }};
  }
  app::Reconciler MakeReconciler() {
    return MakeReconciler(
        {policies_, workloads_, router_, source_, budgets_, secrets_, events_, clock_});
  }

  // The policy, its first revision, and its routes at 0 %.
  void Put(const core::Policy& policy) {
    policies_.Put(kKey, policy);
    workloads_.Deploy(kKey.ns, policy.workload.deployment, "v1");
    demo::MemoryRoute rules;
    rules.rules = {{0, 100}};
    for (const core::Route& route : policy.routes) router_.Put(kKey.ns, route.name, rules);
  }
  // Traffic of hours, of which the canary answers this share badly.
  void Serve(double bad_share) {
    FakeTraffic traffic;
    traffic.history_blocks = 1000;
    traffic.canary.bad_share = bad_share;
    source_.SetTraffic(traffic);
  }

  core::RolloutState State() const { return policies_.Peek(kKey).state; }
  int Weight(const std::string& route = "app") const {
    return router_.Find(kKey.ns, route)->rules.front().first;
  }

  FakeClock clock_;
  demo::MemoryPolicyStore policies_{clock_};
  demo::MemoryWorkloadStore workloads_;
  demo::MemoryRouter router_;
  FakeMetricsSource source_;
  FakeBudgetSource budgets_;
  demo::MemorySecretStore secrets_;
  demo::MemoryEventSink events_;
  bool may_act_ = true;
  std::ostringstream lines_;
  app::Log log_{app::LogLevel::kInfo, app::LogFormat::kText, lines_};
  app::ControllerMetrics metrics_{[] { return app::Load{}; }};
};

}  // namespace slogate::tests

// What the demo runs in: a world in memory, a simulated service with its users, and a Prometheus.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/cli/demo/demo_story.h"
#include "demo/prometheus/prometheus_server.h"
#include "demo/service/simulated_service.h"
#include "demo/world/world.h"

namespace slogate::demo {

// The six releases of the demo.

// What befalls a rollout for a while, once its canary has more than its first share.
enum class Trouble { kNone, kPrometheusFails, kSharedIncident };

struct DemoScenario {
  app::DemoRelease release;
  std::string profile;  // of the new version's answers (traffic_profile.h)
  Trouble trouble = Trouble::kNone;

  const std::string& name() const { return release.policy.name; }
};

std::vector<DemoScenario> Scenarios();

// "Prometheus fails" and the like; empty for kNone.
std::string ToString(Trouble trouble);

// The policies of the demo; everything that belongs to one is named after it.

inline constexpr const char* kDemoNamespace = "default";

// Pure; any thread.

std::string CanaryService(const std::string& name);
std::string CanaryDeployment(const std::string& name);

// A RolloutPolicy object; `prometheus` is an address.
nlohmann::json DemoPolicy(const std::string& name, const std::string& prometheus);

class SimulatedCluster final : public app::DemoEnvironment, private TrafficView {
 public:
  // kInvalidArgument, with a hint, when there is no Prometheus; kUnavailable when a part does not
  // start. `clock` is real and outlives the cluster.
  static ports::Result<std::unique_ptr<app::DemoEnvironment>> Start(const app::DemoOptions& options,
                                                                    const ports::Clock& clock);

  const std::vector<app::DemoRelease>& releases() const override { return releases_; }
  int requests_per_second() const override;
  app::Cluster Connect() override;
  bool ReadyToRelease() override;
  void Release() override;
  void Advance() override;
  app::DemoFacts FactsOf(std::size_t release) override;

 private:
  // Throws std::runtime_error when a part does not start.
  SimulatedCluster(const app::DemoOptions& options, const ports::Clock& clock);

  std::vector<ServedRoute> Routes() const override;
  std::vector<ServingPods> Behind(const std::string& ns, const std::string& service) const override;
  std::vector<ScrapeTarget> Targets() const;
  bool AllReady();
  void PlayTrouble(const DemoScenario& scenario);
  void SetTrouble(const DemoScenario& scenario, bool on);

  const std::uint64_t seed_;
  const std::vector<DemoScenario> scenarios_;
  std::vector<app::DemoRelease> releases_;
  World world_;
  SimulatedService service_;
  PrometheusServer prometheus_;
  MetricsFront front_;          // healthy
  MetricsFront failing_front_;  // for a while
  // By release: when its trouble ends, once it has begun.
  std::map<std::string, std::chrono::steady_clock::time_point> trouble_ends_;
  bool users_came_ = false;
};

}  // namespace slogate::demo

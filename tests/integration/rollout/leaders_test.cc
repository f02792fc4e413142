// Two controllers at once: one leads, and when it is killed, or stops, the other carries on.
// SLOGATE_HAND_OVERS says how often.
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "integration/rollout/rollout_world.h"
#include "support/gate_account.h"

namespace slogate::testing {
namespace {

using namespace std::chrono_literals;

std::vector<RolloutSettings> Rollouts() {
  RolloutSettings good;
  good.title = "good";
  RolloutSettings bad;
  bad.title = "errors";
  bad.candidate = "errors";
  RolloutSettings external;
  external.title = "good, external";
  external.external = true;
  return {good, bad, external};
}

std::string Holder(World& world) {
  const auto lease = world.servers().client().Get(
      std::string("/apis/coordination.k8s.io/v1/namespaces/") + kGateNamespace + "/leases/slogate");
  return lease ? lease->at("spec").value("holderIdentity", "") : "";
}

// `end`: of the leader.
template <typename End>
void HandOver(const End& end) {
  const std::unique_ptr<World> world = MakeWorld(Rollouts());
  Process first = world->StartGate({.leader_elect = true, .short_lease = true});
  ASSERT_TRUE(Await([&] { return !Holder(*world).empty(); }, 30s, 50ms)) << world->GateLog();
  const std::string leader = Holder(*world);
  const Process second = world->StartGate({.leader_elect = true, .short_lease = true});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  const Rollout& good = world->rollouts().front();
  ASSERT_TRUE(Await([&] { return good.CanaryPercent() > 0; }, 60s, 50ms)) << world->GateLog();
  EXPECT_EQ(Holder(*world), leader);
  end(first);
  ASSERT_TRUE(Await(
      [&] {
        const std::string holder = Holder(*world);
        return !holder.empty() && holder != leader;
      },
      30s, 50ms))
      << world->GateLog();
  ExpectRightEnds(*world);
}

TEST(LeadersTest, TheSecondControllerCarriesOnWhenTheLeaderEnds) {
  const int hand_overs = NumberFromEnvironment("SLOGATE_HAND_OVERS", 1);
  for (int i = 0; i < hand_overs; ++i) {
    SCOPED_TRACE("hand-over " + std::to_string(i + 1));
    const bool killed = i % 2 == 0;
    ASSERT_NO_FATAL_FAILURE(HandOver([&](Process& leader) {
      if (killed) leader.Kill();
      if (!killed) leader.Signal(SIGTERM);
    }));
  }
}

}  // namespace
}  // namespace slogate::testing

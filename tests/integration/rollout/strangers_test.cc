// Policies of strangers whose Prometheus takes every connection and answers nothing: they hold
// themselves back, and nobody else.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "integration/rollout/rollout_world.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr int kStrangers = 12;
constexpr auto kLongest = 240s;
// On a machine that runs other control planes beside; without them less than 3 s.
constexpr auto kUntilAborted = 10s;

// Listens on loopback and never answers.
class SilentServer {
 public:
  SilentServer() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (socket_ < 0 || bind(socket_, generic, length) != 0 || listen(socket_, SOMAXCONN) != 0 ||
        getsockname(socket_, generic, &length) != 0) {
      throw std::runtime_error("cannot listen on loopback");
    }
    address_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~SilentServer() { close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  const std::string& address() const { return address_; }

 private:
  const int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  std::string address_;
};

TEST(StrangersTest, APrometheusThatNeverAnswersHoldsBackNobodyElse) {
  const SilentServer silent;
  std::vector<RolloutSettings> settings(1 + kStrangers);
  settings.front().title = "the one beside them";
  settings.front().step = 60s;
  for (int i = 1; i <= kStrangers; ++i) {
    settings[i].title = "a stranger";
    settings[i].policy_spec = {{"prometheus", {{"address", silent.address()}}}};
  }
  const std::unique_ptr<World> world = MakeWorld(settings);
  const Process gate = world->StartGate({});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  const Rollout& rollout = world->rollouts().front();
  ASSERT_TRUE(Await([&] { return rollout.CanaryPercent() > 0; }, kLongest, 50ms))
      << Describe(rollout) << world->GateLog();

  // Budgets are read first: every stranger has heard that its source does not answer, and asks
  // again.
  for (const Rollout& stranger : world->rollouts()) {
    if (&stranger == &rollout) continue;
    ASSERT_TRUE(Await([&] { return stranger.Reason() == "BudgetUnknown"; }, kLongest, 50ms))
        << Describe(stranger) << world->GateLog();
  }
  const json abort = {
      {"metadata",
       {{"annotations",
         {{"slogate.dev/abort", rollout.Status().value("candidateRevision", "") + " by ann"}}}}}};
  const auto patched = world->servers().client().MergePatch(
      "/apis/slogate.dev/v1alpha1/namespaces/" + rollout.ns() + "/rolloutpolicies/" + kPolicy,
      abort);
  ASSERT_TRUE(patched.has_value()) << patched.error().message;
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(Await([&] { return rollout.CanaryPercent() == 0; }, kUntilAborted, 10ms))
      << Describe(rollout) << world->GateLog();
  RecordProperty("milliseconds_to_abort",
                 static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                      std::chrono::steady_clock::now() - began)
                                      .count()));
  EXPECT_TRUE(Await([&] { return rollout.Phase() == "RolledBack"; }, kLongest, 50ms));
  for (const Rollout& stranger : world->rollouts()) {
    if (&stranger == &rollout) continue;
    EXPECT_EQ(stranger.CanaryPercent(), 0);
    EXPECT_NE(stranger.Phase(), "RolledBack") << Describe(stranger);
  }
}

}  // namespace
}  // namespace slogate::testing

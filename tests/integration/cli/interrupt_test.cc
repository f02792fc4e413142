// Ctrl-C ends a command that waits for a Prometheus that never answers.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "places.h"
#include "support/http_server.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto kUntilEnded = 3s;
constexpr int kInterrupted = 130;

class InterruptTest : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(InterruptTest, EndsWithinThreeSeconds) {
  HttpServer server(Silence());
  const TemporaryFolder folder("slogate-interrupt");
  std::vector<std::string> arguments = {
      SLOGATE_GATE,   "check",     "-f", std::string(SLOGATE_SOURCE_DIR) + "/examples/minimal.yaml",
      "--prometheus", server.url()};
  arguments.insert(arguments.end(), GetParam().begin(), GetParam().end());
  Process gate = Process::Start(
      {.arguments = std::move(arguments), .environment = {}, .log_path = folder.File("log")});
  ASSERT_TRUE(server.AwaitRequests(1)) << ReadFile(folder.File("log"));
  gate.Signal(SIGINT);
  EXPECT_EQ(gate.Wait(kUntilEnded), kInterrupted) << ReadFile(folder.File("log"));
}

INSTANTIATE_TEST_SUITE_P(Checks, InterruptTest,
                         ::testing::Values(std::vector<std::string>{},
                                           std::vector<std::string>{"--wait", "10m"}));

}  // namespace
}  // namespace slogate::testing

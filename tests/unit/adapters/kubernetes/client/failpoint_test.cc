#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "adapters/kubernetes/client/api_transport.h"
#include "adapters/kubernetes/client/kube_client.h"
#include "support/http_server.h"

namespace slogate::adapters::kubernetes {
namespace {

constexpr const char* kPolicy = "/apis/slogate.dev/v1alpha1/namespaces/shop/rolloutpolicies/web";

class FailpointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // The child then starts from a clean copy of the program.
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    log_ = ::testing::TempDir() + "/failpoint_writes";
  }
  void TearDown() override {
    std::remove(log_.c_str());
    unsetenv("SLOGATE_WRITE_LOG");
    unsetenv("SLOGATE_KILL_AFTER_WRITE");
  }

  std::string Log() const {
    std::ostringstream text;
    text << std::ifstream(log_).rdbuf();
    return text.str();
  }

  // One read, one failing write and five writes, of which three count.
  void WriteFive() const {
    testing::HttpServer server(testing::InTurn(
        {testing::Answer(200, "{}"), testing::Answer(409, "{}"), testing::Answer(200, "{}")}));
    ClusterConfig config;
    config.server = server.url();
    KubeClient client(config);
    const nlohmann::json object = nlohmann::json::object();
    static_cast<void>(client.Get(kPolicy));
    static_cast<void>(client.Replace(kPolicy, object));
    static_cast<void>(client.Replace(std::string(kPolicy) + "/status", object));
    static_cast<void>(client.Create("/api/v1/namespaces/shop/events", object));
    static_cast<void>(
        client.MergePatch("/apis/coordination.k8s.io/v1/namespaces/shop/leases/gate", object));
    static_cast<void>(client.JsonPatch(kPolicy, object));
    static_cast<void>(client.Delete(kPolicy));
  }

  std::string log_;
};

using FailpointDeathTest = FailpointTest;

TEST_F(FailpointTest, LogsEveryAcknowledgedWriteButLeasesAndEvents) {
  setenv("SLOGATE_WRITE_LOG", log_.c_str(), 1);
  WriteFive();
  const std::string path = kPolicy;
  EXPECT_EQ(Log(), "PUT " + path + "/status\nPATCH " + path + "\nDELETE " + path + "\n");
}

TEST_F(FailpointDeathTest, KillsTheProcessAfterTheChosenWrite) {
  setenv("SLOGATE_WRITE_LOG", log_.c_str(), 1);
  setenv("SLOGATE_KILL_AFTER_WRITE", "2", 1);
  EXPECT_EXIT(WriteFive(), ::testing::KilledBySignal(SIGKILL), "");
  const std::string path = kPolicy;
  EXPECT_EQ(Log(), "PUT " + path + "/status\nPATCH " + path + "\n");
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

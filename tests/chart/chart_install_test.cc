// Helm itself installs, upgrades and removes the chart on a real API server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "places.h"
#include "support/actors.h"
#include "support/kube_servers.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

const std::string kSource = SLOGATE_SOURCE_DIR;
const std::string kChart = kSource + "/charts/slogate";
const std::string kDeployment = "/apis/apps/v1/namespaces/slogate-system/deployments/slogate";

class ChartInstallTest : public ::testing::Test {
 protected:
  // Runs a program to its end; what it said is in said_.
  int Run(std::vector<std::string> arguments) {
    const std::string log = folder_.File("log");
    WriteFile(log, "");
    Process process = Process::Start({.arguments = std::move(arguments),
                                      .environment = {{"HELM_CONFIG_HOME", folder_.path()},
                                                      {"HELM_CACHE_HOME", folder_.path()},
                                                      {"HELM_DATA_HOME", folder_.path()},
                                                      {"KUBECONFIG", servers_.kubeconfig_path()}},
                                      .log_path = log});
    const int code = process.Wait(180s).value_or(-1);
    said_ = ReadFile(log);
    return code;
  }

  int Helm(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program_);
    arguments.insert(arguments.end(), {"--namespace", "slogate-system"});
    return Run(std::move(arguments));
  }

  json Get(const std::string& path) {
    const auto found = servers_.client().Get(path);
    if (!found && found.error().code != ports::ErrorCode::kNotFound) {
      throw std::runtime_error(found.error().message);
    }
    return found ? *found : json();
  }

  void SetUp() override {
    ASSERT_EQ(Run({kSource + "/tests/chart/build-helm"}), 0) << said_;
    program_ = said_.substr(said_.rfind('\n', said_.size() - 2) + 1);
    program_.erase(program_.find_last_not_of('\n') + 1);
  }

  TemporaryFolder folder_{"slogate-helm"};
  KubeServers& servers_ = KubeServers::Shared();
  const KubeletActor kubelet_{servers_.client(), {}};
  std::string program_;
  std::string said_;
};

TEST_F(ChartInstallTest, InstallsUpgradesAndLeavesOnlyTheDefinition) {
  ASSERT_EQ(Helm({"install", "slogate", kChart, "--create-namespace", "--wait", "--timeout", "60s",
                  "--set", "podDisruptionBudget.enabled=true,networkPolicy.enabled=true"}),
            0)
      << said_;
  EXPECT_THAT(said_, HasSubstr("watches every namespace"));
  EXPECT_EQ(Get(kDeployment).at("status").at("readyReplicas"), 1);
  EXPECT_FALSE(Get("/apis/slogate.dev/v1alpha1").is_null());
  EXPECT_FALSE(
      Get("/apis/policy/v1/namespaces/slogate-system/poddisruptionbudgets/slogate").is_null());
  const std::string cluster_role =
      "/apis/rbac.authorization.k8s.io/v1/clusterroles/slogate-system-slogate";
  EXPECT_FALSE(Get(cluster_role).is_null());
  const std::string hold =
      "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies/hold.slogate.dev";
  EXPECT_FALSE(Get(hold).is_null());

  ASSERT_EQ(Helm({"upgrade", "slogate", kChart, "--wait", "--timeout", "60s", "--set",
                  "namespaced=true,replicas=2"}),
            0)
      << said_;
  EXPECT_EQ(Get(kDeployment).at("spec").at("replicas"), 2);
  EXPECT_TRUE(Get(cluster_role).is_null()) << "namespaced, yet its ClusterRole is still there";
  EXPECT_TRUE(Get(hold).is_null());
  EXPECT_FALSE(
      Get("/apis/rbac.authorization.k8s.io/v1/namespaces/slogate-system/roles/slogate").is_null());

  ASSERT_EQ(Helm({"uninstall", "slogate"}), 0) << said_;
  EXPECT_TRUE(Get(kDeployment).is_null());
  EXPECT_FALSE(Get("/apis/slogate.dev/v1alpha1").is_null()) << "policies went with the chart";
}

}  // namespace
}  // namespace slogate::testing

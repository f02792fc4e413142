// Two policies that move the same Deployment, and Services that a policy names, on a real API
// server.
#include <gtest/gtest.h>

#include "adapters/kubernetes/policy/policy_store.h"
#include "contract/contract_cluster.h"
#include "contract/reports.h"
#include "support/fakes.h"
#include "support/process.h"
#include "support/rollout_objects.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

class RivalPoliciesTest : public ::testing::Test {
 protected:
  void CreatePolicy(const ports::Key& key, const std::string& deployment = kDeployment) {
    json policy = PolicyObject({}, objects_.ns(), "http://prometheus:9090");
    policy["metadata"]["name"] = key.name;
    policy["spec"]["workload"]["ref"]["name"] = deployment;
    objects_.Create(policy);
  }
  std::string OlderThan(const ports::Key& key) {
    const auto record = store_.Get(key);
    EXPECT_TRUE(record.has_value()) << record.error().message;
    return record ? record->older_policy : "";
  }
  void AwaitReportOf(Reports& reports, const ports::Key& key) {
    ASSERT_TRUE(reports.Await(key)) << key.ToString();
    reports.Clear();
  }

  NamespaceObjects objects_{"rivals"};
  // In the order of their names, which decides when both were made within a second.
  const ports::Key first_{objects_.ns(), "first"};
  const ports::Key second_{objects_.ns(), "second"};
  tests::FakeClock clock_;
  adapters::kubernetes::KubePolicyStore store_{Cluster().client(), clock_, objects_.ns()};
};

TEST_F(RivalPoliciesTest, TheYoungerIsToldOfTheOlderAndThatItIsGone) {
  CreatePolicy(first_);
  CreatePolicy(second_);
  Reports reports(store_);
  ASSERT_TRUE(reports.Await(first_));
  AwaitReportOf(reports, second_);
  EXPECT_EQ(OlderThan(first_), "");
  EXPECT_NE(OlderThan(second_).find("RolloutPolicy first"), std::string::npos);
  objects_.Delete("slogate.dev/v1alpha1", "RolloutPolicy", "first");
  EXPECT_TRUE(Await([&] { return OlderThan(second_).empty(); }, 10s, 20ms));
  EXPECT_TRUE(reports.Await(second_));
}

TEST_F(RivalPoliciesTest, AChangeOfTheOlderIsAChangeOfTheYounger) {
  CreatePolicy(first_);
  CreatePolicy(second_);
  Reports reports(store_);
  ASSERT_TRUE(reports.Await(first_));
  AwaitReportOf(reports, second_);
  objects_.Merge("slogate.dev/v1alpha1", "RolloutPolicy", "first", {{"spec", {{"dryRun", true}}}});
  EXPECT_TRUE(Await([&] { return OlderThan(second_).empty(); }, 10s, 20ms));
  EXPECT_TRUE(reports.Await(second_));
}

TEST_F(RivalPoliciesTest, AChangeOfAServiceIsReportedOf) {
  CreatePolicy(first_);
  Reports reports(store_);
  ASSERT_TRUE(reports.Await(first_));
  for (const char* const service : {kBaselineService, kCanaryService}) {
    objects_.Create(ServiceObject(service, kDeployment));
    AwaitReportOf(reports, first_);
  }
  objects_.Delete("v1", "Service", kBaselineService);
  EXPECT_TRUE(reports.Await(first_));
}

}  // namespace
}  // namespace slogate::testing

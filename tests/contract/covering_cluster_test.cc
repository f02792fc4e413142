// What covers a Deployment's pods, on a real cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/kubernetes/coverage/coverage_survey.h"
#include "contract/policies.h"
#include "contract/workload_objects.h"

namespace slogate::testing {
namespace {

using core::CoverageFinding;
using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

json Object(const char* version, const char* kind, const char* name, json spec) {
  return {{"apiVersion", version},
          {"kind", kind},
          {"metadata", {{"name", name}}},
          {"spec", std::move(spec)}};
}

TEST(CoverageSurveyOnAClusterTest, FindsWhatMissesTheCanary) {
  WorkloadObjects world;
  world.Deploy("shop:1");
  const json by_app = {{"matchLabels", {{"app", kContractDeployment}}}};
  world.objects().Create(
      Object("networking.k8s.io/v1", "NetworkPolicy", "shop", {{"podSelector", by_app}}));
  world.objects().Create(Object("policy/v1", "PodDisruptionBudget", "shop",
                                {{"selector", by_app}, {"minAvailable", 1}}));
  world.objects().Create(Object(
      "autoscaling/v2", "HorizontalPodAutoscaler", "shop",
      {{"maxReplicas", 5},
       {"scaleTargetRef",
        {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", kContractDeployment}}}}));
  world.objects().Create(Object(
      "v1", "Service", "peers",
      {{"clusterIP", "None"}, {"selector", {{"team", "shop"}}}, {"ports", {{{"port", 80}}}}}));
  adapters::kubernetes::KubeCoverageSurvey survey(Cluster().client());
  const auto seen = survey.SurroundingsOf(world.Record());
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_THAT(seen->unchecked, IsEmpty());
  EXPECT_THAT(seen->unserved, Contains("podmonitors.monitoring.coreos.com"));
  std::vector<std::string> found;
  for (const CoverageFinding& one : core::JudgeCoverage(*seen).findings) {
    found.push_back(std::to_string(static_cast<int>(one.level)) + " " + one.object);
  }
  EXPECT_THAT(found,
              ElementsAre("3 Service peers", "2 NetworkPolicy shop", "1 PodDisruptionBudget shop",
                          HasSubstr(std::string("0 Service ") + kContractBaselineService),
                          "0 HorizontalPodAutoscaler shop"));
}

}  // namespace
}  // namespace slogate::testing

// A policy is checked when a route that it names changes, of whichever kind, and whoever came
// first.
#include <gtest/gtest.h>

#include "adapters/kubernetes/policy/policy_store.h"
#include "contract/contract_cluster.h"
#include "contract/reports.h"
#include "support/fakes.h"
#include "support/rollout_objects.h"
#include "support/route_shape.h"

namespace slogate::testing {
namespace {

using nlohmann::json;

class RouteWatchTest : public ::testing::TestWithParam<const char*> {
 protected:
  void CreateRoute() {
    for (const auto& [collection, object] : ShapeOf(GetParam()).Objects(objects_.ns())) {
      const auto created = Cluster().client().Create(collection, object);
      ASSERT_TRUE(created.has_value()) << created.error().message;
    }
  }
  json Policy() {
    RolloutSettings settings;
    settings.route_kind = GetParam();
    return PolicyObject(settings, objects_.ns(), "http://prometheus:9090");
  }
  // A policy of the same kind for another route.
  json OtherPolicy() {
    json policy = Policy();
    policy["metadata"]["name"] = other_.name;
    for (auto& [field, route] : policy["spec"]["routes"][0].items()) {
      if (route.is_object()) route["name"] = "other";
    }
    return policy;
  }
  // The annotation that every team's route has.
  void TouchRoute(int round) {
    const RouteShape& shape = ShapeOf(GetParam());
    const std::string collection = shape.Objects(objects_.ns()).front().first;
    const auto touched = Cluster().client().MergePatch(
        collection + "/" + kRoute,
        {{"metadata", {{"annotations", {{kTouchedAnnotation, std::to_string(round)}}}}}});
    ASSERT_TRUE(touched.has_value()) << touched.error().message;
  }

  NamespaceObjects objects_{"route-watch"};
  const ports::Key policy_{objects_.ns(), kPolicy};
  const ports::Key other_{objects_.ns(), "another"};
  tests::FakeClock clock_;
  adapters::kubernetes::KubePolicyStore store_{Cluster().client(), clock_, objects_.ns()};
};

TEST_P(RouteWatchTest, AChangeOfTheRouteIsReportedOf) {
  CreateRoute();
  objects_.Create(Policy());
  objects_.Create(OtherPolicy());
  Reports reports(store_);
  // Each watch begins with a list, which tells of every policy; a change tells of one.
  constexpr int kMaxLists = 5;
  bool reported_alone = false;
  for (int round = 0; round <= kMaxLists && !reported_alone; ++round) {
    reports.Clear();
    TouchRoute(round);
    ASSERT_TRUE(reports.Await(policy_));
    reported_alone = !reports.Has(other_);
  }
  EXPECT_TRUE(reported_alone);
}

TEST_P(RouteWatchTest, AKindThatIsNamedLaterIsWatchedFromThenOn) {
  Reports reports(store_);
  objects_.Create(Policy());
  ASSERT_TRUE(reports.Await(policy_));
  reports.Clear();
  CreateRoute();
  EXPECT_TRUE(reports.Await(policy_));
}

INSTANTIATE_TEST_SUITE_P(Kinds, RouteWatchTest,
                         ::testing::Values("HTTPRoute", "GRPCRoute", "VirtualService", "Ingress"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace slogate::testing

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "adapters/kubernetes/workload/track_reading.h"
#include "support/http_server.h"

namespace slogate::adapters::kubernetes {
namespace {

using testing::HttpExchange;
using testing::HttpRequest;
using testing::HttpServer;

constexpr const char* kSet = R"({"kind":"StatefulSet",
    "metadata":{"name":"orders","uid":"1","generation":2},
    "spec":{"replicas":3,"selector":{"matchLabels":{"app":"orders"}},
            "template":{"metadata":{"labels":{"app":"orders"}}}},
    "status":{"observedGeneration":2,"availableReplicas":3,"updateRevision":"orders-b"}})";

std::string Pod(const std::string& revision, const std::string& owner = "1", int restarts = 0) {
  return R"({"metadata":{"labels":{"controller-revision-hash":")" + revision +
         R"("},"ownerReferences":[{"uid":")" + owner + R"(","controller":true}]},
         "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}],
                   "containerStatuses":[{"restartCount":)" +
         std::to_string(restarts) + "}]}}";
}

core::TrackView View(const std::string& set, const std::string& pods) {
  HttpServer server([&](const HttpRequest& request, HttpExchange& exchange) {
    if (request.target.find("/statefulsets/orders") != std::string::npos && !set.empty()) {
      exchange.Reply(200, set);
    } else if (request.target.find("/pods?labelSelector=app%3Dorders") != std::string::npos) {
      exchange.Reply(200, R"({"items":[)" + pods + "]}");
    } else {
      exchange.Reply(404, R"({"kind":"Status","code":404,"message":"not found"})");
    }
  });
  ClusterConfig config;
  config.server = server.url();
  KubeClient client(config);
  const auto track = ReadStatefulTrack(client, "shop", "orders");
  if (!track) {
    ADD_FAILURE() << track.error().message;
    return {};
  }
  return ViewTrack(*track);
}

TEST(StatefulTrackTest, CountsPodsOfTheRevisionThatItRollsOut) {
  const core::TrackView view =
      View(kSet, Pod("orders-b", "1", 2) + "," + Pod("orders-a") + "," + Pod("orders-b", "other"));
  EXPECT_TRUE(view.exists);
  EXPECT_EQ(view.pod_template_hash, "orders-b");
  EXPECT_EQ(view.desired, 3);
  EXPECT_EQ(view.available, 1);
  EXPECT_EQ(view.available_any, 2);
  EXPECT_EQ(view.restarts, 2);
  EXPECT_FALSE(view.settled) << "a pod of the earlier revision is left";
}

TEST(StatefulTrackTest, IsSettledOnceEveryPodIsOfTheRevision) {
  EXPECT_TRUE(View(kSet, Pod("orders-b") + "," + Pod("orders-b")).settled);
}

TEST(StatefulTrackTest, ABrokenOrMissingOneHasNoPods) {
  EXPECT_FALSE(View("", "").exists);
  const core::TrackView odd =
      View(R"({"spec":{"selector":{"matchLabels":{"app":"orders"}}}})", "7");
  EXPECT_EQ(odd.available, 0);
  EXPECT_FALSE(odd.settled);
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

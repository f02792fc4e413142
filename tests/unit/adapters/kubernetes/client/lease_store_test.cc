#include "adapters/kubernetes/client/lease_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http_server.h"

namespace slogate::adapters::kubernetes {
namespace {

using core::TimePoint;
using nlohmann::json;
using ports::ErrorCode;
using ports::Lease;
using std::chrono::milliseconds;
using testing::Answer;
using testing::HttpServer;
using testing::InTurn;

constexpr const char* kStored = R"({"metadata":{"resourceVersion":"41","labels":{"a":"b"}},
  "spec":{"holderIdentity":"one","leaseDurationSeconds":15,"leaseTransitions":3,
  "acquireTime":"2026-01-02T03:00:00.000000Z","renewTime":"2026-01-02T03:04:05.678901Z"}})";

const TimePoint kRenewed(milliseconds(1767323045678));

KubeClient ClientOf(const HttpServer& server) {
  ClusterConfig config;
  config.server = server.url();
  return KubeClient(config);
}

TEST(KubeLeaseStoreTest, ReadsALease) {
  HttpServer server(Answer(200, kStored));
  KubeClient client = ClientOf(server);
  const auto lease = KubeLeaseStore(client, "slogate-system", "gate").Read();
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_EQ(lease->holder, "one");
  EXPECT_EQ(lease->duration, std::chrono::seconds(15));
  EXPECT_EQ(lease->renewed, kRenewed);
  EXPECT_EQ(lease->transitions, 3);
  EXPECT_EQ(lease->resource_version, "41");
  EXPECT_EQ(server.requests().at(0).target,
            "/apis/coordination.k8s.io/v1/namespaces/slogate-system/leases/gate");
}

TEST(KubeLeaseStoreTest, AbsentLeaseHasNoVersion) {
  HttpServer server(Answer(404, "{}"));
  KubeClient client = ClientOf(server);
  const auto lease = KubeLeaseStore(client, "ns", "gate").Read();
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->resource_version, "");
}

TEST(KubeLeaseStoreTest, EmptySpecIsALeaseNobodyHolds) {
  HttpServer server(Answer(200, R"({"metadata":{"resourceVersion":"1"}})"));
  KubeClient client = ClientOf(server);
  const auto lease = KubeLeaseStore(client, "ns", "gate").Read();
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->holder, "");
  EXPECT_EQ(lease->renewed, TimePoint{});
}

TEST(KubeLeaseStoreTest, CreatesWhatIsAbsent) {
  HttpServer server(Answer(201, kStored));
  KubeClient client = ClientOf(server);
  Lease lease;
  lease.holder = "one";
  lease.renewed = kRenewed;
  lease.duration = milliseconds(14'500);
  const auto written = KubeLeaseStore(client, "ns", "gate").Write(lease);
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(written->resource_version, "41");
  const auto seen = server.requests().at(0);
  EXPECT_EQ(seen.method, "POST");
  const json body = json::parse(seen.body);
  EXPECT_EQ(body["kind"], "Lease");
  EXPECT_EQ(body["metadata"]["name"], "gate");
  EXPECT_EQ(body["spec"]["holderIdentity"], "one");
  EXPECT_EQ(body["spec"]["leaseDurationSeconds"], 15);
  EXPECT_EQ(body["spec"]["renewTime"], "2026-01-02T03:04:05.678000Z");
  EXPECT_EQ(body["spec"]["acquireTime"], "2026-01-02T03:04:05.678000Z");
}

TEST(KubeLeaseStoreTest, RenewsExactlyTheVersionReadAndKeepsTheRest) {
  HttpServer server(Answer(200, kStored));
  KubeClient client = ClientOf(server);
  KubeLeaseStore store(client, "ns", "gate");
  const auto lease = store.Read();
  ASSERT_TRUE(lease);
  ASSERT_TRUE(store.Write(*lease));
  const auto seen = server.requests().at(1);
  EXPECT_EQ(seen.method, "PATCH");
  const json body = json::parse(seen.body);
  EXPECT_EQ(body["metadata"], json({{"resourceVersion", "41"}}));
  EXPECT_FALSE(body["spec"].contains("acquireTime"));
}

TEST(KubeLeaseStoreTest, NewHolderAcquires) {
  HttpServer server(Answer(200, kStored));
  KubeClient client = ClientOf(server);
  KubeLeaseStore store(client, "ns", "gate");
  auto lease = store.Read();
  ASSERT_TRUE(lease);
  lease->holder = "two";
  lease->renewed = kRenewed;
  ASSERT_TRUE(store.Write(*lease));
  const json body = json::parse(server.requests().at(1).body);
  EXPECT_EQ(body["spec"]["acquireTime"], "2026-01-02T03:04:05.678000Z");
}

TEST(KubeLeaseStoreTest, GivingUpRemovesTheHolder) {
  HttpServer server(Answer(200, kStored));
  KubeClient client = ClientOf(server);
  KubeLeaseStore store(client, "ns", "gate");
  auto lease = store.Read();
  ASSERT_TRUE(lease);
  lease->holder = "";
  ASSERT_TRUE(store.Write(*lease));
  EXPECT_TRUE(json::parse(server.requests().at(1).body)["spec"]["holderIdentity"].is_null());
}

TEST(KubeLeaseStoreTest, SomebodyFasterIsAConflict) {
  HttpServer server(InTurn({Answer(409, "{}"), Answer(409, "{}"), Answer(404, "{}")}));
  KubeClient client = ClientOf(server);
  KubeLeaseStore store(client, "ns", "gate");
  Lease lease;
  EXPECT_EQ(store.Write(lease).error().code, ErrorCode::kConflict);
  lease.resource_version = "41";
  EXPECT_EQ(store.Write(lease).error().code, ErrorCode::kConflict);
  EXPECT_EQ(store.Write(lease).error().code, ErrorCode::kConflict);
}

TEST(KubeLeaseStoreTest, OtherFailuresPassThrough) {
  HttpServer server(Answer(403, "{}"));
  KubeClient client = ClientOf(server);
  EXPECT_EQ(KubeLeaseStore(client, "ns", "gate").Read().error().code, ErrorCode::kUnauthorized);
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

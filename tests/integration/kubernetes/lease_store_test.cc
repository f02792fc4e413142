#include "adapters/kubernetes/client/lease_store.h"

#include <gtest/gtest.h>

#include "support/kube_servers.h"

namespace slogate::adapters::kubernetes {
namespace {

using ports::ErrorCode;
using ports::Lease;
using testing::KubeServers;

class LeaseStoreServerTest : public ::testing::Test {
 protected:
  static Lease HeldBy(const std::string& holder) {
    Lease lease;
    lease.holder = holder;
    lease.renewed = core::TimePoint(std::chrono::milliseconds(1767323045678));
    return lease;
  }

  KubeServers& servers_ = KubeServers::Shared();
  const std::string namespace_ = servers_.CreateNamespace("lease");
  KubeLeaseStore one_{servers_.client(), namespace_, "gate"};
  KubeLeaseStore two_{servers_.client(), namespace_, "gate"};
};

TEST_F(LeaseStoreServerTest, KeepsWhatWasWritten) {
  const auto absent = one_.Read();
  ASSERT_TRUE(absent) << absent.error().message;
  EXPECT_EQ(absent->resource_version, "");
  const Lease lease = HeldBy("one");
  const auto written = one_.Write(lease);
  ASSERT_TRUE(written) << written.error().message;
  const auto read = two_.Read();
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->holder, "one");
  EXPECT_EQ(read->renewed, lease.renewed);
  EXPECT_EQ(read->duration, lease.duration);
  EXPECT_EQ(read->resource_version, written->resource_version);
}

TEST_F(LeaseStoreServerTest, OnlyOneOfTwoWins) {
  ASSERT_TRUE(one_.Write(HeldBy("one")));
  EXPECT_EQ(two_.Write(HeldBy("two")).error().code, ErrorCode::kConflict);

  auto seen_by_one = one_.Read();
  auto seen_by_two = two_.Read();
  ASSERT_TRUE(seen_by_one && seen_by_two);
  seen_by_two->holder = "two";
  seen_by_two->transitions += 1;
  ASSERT_TRUE(two_.Write(*seen_by_two));
  seen_by_one->renewed += std::chrono::seconds(1);
  EXPECT_EQ(one_.Write(*seen_by_one).error().code, ErrorCode::kConflict);

  const auto now = one_.Read();
  ASSERT_TRUE(now);
  EXPECT_EQ(now->holder, "two");
  EXPECT_EQ(now->transitions, 1);
}

TEST_F(LeaseStoreServerTest, CanBeGivenUpAndTakenAgain) {
  auto lease = one_.Write(HeldBy("one"));
  ASSERT_TRUE(lease) << lease.error().message;
  lease->holder = "";
  const auto free = one_.Write(*lease);
  ASSERT_TRUE(free) << free.error().message;
  EXPECT_EQ(free->holder, "");
  auto taken = two_.Read();
  ASSERT_TRUE(taken);
  taken->holder = "two";
  ASSERT_TRUE(two_.Write(*taken));
  EXPECT_EQ(one_.Read()->holder, "two");
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

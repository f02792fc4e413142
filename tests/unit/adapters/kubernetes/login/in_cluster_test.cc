#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "adapters/kubernetes/login/token.h"

namespace slogate::adapters::kubernetes {
namespace {

using ports::ErrorCode;
using ::testing::HasSubstr;

class InClusterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "/in_cluster_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
    Write("token", "sesame\n");
    Write("ca.crt", "CA-PEM");
    Write("namespace", "slogate-system\n");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
  }

  std::string folder_;
};

TEST_F(InClusterTest, ReadsTheServiceAccount) {
  const auto config = InClusterConfig("10.0.0.1", "443", folder_);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server, "https://10.0.0.1:443");
  EXPECT_EQ(config->tls.ca_pem, "CA-PEM");
  EXPECT_EQ(config->token_file, folder_ + "/token");
  EXPECT_EQ(config->default_namespace, "slogate-system");
}

TEST_F(InClusterTest, PutsIpv6InBrackets) {
  EXPECT_EQ(InClusterConfig("fd00::1", "443", folder_)->server, "https://[fd00::1]:443");
  EXPECT_EQ(InClusterConfig("[fd00::1]", "443", folder_)->server, "https://[fd00::1]:443");
}

TEST_F(InClusterTest, SaysWhichPartIsMissing) {
  std::filesystem::remove(folder_ + "/ca.crt");
  const auto config = InClusterConfig("10.0.0.1", "443", folder_);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(config.error().message, HasSubstr("ca.crt: no such file"));
}

TEST_F(InClusterTest, EmptyAuthorityWouldTrustTheWorldAndIsRefused) {
  Write("ca.crt", "");
  EXPECT_FALSE(InClusterConfig("10.0.0.1", "443", folder_));
}

TEST_F(InClusterTest, OutsideAPodThereIsNoHost) {
  const auto config = InClusterConfig("", "", folder_);
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("KUBERNETES_SERVICE_HOST"));
}

TEST_F(InClusterTest, AbsentNamespaceIsTheDefaultOne) {
  std::filesystem::remove(folder_ + "/namespace");
  EXPECT_EQ(InClusterConfig("10.0.0.1", "443", folder_)->default_namespace, "default");
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

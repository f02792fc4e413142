#include "app/controller/connection.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "demo/world/memory_stores.h"

namespace slogate::app {
namespace {

class ConnectionTest : public ::testing::Test {
 protected:
  ConnectionResult Resolve() {
    return ResolveConnection("shop", settings_, providers_, secrets_,
                             [this](const std::string& path) -> ports::Result<std::string> {
                               const auto found = files_.find(path);
                               if (found != files_.end()) return found->second;
                               return ports::Fail(ports::ErrorCode::kNotFound,
                                                  path + " does not exist");
                             });
  }

  core::PrometheusSettings settings_;
  Providers providers_;
  demo::MemorySecretStore secrets_;
  std::map<std::string, std::string> files_;
};

TEST_F(ConnectionTest, FillsInSecretsOfThePolicysNamespace) {
  settings_.address = "https://prometheus";
  settings_.headers = {{"X-Scope-OrgID", "shop"}};
  settings_.basic_username = "gate";
  settings_.basic_password = core::SecretKey{"prometheus", "password"};
  settings_.ca = core::SecretKey{"prometheus", "ca"};
  secrets_.Put("shop", {"prometheus", "password"}, "pw\n");
  secrets_.Put("shop", {"prometheus", "ca"}, "PEM");
  secrets_.Put("other", {"prometheus", "ca"}, "not this");
  const ConnectionResult connection = Resolve();
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->address, "https://prometheus");
  EXPECT_EQ(connection->headers.at("X-Scope-OrgID"), "shop");
  EXPECT_EQ(connection->basic_password, "pw");
  EXPECT_EQ(connection->ca_pem, "PEM");
}

TEST_F(ConnectionTest, ASecretThatIsMissingOrEmptyIsUnauthorized) {
  settings_.address = "https://prometheus";
  settings_.bearer_token = core::SecretKey{"prometheus", "token"};
  ConnectionResult connection = Resolve();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().problem, core::SourceProblem::kUnauthorized);
  EXPECT_EQ(connection.error().message,
            "spec.prometheus: cannot read the bearer token: Secret shop/prometheus has no key "
            "token");
  secrets_.Put("shop", {"prometheus", "token"}, "");
  connection = Resolve();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().message, "spec.prometheus: the bearer token is empty");
}

TEST_F(ConnectionTest, AnUnknownProviderIsUnreachableAndSaysTheFix) {
  settings_.provider = "main";
  const ConnectionResult connection = Resolve();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().problem, core::SourceProblem::kUnreachable);
  EXPECT_NE(connection.error().message.find("no provider \"main\"; add it"), std::string::npos);
}

TEST_F(ConnectionTest, AHeadersValueMayBeInASecret) {
  settings_.address = "https://prometheus";
  settings_.secret_headers = {{"X-Api-Key", {"mimir", "key"}}};
  ConnectionResult connection = Resolve();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().problem, core::SourceProblem::kUnauthorized);
  EXPECT_EQ(connection.error().message,
            "spec.prometheus: cannot read the header X-Api-Key: Secret shop/mimir has no key key");
  secrets_.Put("shop", {"mimir", "key"}, "abc\n");
  connection = Resolve();
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->headers.at("X-Api-Key"), "abc");
}

TEST_F(ConnectionTest, AProvidersHeadersMayBeInFiles) {
  settings_.provider = "main";
  Provider& provider = providers_["main"];
  provider.address = "https://shared";
  provider.header_files = {{"X-Api-Key", "/key"}};
  ConnectionResult connection = Resolve();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().problem, core::SourceProblem::kUnauthorized);
  EXPECT_EQ(connection.error().message,
            "provider \"main\": cannot read the header X-Api-Key: /key does not exist");
  files_["/key"] = "abc\n";
  connection = Resolve();
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->headers.at("X-Api-Key"), "abc");
}

TEST_F(ConnectionTest, AProviderLendsItsCredentialsToNoOtherTenant) {
  settings_.provider = "main";
  settings_.headers = {{"X-Scope-OrgID", "somebody else"}};
  Provider& provider = providers_["main"];
  provider.address = "https://shared";
  provider.headers = {{"X-Scope-OrgID", "shop"}};
  provider.bearer_token_file = "/token";
  files_["/token"] = "abc\n";
  ConnectionResult connection = Resolve();
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->address, "https://shared");
  EXPECT_EQ(connection->headers, (std::map<std::string, std::string>{{"X-Scope-OrgID", "shop"}}));
  EXPECT_EQ(connection->bearer_token, "abc");
  files_["/token"] = "rotated\n";
  connection = Resolve();
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->bearer_token, "rotated");
}

}  // namespace
}  // namespace slogate::app

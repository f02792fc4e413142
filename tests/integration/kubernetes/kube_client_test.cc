#include "adapters/kubernetes/client/kube_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubernetes/login/kubeconfig.h"
#include "support/kube_servers.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;
using ports::ErrorCode;
using ::testing::HasSubstr;
using testing::KubeServers;

class KubeClientServerTest : public ::testing::Test {
 protected:
  json ConfigMap(const std::string& name) const {
    return json{{"apiVersion", "v1"},
                {"kind", "ConfigMap"},
                {"metadata", {{"name", name}, {"namespace", namespace_}}},
                {"data", {{"colour", "green"}}}};
  }

  KubeServers& servers_ = KubeServers::Shared();
  KubeClient& client_ = servers_.client();
  const std::string namespace_ = servers_.CreateNamespace("client");
  const std::string maps_ = "/api/v1/namespaces/" + namespace_ + "/configmaps";
};

TEST_F(KubeClientServerTest, ConnectsAsTheKubeconfigSays) {
  const auto config = LoadKubeconfig(servers_.kubeconfig_path(), "");
  ASSERT_TRUE(config) << config.error().message;
  const auto found = KubeClient(*config).Get("/api/v1/namespaces/" + namespace_);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ((*found)["kind"], "Namespace");
}

TEST_F(KubeClientServerTest, WrongTokenIsUnauthorized) {
  ClusterConfig config = client_.config();
  config.token = "wrong";
  const auto result = KubeClient(config).Get("/api/v1/namespaces");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnauthorized);
}

TEST_F(KubeClientServerTest, ServerOfAnotherAuthorityIsRefused) {
  ClusterConfig config = client_.config();
  config.tls.ca_pem.clear();
  const auto result = KubeClient(config).Get("/api/v1/namespaces");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
}

TEST_F(KubeClientServerTest, CreatesReplacesPatchesAndDeletes) {
  const std::string path = maps_ + "/one";
  auto created = client_.Create(maps_, ConfigMap("one"));
  ASSERT_TRUE(created) << created.error().message;

  json changed = *created;
  changed["data"]["colour"] = "blue";
  ASSERT_TRUE(client_.Replace(path, changed));

  const json patch = json::parse(R"([{"op":"test","path":"/data/colour","value":"blue"},
                                     {"op":"replace","path":"/data/colour","value":"red"}])");
  const auto patched = client_.JsonPatch(path, patch);
  ASSERT_TRUE(patched) << patched.error().message;
  EXPECT_EQ((*patched)["data"]["colour"], "red");

  const auto merged = client_.MergePatch(path, json{{"data", {{"size", "small"}}}});
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ((*merged)["data"], (json{{"colour", "red"}, {"size", "small"}}));

  ASSERT_TRUE(client_.Delete(path));
  EXPECT_EQ(client_.Get(path).error().code, ErrorCode::kNotFound);
}

TEST_F(KubeClientServerTest, StaleWritesAreConflicts) {
  const std::string path = maps_ + "/one";
  const auto created = client_.Create(maps_, ConfigMap("one"));
  ASSERT_TRUE(created) << created.error().message;
  EXPECT_EQ(client_.Create(maps_, ConfigMap("one")).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(client_.MergePatch(path, json{{"data", {{"colour", "blue"}}}}));

  const std::string version = (*created)["metadata"]["resourceVersion"];
  EXPECT_EQ(client_.Replace(path, *created).error().code, ErrorCode::kConflict);
  const json patch = json::array(
      {json{{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", version}}});
  EXPECT_EQ(client_.JsonPatch(path, patch).error().code, ErrorCode::kConflict);
}

TEST_F(KubeClientServerTest, RefusalsCarryTheServersWords) {
  const auto result = client_.Create(maps_, ConfigMap("Not A Name"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(result.error().message, HasSubstr("metadata.name"));

  ASSERT_TRUE(client_.Create(maps_, ConfigMap("one")));
  const json patch =
      json::array({json{{"op", "test"}, {"path", "/data/colour"}, {"value", "somebody else's"}}});
  EXPECT_EQ(client_.JsonPatch(maps_ + "/one", patch).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

// A kubeconfig with a plugin, from file to request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/login/kubeconfig.h"
#include "support/certificates.h"
#include "support/http_server.h"

namespace slogate::adapters::kubernetes {
namespace {

using testing::Answer;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::HttpServer;
using testing::InTurn;
using ::testing::Not;

constexpr const char* kPath = "/api/v1/namespaces/shop/pods";

// A folder with a kubeconfig and a plugin next to it; each run of the plugin adds a line to `runs`.
class ExecTransportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "exec_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void WritePlugin(const std::string& body) const {
    const std::string path = folder_ + "/plugin";
    std::ofstream(path) << "#!/bin/sh\nruns=" << folder_ << "/runs\necho run >> $runs\n" << body;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }

  ports::Result<ClusterConfig> Load(const std::string& server, const std::string& more = "") const {
    const std::string path = folder_ + "/config";
    std::ofstream(path) << "current-context: c\n"
                           "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
                           "clusters:\n- name: k\n  cluster:\n    server: '"
                        << server << "'\n"
                        << more
                        << "users:\n- name: u\n  user:\n    exec:\n      command: ./plugin\n"
                           "      apiVersion: client.authentication.k8s.io/v1\n"
                           "      interactiveMode: Never\n      provideClusterInfo: true\n";
    return LoadKubeconfig(path, "");
  }

  int Runs() const {
    std::ifstream file(folder_ + "/runs");
    int runs = 0;
    for (std::string line; std::getline(file, line);) ++runs;
    return runs;
  }

  static std::string Reply(const std::string& status) {
    return "cat <<END\n{\"kind\":\"ExecCredential\",\"apiVersion\":"
           "\"client.authentication.k8s.io/v1\",\"status\":{" +
           status + "}}\nEND\n";
  }

  std::string folder_;
};

TEST_F(ExecTransportTest, TheTokenGoesIntoTheRequestAndIsKept) {
  HttpServer server(Answer(200, "{}"));
  WritePlugin(Reply("\"token\":\"sesame\""));
  const auto config = Load(server.url());
  ASSERT_TRUE(config) << config.error().message;
  KubeClient client(*config);
  KubeClient second(*config);
  ASSERT_TRUE(client.Get(kPath));
  ASSERT_TRUE(second.Get(kPath));
  EXPECT_EQ(server.requests().at(1).headers.at("authorization"), "Bearer sesame");
  EXPECT_EQ(Runs(), 1);
}

TEST_F(ExecTransportTest, ARefusedTokenIsRenewedOnce) {
  HttpServer server(
      InTurn({Answer(401, "{}"), Answer(200, "{}"), Answer(401, "{}"), Answer(401, "{}")}));
  WritePlugin(Reply("\"token\":\"run-$(wc -l < $runs)\""));
  const auto config = Load(server.url());
  ASSERT_TRUE(config) << config.error().message;
  KubeClient client(*config);
  const auto answer = client.Get(kPath);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(server.requests().at(0).headers.at("authorization"), "Bearer run-1");
  EXPECT_EQ(server.requests().at(1).headers.at("authorization"), "Bearer run-2");
  const auto refused = client.Get(kPath);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ports::ErrorCode::kUnauthorized);
  EXPECT_EQ(Runs(), 3);
}

TEST_F(ExecTransportTest, AnExpiredTokenIsNotSent) {
  HttpServer server(Answer(200, "{}"));
  WritePlugin(
      "then=$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)\n[ $(wc -l < $runs) -gt 1 ] || "
      "then=2000-01-01T00:00:00Z\n" +
      Reply("\"token\":\"t\",\"expirationTimestamp\":\"$then\""));
  const auto config = Load(server.url());
  ASSERT_TRUE(config) << config.error().message;
  KubeClient client(*config);
  const auto answer = client.Get(kPath);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ports::ErrorCode::kUnauthorized);
  EXPECT_THAT(answer.error().message, HasSubstr("has expired already; sign in again"));
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(ExecTransportTest, ThePluginIsReportedOfTheCluster) {
  HttpServer server(Answer(200, "{}"));
  WritePlugin("printf %s \"$KUBERNETES_EXEC_INFO\" > " + folder_ + "/info\n" +
              Reply("\"token\":\"t\""));
  const auto config = Load(server.url(),
                           "    tls-server-name: kubernetes\n    extensions:\n"
                           "    - name: client.authentication.k8s.io/exec\n"
                           "      extension: {audience: shop, hours: 8, code: '007'}\n");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_TRUE(KubeClient(*config).Get(kPath));
  std::ifstream file(folder_ + "/info");
  const auto info = nlohmann::json::parse(file, nullptr, false);
  ASSERT_TRUE(info.is_object());
  EXPECT_EQ(info["spec"]["interactive"], false);
  EXPECT_EQ(info["spec"]["cluster"]["server"], server.url());
  EXPECT_EQ(info["spec"]["cluster"]["tls-server-name"], "kubernetes");
  EXPECT_EQ(info["spec"]["cluster"]["config"],
            (nlohmann::json{{"audience", "shop"}, {"hours", 8}, {"code", "007"}}));
}

TEST_F(ExecTransportTest, AMissingPluginNamesKubeconfigAndPath) {
  const auto config = Load("http://127.0.0.1:1");
  ASSERT_TRUE(config) << config.error().message;
  const auto answer = KubeClient(*config).Get(kPath);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ports::ErrorCode::kInvalidArgument);
  EXPECT_THAT(answer.error().message, HasSubstr(folder_ + "/config, user \"u\": exec plugin " +
                                                folder_ + "/plugin was not found"));
}

TEST_F(ExecTransportTest, FailureAndGarbageAreReportedWithoutTheToken) {
  const auto config = Load("http://127.0.0.1:1");
  ASSERT_TRUE(config) << config.error().message;
  WritePlugin("echo '{\"token\":\"sesame\"}'; echo session over >&2; exit 2\n");
  const auto failed = KubeClient(*config).Get(kPath);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, EndsWith("ended with code 2: session over"));
  EXPECT_THAT(failed.error().message, Not(HasSubstr("sesame")));
}

TEST_F(ExecTransportTest, ACertificateFromThePluginIsShown) {
  const testing::Certificate authority = testing::MakeAuthority("authority");
  const testing::Certificate host = testing::Issue(authority, "server", "IP:127.0.0.1");
  const testing::Certificate me = testing::Issue(authority, "me", "");
  HttpServer server(Answer(200, "{}"),
                    {host.certificate_pem, host.key_pem, authority.certificate_pem});
  const auto quoted = [](const std::string& text) { return nlohmann::json(text).dump(); };
  std::ofstream(folder_ + "/answer.json")
      << R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{)"
      << "\"clientCertificateData\":" << quoted(me.certificate_pem)
      << ",\"clientKeyData\":" << quoted(me.key_pem) << "}}";
  WritePlugin("cat " + folder_ + "/answer.json\n");
  const auto config = Load(server.url(), "    certificate-authority-data: " +
                                             http::EncodeBase64(authority.certificate_pem) + "\n");
  ASSERT_TRUE(config) << config.error().message;
  const auto answer = KubeClient(*config).Get(kPath);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(Runs(), 1);
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

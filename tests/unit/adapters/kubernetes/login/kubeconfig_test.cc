#include "adapters/kubernetes/login/kubeconfig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace slogate::adapters::kubernetes {
namespace {

using ports::ErrorCode;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kWhole = R"(
apiVersion: v1
kind: Config
current-context: shop
clusters:
- name: east
  cluster:
    server: https://east.example.test:6443/
    certificate-authority-data: Q0EtUEVN
    tls-server-name: kubernetes
    proxy-url: http://proxy.example.test:3128
contexts:
- name: shop
  context: {cluster: east, user: robot, namespace: shop}
- name: bare
  context: {cluster: east}
users:
- name: robot
  user:
    client-certificate: certs/robot.crt
    client-key: /keys/robot.key
    token: sesame
    tokenFile: robot.token
)";

// Answers with the path itself, so that a test sees which file was asked for.
ports::Result<std::string> Echo(const std::string& path) { return "<" + path + ">"; }

ports::Result<ClusterConfig> Resolve(const std::string& text, const std::string& context = "") {
  return ResolveKubeconfig({{"/home/me/config", text}}, context, Echo);
}

std::string WithUser(const std::string& user) {
  return "current-context: c\n"
         "clusters: [{name: k, cluster: {server: 'https://k:6443'}}]\n"
         "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
         "users: [{name: u, user: " +
         user + "}]\n";
}

std::string WithCluster(const std::string& cluster) {
  return "current-context: c\ncontexts: [{name: c, context: {cluster: k}}]\n"
         "clusters: [{name: k, cluster: " +
         cluster + "}]\n";
}

TEST(KubeconfigTest, ReadsEveryField) {
  const auto config = Resolve(kWhole);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server, "https://east.example.test:6443");
  EXPECT_EQ(config->tls.ca_pem, "CA-PEM");
  EXPECT_EQ(config->tls.server_name, "kubernetes");
  EXPECT_EQ(config->proxy_url, "http://proxy.example.test:3128");
  EXPECT_EQ(config->tls.client_certificate_pem, "</home/me/certs/robot.crt>");
  EXPECT_EQ(config->tls.client_key_pem, "</keys/robot.key>");
  EXPECT_EQ(config->token, "sesame");
  EXPECT_EQ(config->token_file, "/home/me/robot.token");
  EXPECT_EQ(config->default_namespace, "shop");
}

TEST(KubeconfigTest, NamedContextWinsOverTheCurrentOne) {
  const auto config = Resolve(kWhole, "bare");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->token, "");
  EXPECT_EQ(config->default_namespace, "default");
}

TEST(KubeconfigTest, DataWinsOverAFile) {
  const auto config =
      Resolve(WithCluster("{server: 'https://k', certificate-authority: ca.crt, "
                          "certificate-authority-data: Q0EtUEVN}"));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->tls.ca_pem, "CA-PEM");
}

TEST(KubeconfigTest, ReadsBasicCredentials) {
  const auto config = Resolve(WithUser("{username: me, password: '007'}"));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->basic_username, "me");
  EXPECT_EQ(config->basic_password, "007");
}

TEST(KubeconfigTest, ScalarsAreTextsAsWritten) {
  const auto config = Resolve(WithUser("{username: 007, password: 1.10, token: yes}"));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->basic_username, "007");
  EXPECT_EQ(config->basic_password, "1.10");
  EXPECT_EQ(config->token, "yes");
}

TEST(KubeconfigTest, AliasesAndMergeKeysWork) {
  const auto config = Resolve(
      "x: &x {cluster: k, namespace: shop}\n"
      "current-context: c\n"
      "clusters: [{name: k, cluster: {server: &s 'https://k', tls-server-name: *s}}]\n"
      "contexts: [{name: c, context: {<<: *x, namespace: till}}]\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->tls.server_name, "https://k");
  EXPECT_EQ(config->default_namespace, "till");
}

TEST(KubeconfigTest, FirstFileWinsAndPathsBelongToTheirFile) {
  const std::string first =
      "current-context: c\n"
      "users: [{name: u, user: {token: first}}]\n";
  const std::string second =
      "current-context: other\n"
      "clusters: [{name: k, cluster: {server: 'https://k', certificate-authority: ca.crt}}]\n"
      "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
      "users: [{name: u, user: {token: second}}]\n";
  const auto config = ResolveKubeconfig({{"/a/config", first}, {"/b/config", second}}, "", Echo);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->token, "first");
  EXPECT_EQ(config->tls.ca_pem, "</b/ca.crt>");
}

std::string WithExec(const std::string& version, const std::string& more) {
  return WithUser("{exec: {command: aws, apiVersion: client.authentication.k8s.io/" + version +
                  more + "}}");
}

TEST(KubeconfigTest, APluginIsReadAndNotRun) {
  const auto config = Resolve(WithExec("v1beta1", ", args: [token], env: [{name: A, value: b}]"));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_NE(config->plugin, nullptr);
  EXPECT_EQ(config->token, "");
}

// Each anchor holds ten of the one before.
std::string MultiplyingAliases() {
  std::string text = "&a0 x";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += ", &a" + std::to_string(i) + " [" + before;
    for (int j = 1; j < 10; ++j) text += ", " + before;
    text += "]";
  }
  return text;
}

struct Refused {
  std::string text;
  std::string words;
};

class KubeconfigRefusalTest : public ::testing::TestWithParam<Refused> {};

TEST_P(KubeconfigRefusalTest, SaysWhy) {
  const auto config = Resolve(GetParam().text);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(config.error().message, HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, KubeconfigRefusalTest,
    ::testing::Values(
        Refused{"", "no current-context"}, Refused{"[]", "/home/me/config: not a mapping"},
        Refused{"a: [", "kubeconfig /home/me/config:1:1: cannot be read as YAML"},
        Refused{WithUser("{token: a, token: b}"),
                "kubeconfig /home/me/config:4:36: users[0].user.token: is given twice"},
        Refused{WithCluster("{server: 'https://k', extensions: [" + MultiplyingAliases() + "]}"),
                "has too many values"},
        Refused{"users: 5", "users is not a list"}, Refused{"users: [5]", "without a name"},
        Refused{"users: [{name: u}]", "has no user"},
        Refused{"current-context: nowhere", "there is no context \"nowhere\""},
        Refused{"current-context: c\ncontexts: [{name: c, context: {cluster: k}}]",
                "there is no cluster \"k\""},
        Refused{"current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
                "clusters: [{name: k, cluster: {server: 'https://k'}}]",
                "there is no user \"u\""},
        Refused{WithCluster("{server: k}"), "server must be a URL"},
        Refused{WithCluster("{}"), "server must be a URL"},
        Refused{WithCluster("{server: 'https://k', insecure-skip-tls-verify: true}"),
                "give certificate-authority instead"},
        Refused{WithCluster("{server: 'https://k', certificate-authority-data: '*'}"),
                "certificate-authority-data is not base64"},
        Refused{WithUser("{exec: {}}"), "exec.command is missing"},
        Refused{WithUser("{exec: {command: aws}}"), "exec.apiVersion must be"},
        Refused{WithExec("v1alpha1", ""), "exec.apiVersion must be"},
        Refused{WithExec("v1", ""), "exec.interactiveMode is missing"},
        Refused{WithExec("v1", ", interactiveMode: Often"), "exec.interactiveMode is unknown"},
        Refused{WithExec("v1beta1", ", args: [[]]"), "exec.args must be words"},
        Refused{WithExec("v1beta1", ", args: aws"), "exec.args must be a list"},
        Refused{WithExec("v1beta1", ", env: [{value: x}]"), "exec.env must be a list of"},
        Refused{WithUser("{token: t, exec: {command: aws}}"), "has both exec and token"},
        Refused{WithUser("{auth-provider: {name: gcp}}"), "auth-provider is not supported"},
        Refused{WithUser("{as: root, token: t}"), "as is not supported"},
        Refused{WithUser("{client-certificate: a.crt}"), "belong together"}),
    [](const auto& param) { return "Case" + std::to_string(param.index); });

TEST(KubeconfigTest, MissingFileIsNamed) {
  const auto missing = [](const std::string& path) -> ports::Result<std::string> {
    return ports::Fail(ErrorCode::kNotFound, path + ": no such file");
  };
  const auto config = ResolveKubeconfig({{"/home/me/config", kWhole}}, "", missing);
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("/home/me/certs/robot.crt: no such file"));
  EXPECT_THAT(config.error().message, HasSubstr("user \"robot\""));
}

TEST(KubeconfigTest, MessagesHoldNoSecret) {
  const auto config = Resolve(WithUser("{token: sesame, password: open, exec: {}}"));
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, Not(HasSubstr("sesame")));
  EXPECT_THAT(config.error().message, Not(HasSubstr("open")));
}

class KubeconfigFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "/kubeconfig_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }

  std::string folder_;
};

TEST_F(KubeconfigFilesTest, PassesOverAbsentFilesAndReadsRelativePaths) {
  Write("ca.crt", "PEM");
  const std::string path =
      Write("config", WithCluster("{server: 'https://k', certificate-authority: ca.crt}"));
  const auto config = LoadKubeconfig("/nowhere/config::" + path, "");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->tls.ca_pem, "PEM");
}

TEST_F(KubeconfigFilesTest, NoFileAtAllIsAnError) {
  const auto config = LoadKubeconfig("/nowhere/config", "");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("no such file: /nowhere/config"));
}

TEST_F(KubeconfigFilesTest, FolderIsNotAFile) {
  const auto config = LoadKubeconfig(folder_, "");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(KubeconfigFilesTest, HugeFileIsRefused) {
  const auto config = LoadKubeconfig(Write("config", std::string(2u << 20, '#')), "");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("larger than 1 MiB"));
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

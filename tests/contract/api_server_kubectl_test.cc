// kubectl works against the sandbox's API server as against any other.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "places.h"
#include "sandbox/api/api_server.h"
#include "sandbox/api/store.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using ::testing::Test;

constexpr std::chrono::seconds kLongest{60};
constexpr const char* kWidgets = "/apis/contract.slogate.dev/v1/namespaces/default/widgets";
constexpr const char* kDeployments = "/apis/apps/v1/namespaces/default/deployments";

struct Outcome {
  int code = -1;
  std::string text;
};

class KubectlTest : public Test {
 protected:
  void SetUp() override {
    ASSERT_NE(FindProgram("kubectl"), "") << "no kubectl: run scripts/install";
    ASSERT_TRUE(server_) << server_.error().message;
    const std::string definitions =
        ReadFile(std::string(SLOGATE_SOURCE_DIR) + "/tests/contract/api_server/definitions.yaml");
    ASSERT_TRUE(store_.Install(definitions));
    WriteFile(folder_.File("kubeconfig"), (*server_)->Kubeconfig());
    ASSERT_TRUE(store_.Create(kWidgets, {{"apiVersion", "contract.slogate.dev/v1"},
                                         {"kind", "Widget"},
                                         {"metadata", {{"name", "one"}}},
                                         {"spec", {{"size", 3}}}}));
  }

  std::string Log(int call) const { return folder_.File("call-" + std::to_string(call)); }

  // Begins `kubectl` with these words; what it says goes to Log(calls_).
  Process Begin(const std::vector<std::string>& words) {
    Command command;
    command.arguments = {"kubectl", "--request-timeout=30s"};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    // HOME is where it keeps what it has learnt of a server.
    command.environment = {{"KUBECONFIG", folder_.File("kubeconfig")},
                           {"HOME", folder_.path()},
                           {"KUBECACHEDIR", folder_.File("cache")}};
    command.log_path = Log(++calls_);
    return Process::Start(command);
  }

  Outcome Kubectl(const std::vector<std::string>& words) {
    Process process = Begin(words);
    const int code = process.Wait(kLongest).value_or(-1);
    return {code, ReadFile(Log(calls_))};
  }

  bool AwaitText(const std::string& text) const {
    return Await([&] { return ReadFile(Log(calls_)).find(text) != std::string::npos; }, kLongest);
  }

  json Widget() { return store_.Get(std::string(kWidgets) + "/one").value_or(json()); }

  sandbox::Store store_;
  ports::Result<std::unique_ptr<sandbox::ApiServer>> server_ = sandbox::ApiServer::Start(store_);
  TemporaryFolder folder_{"slogate-kubectl"};
  int calls_ = 0;
};

TEST_F(KubectlTest, GetShowsTheColumnsOfTheDefinition) {
  const Outcome shown = Kubectl({"get", "wd"});
  EXPECT_EQ(shown.code, 0) << shown.text;
  EXPECT_EQ(shown.text.substr(0, shown.text.find('\n')), "NAME   SIZE   PHASE   AGE");
  EXPECT_NE(shown.text.find("\none    3 "), std::string::npos) << shown.text;
  const Outcome absent = Kubectl({"get", "widgets", "two"});
  EXPECT_EQ(absent.code, 1);
  EXPECT_NE(absent.text.find("widgets.contract.slogate.dev \"two\" not found"), std::string::npos);
}

TEST_F(KubectlTest, GetWatchShowsChanges) {
  Process watch = Begin({"get", "widgets", "--watch", "--request-timeout=0"});
  ASSERT_TRUE(AwaitText("one    3"));
  ASSERT_TRUE(store_.MergePatch(std::string(kWidgets) + "/one", {{"spec", {{"size", 44}}}}));
  EXPECT_TRUE(AwaitText("one    44"));
  EXPECT_TRUE(watch.Running());
}

TEST_F(KubectlTest, DescribeShowsTheObjectAndItsEvents) {
  const json widget = Widget();
  ASSERT_TRUE(
      store_.Create("/api/v1/namespaces/default/events", {{"apiVersion", "v1"},
                                                          {"kind", "Event"},
                                                          {"metadata", {{"name", "e"}}},
                                                          {"involvedObject",
                                                           {{"kind", "Widget"},
                                                            {"name", "one"},
                                                            {"namespace", "default"},
                                                            {"uid", widget["metadata"]["uid"]}}},
                                                          {"reason", "Resized"},
                                                          {"message", "It grew"},
                                                          {"type", "Normal"}}));
  const Outcome shown = Kubectl({"describe", "widget", "one"});
  EXPECT_EQ(shown.code, 0) << shown.text;
  EXPECT_NE(shown.text.find("Kind:         Widget"), std::string::npos) << shown.text;
  EXPECT_NE(shown.text.find("It grew"), std::string::npos) << shown.text;
}

TEST_F(KubectlTest, WaitEndsWithTheCondition) {
  Process wait = Begin({"wait", "--for=condition=Ready", "widget/one", "--timeout=30s"});
  EXPECT_TRUE(wait.Running());
  const json status = {{"status", {{"conditions", {{{"type", "Ready"}, {"status", "True"}}}}}}};
  ASSERT_TRUE(store_.MergePatch(std::string(kWidgets) + "/one/status", status));
  EXPECT_EQ(wait.Wait(kLongest), 0) << ReadFile(Log(calls_));
}

TEST_F(KubectlTest, WaitThatIsInVainTimesOut) {
  EXPECT_EQ(Kubectl({"wait", "--for=condition=Ready", "widget/one", "--timeout=1s"}).code, 1);
}

TEST_F(KubectlTest, AnnotatePatchAndDeleteChangeTheObject) {
  EXPECT_EQ(Kubectl({"annotate", "widget", "one", "slogate.dev/pause=yes"}).code, 0);
  EXPECT_EQ(Widget()["metadata"]["annotations"]["slogate.dev/pause"], "yes");
  EXPECT_EQ(
      Kubectl({"patch", "widget", "one", "--type=merge", "-p", R"({"spec":{"size":9}})"}).code, 0);
  EXPECT_EQ(Widget()["spec"]["size"], 9);
  const Outcome refused =
      Kubectl({"patch", "widget", "one", "--type=merge", "-p", R"({"spec":{"size":900}})"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.text.find("should be less than or equal to 100"), std::string::npos)
      << refused.text;
  EXPECT_EQ(Kubectl({"delete", "widget", "one"}).code, 0);
  EXPECT_TRUE(Widget().is_null());
}

TEST_F(KubectlTest, ApplySetImageAndScaleChangeADeployment) {
  WriteFile(folder_.File("deployment.yaml"), R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: default}
spec:
  replicas: 2
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: main, image: one}, {name: side, image: other}]}
)");
  const std::vector<std::string> apply = {"apply", "--validate=false", "-f",
                                          folder_.File("deployment.yaml")};
  const Outcome applied = Kubectl(apply);
  EXPECT_EQ(applied.code, 0) << applied.text;
  const Outcome imaged = Kubectl({"set", "image", "deployment/cart", "main=two"});
  EXPECT_EQ(imaged.code, 0) << imaged.text;
  const Outcome scaled = Kubectl({"scale", "deployment", "cart", "--replicas=5"});
  EXPECT_EQ(scaled.code, 0) << scaled.text;
  const json cart = store_.Get(std::string(kDeployments) + "/cart").value_or(json());
  EXPECT_EQ(cart["spec"]["replicas"], 5);
  EXPECT_EQ(cart["spec"]["template"]["spec"]["containers"],
            json::parse(R"([{"name":"main","image":"two"},{"name":"side","image":"other"}])"));
  EXPECT_EQ(Kubectl(apply).code, 0);
  EXPECT_EQ(store_.Get(std::string(kDeployments) + "/cart").value_or(json())["spec"]["replicas"],
            2);
}

}  // namespace
}  // namespace slogate::testing

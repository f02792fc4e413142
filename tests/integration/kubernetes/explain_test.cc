// What kubectl explain shows of slogate's kinds: it reads the OpenAPI document of the API server.
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "places.h"
#include "support/built_servers.h"
#include "support/kube_servers.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr const char* kDocument = "/openapi/v3/apis/slogate.dev/v1alpha1";

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() { servers_.Install(SLOGATE_SOURCE_DIR "/crds/rolloutpolicies.slogate.dev.yaml"); }

  std::string Explain(const std::vector<std::string>& arguments) {
    const TemporaryFolder folder("slogate-explain");
    std::vector<std::string> command = {ServerFolder("kubectl") + "/kubectl",
                                        "--kubeconfig=" + servers_.kubeconfig_path(),
                                        "--cache-dir=" + folder.File("cache"), "explain"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    Process process = Process::Start(
        {.arguments = std::move(command), .environment = {}, .log_path = folder.File("log")});
    EXPECT_EQ(process.Wait(60s).value_or(-1), 0);
    return ReadFile(folder.File("log"));
  }

  KubeServers& servers_ = KubeServers::Shared();
};

// The paths of fields below slogate's own that have no description; counts all of them.
void FindUndescribed(const json& schema, const std::string& path, int& fields,
                     std::vector<std::string>& undescribed) {
  const auto items = schema.find("items");
  if (items != schema.end()) FindUndescribed(*items, path, fields, undescribed);
  const auto properties = schema.find("properties");
  if (properties == schema.end()) return;
  for (const auto& [name, field] : properties->items()) {
    const std::string place = path + "." + name;
    ++fields;
    if (field.value("description", "").empty()) undescribed.push_back(place);
    FindUndescribed(field, place, fields, undescribed);
  }
}

TEST_F(ExplainTest, EveryFieldOfAPolicyHasADescription) {
  const auto document = servers_.client().Get(kDocument);
  ASSERT_TRUE(document) << document.error().message;
  const json schema =
      document->at("components").at("schemas").at("dev.slogate.v1alpha1.RolloutPolicy");
  int fields = 0;
  std::vector<std::string> undescribed;
  for (const char* const part : {"spec", "status"}) {
    FindUndescribed(schema.at("properties").at(part), part, fields, undescribed);
  }
  EXPECT_GT(fields, 200);
  EXPECT_EQ(undescribed, std::vector<std::string>());
}

TEST_F(ExplainTest, KubectlShowsEachFieldAndItsDescription) {
  const std::string all = Explain({"rolloutpolicies", "--recursive"});
  for (const char* const field : {"canaryRef", "minDuration", "revisionLabel", "waitsSince"}) {
    EXPECT_NE(all.find(field), std::string::npos) << field << "\n" << all;
  }
  const std::string one = Explain({"rolloutpolicies.spec.workload.onDelete"});
  EXPECT_NE(one.find("DESCRIPTION"), std::string::npos) << one;
  EXPECT_EQ(one.find("<empty>"), std::string::npos) << one;
}

}  // namespace
}  // namespace slogate::testing

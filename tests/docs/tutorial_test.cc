// The tutorial's service, users, metrics and policy fit together: its server really runs, a real
// Prometheus scrapes it, and gate check tells a good version from a bad one.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http/client.h"
#include "places.h"
#include "support/process.h"
#include "support/yaml_objects.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kUntilUp = 90s;
constexpr auto kUntilCounted = 240s;
constexpr double kEnoughRequests = 1500;  // of each version

std::string ReadExample(const std::string& name) {
  return ReadFile(std::string(SLOGATE_SOURCE_DIR) + "/examples/tutorial/" + name);
}

// One version of the tutorial's server, with users of its own.
struct Version {
  std::string name;  // its pod_template_hash
  std::map<std::string, std::string> environment;
  int port = 0;
  Process server;
  Process users;
};

// Names of the objectives that were worse.
std::vector<std::string> Failed(const json& report) {
  std::vector<std::string> names;
  for (const json& objective : report.at("policies").at(0).at("objectives")) {
    if (objective.at("verdict") == "Fail") names.push_back(objective.at("name"));
  }
  return names;
}

class TutorialTest : public ::testing::Test {
 protected:
  TutorialTest() {
    const json program = ObjectsFromYaml(ReadExample("app.yaml")).at(0).at("data");
    for (const auto& [file, text] : program.items()) {
      WriteFile(folder_.File(file), text.get<std::string>());
    }
    std::string policy = ReadExample("policy.yaml");
    const std::string slow = "scrapeInterval: 5s";
    EXPECT_NE(policy.find(slow), std::string::npos);
    policy.replace(policy.find(slow), slow.size(), "scrapeInterval: 1s");
    WriteFile(folder_.File("policy.yaml"), policy);
  }

  void AddVersion(const std::string& name, std::map<std::string, std::string> environment) {
    Version& version = versions_.emplace_back();
    version.name = name;
    version.environment = std::move(environment);
  }

  void StartVersions() {
    for (Version& version : versions_) {
      version.port = FreePort();
      version.environment["PORT"] = std::to_string(version.port);
      version.environment["URL"] = "http://127.0.0.1:" + version.environment["PORT"];
      version.server = Process::Start({.arguments = {"python3", folder_.File("server.py")},
                                       .environment = version.environment,
                                       .log_path = folder_.File(version.name + ".log")});
    }
  }

  void StartUsers() {
    for (Version& version : versions_) {
      version.users = Process::Start({.arguments = {"python3", folder_.File("users.py")},
                                      .environment = version.environment,
                                      .log_path = ""});
    }
  }

  // The configuration of the tutorial but for the cluster it discovers pods in.
  void StartPrometheus() {
    std::string targets;
    for (const Version& version : versions_) {
      targets += "  - targets: ['127.0.0.1:" + std::to_string(version.port) +
                 "']\n    labels: {pod_template_hash: " + version.name + "}\n";
    }
    WriteFile(folder_.File("prometheus.yml"),
              "global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: pods\n"
              "  static_configs:\n" +
                  targets);
    const std::string address = "127.0.0.1:" + std::to_string(FreePort());
    prometheus_ = Process::Start(
        {.arguments = {"prometheus", "--config.file=" + folder_.File("prometheus.yml"),
                       "--storage.tsdb.path=" + folder_.File("data"),
                       "--web.listen-address=" + address},
         .environment = {},
         .log_path = folder_.File("prometheus.log")});
    address_ = "http://" + address;
  }

  // The only value of an instant query without signs that a URL cannot hold; -1: there is none.
  double Value(const std::string& query) {
    adapters::http::OutgoingRequest request;
    request.url = address_ + "/api/v1/query?query=" + query;
    const auto response = client_.Send(request);
    const json reply = response ? json::parse(response->body, nullptr, false) : json();
    const json::json_pointer place("/data/result/0/value/1");
    return reply.is_object() && reply.contains(place)
               ? std::stod(reply.at(place).get<std::string>())
               : -1;
  }

  bool AwaitRequests() {
    const std::string requests = "http_request_duration_seconds_count";
    const auto versions = static_cast<double>(versions_.size());
    return Await(
        [&] {
          return Value("count(" + requests + ")") == versions &&
                 Value("min(" + requests + ")") >= kEnoughRequests;
        },
        kUntilCounted, 500ms);
  }

  // The exit code; `report` is what gate printed.
  int Check(const std::string& canary, json& report) {
    const std::string log = folder_.File("check-" + canary + ".json");
    Process gate = Process::Start(
        {.arguments = {SLOGATE_GATE, "check", "-f", folder_.File("policy.yaml"), "--prometheus",
                       address_, "--lookback", "2m", "--canary-revision", canary,
                       "--baseline-revision", "old", "--output", "json"},
         .environment = {},
         .log_path = log});
    const int code = gate.Wait(kUntilUp).value_or(-1);
    report = json::parse(ReadFile(log), nullptr, false);
    return code;
  }

  TemporaryFolder folder_{"slogate-tutorial"};
  adapters::http::Client client_;
  std::vector<Version> versions_;
  Process prometheus_;
  std::string address_;
};

TEST_F(TutorialTest, ACheckTellsTheBadVersionFromTheGoodOnes) {
  AddVersion("old", {});
  AddVersion("good", {{"VERSION", "2"}});
  AddVersion("wrong", {{"WRONG_SHARE", "0.25"}});
  AddVersion("slow", {{"SLOW_SHARE", "0.15"}});
  StartVersions();
  StartPrometheus();
  StartUsers();
  ASSERT_TRUE(AwaitRequests()) << ReadFile(folder_.File("prometheus.log"));

  json report;
  EXPECT_EQ(Check("good", report), 0) << report.dump(1);
  EXPECT_EQ(Check("wrong", report), 1) << report.dump(1);
  EXPECT_EQ(Failed(report), std::vector<std::string>({"grounded"})) << report.dump(1);
  EXPECT_EQ(Check("slow", report), 1) << report.dump(1);
  EXPECT_EQ(Failed(report), std::vector<std::string>({"latency"})) << report.dump(1);
}

}  // namespace
}  // namespace slogate::testing

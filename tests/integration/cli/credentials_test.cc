// Which request carries which credential: the program against servers that write down what they
// get.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "places.h"
#include "support/http_server.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Words = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

constexpr const char* kNoSeries =
    R"({"status":"success","data":{"resultType":"vector","result":[]}})";
// Nobody has this name; a proxy is asked for it all the same.
constexpr const char* kElsewhere = "http://prometheus.example.test:9090";

std::string SloAt(const std::string& address) {
  return "apiVersion: slogate.dev/v1alpha1\nkind: ServiceLevelObjective\n"
         "metadata: {name: checkout}\nspec:\n  service: checkout\n"
         "  prometheus: {address: '" +
         address +
         "'}\n  objectives:\n"
         "  - name: availability\n    dimension: availability\n    target: 99\n"
         "    indicator: {counters: {total: requests_total, bad: "
         "'requests_total{code=\"500\"}'}}\n";
}

std::string OpenSloAt(const std::string& address) {
  return "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: checkout}\nspec:\n"
         "  service: checkout\n  budgetingMethod: Occurrences\n"
         "  timeWindow: [{duration: 4w, isRolling: true}]\n"
         "  objectives: [{displayName: availability, target: 0.99}]\n"
         "  indicator:\n    metadata: {name: good}\n    spec:\n      ratioMetric:\n"
         "        counter: true\n"
         "        bad: {metricSource: {metricSourceRef: p, type: Prometheus,\n"
         "          spec: {query: 'requests_total{code=\"500\"}'}}}\n"
         "        total: {metricSource: {metricSourceRef: p, type: Prometheus,\n"
         "          spec: {query: requests_total}}}\n"
         "---\napiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: p}\nspec:\n"
         "  type: Prometheus\n  connectionDetails: {url: '" +
         address + "'}\n";
}

std::string PolicyAt(const std::string& address) {
  return "apiVersion: slogate.dev/v1alpha1\nkind: RolloutPolicy\nmetadata: {name: shop}\nspec:\n"
         "  workload: {ref: {name: shop}}\n"
         "  routes: [httpRoute: {name: shop, canaryService: c, baselineService: b}]\n"
         "  prometheus: {address: '" +
         address +
         "'}\n  tracks: {canary: 'track=\"canary\"', baseline: 'track=\"baseline\"'}\n  "
         "objectives:\n"
         "  - name: availability\n    dimension: availability\n    target: 99\n"
         "    indicator: {counters: {total: requests_total, bad: "
         "'requests_total{code=\"500\"}'}}\n";
}

struct Ran {
  int code = -1;
  std::string output;  // in one line: tables break sentences anywhere
};

std::string OneLine(const std::string& text) {
  std::string line;
  std::istringstream words(text);
  for (std::string word; words >> word;) line += word + " ";
  return line;
}

class CredentialsTest : public ::testing::Test {
 protected:
  CredentialsTest() { WriteFile(folder_.File("secret"), "s3cret\n"); }

  // Runs gate with `more` after the arguments, on a file whose address is `address`.
  Ran Run(Words arguments, const std::string& address, const Words& more = {},
          Environment environment = {}) {
    WriteFile(folder_.File("slo.yaml"), SloAt(address));
    WriteFile(folder_.File("openslo.yaml"), OpenSloAt(address));
    WriteFile(folder_.File("policy.yaml"), PolicyAt(address));
    arguments.insert(arguments.begin(), SLOGATE_GATE);
    for (std::string& argument : arguments) {
      if (argument.ends_with(".yaml")) argument = folder_.File(argument);
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    for (const char* const name :
         {"http_proxy", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"}) {
      environment.try_emplace(name, "");
    }
    const std::string log = folder_.File("log" + std::to_string(++runs_));
    Process gate =
        Process::Start({.arguments = arguments, .environment = environment, .log_path = log});
    const int code = gate.Wait(std::chrono::seconds(60)).value_or(-1);
    return {code, OneLine(ReadFile(log))};
  }

  // What came as Authorization: of each request, or of none of them.
  static std::vector<std::string> AuthorizationsAt(const HttpServer& server) {
    std::vector<std::string> seen;
    for (const HttpRequest& request : server.requests()) {
      const auto found = request.headers.find("authorization");
      seen.push_back(found == request.headers.end() ? "" : found->second);
    }
    return seen;
  }

  static void ExpectEach(const HttpServer& server, const std::string& authorization) {
    const std::vector<std::string> seen = AuthorizationsAt(server);
    EXPECT_FALSE(seen.empty());
    EXPECT_EQ(seen, std::vector<std::string>(seen.size(), authorization));
  }

  static std::string HostOf(const HttpServer& server) {
    return "127.0.0.1:" + std::to_string(server.port());
  }

  std::string SecretFile() const { return folder_.File("secret"); }

  TemporaryFolder folder_{"slogate-credentials"};
  int runs_ = 0;
};

// Every command that asks the address of a file.
const std::map<std::string, Words>& Commands() {
  static const std::map<std::string, Words> commands = {
      {"objectives", {"check", "-f", "slo.yaml"}},
      {"OpenSLO", {"check", "-f", "openslo.yaml"}},
      {"policy", {"check", "-f", "policy.yaml"}},
      {"policy as JSON", {"check", "-f", "policy.yaml", "-o", "json"}},
      {"A/A test", {"check", "-f", "policy.yaml", "--aa-test"}},
      {"plan", {"plan", "-f", "policy.yaml"}},
      {"backtest",
       {"backtest", "-f", "policy.yaml", "--from", "2026-01-01T00:00:00Z", "--to",
        "2026-01-01T01:00:00Z"}}};
  return commands;
}

TEST_F(CredentialsTest, TheAddressOfAFileGetsNone) {
  for (const auto& [name, command] : Commands()) {
    SCOPED_TRACE(name);
    HttpServer server(Answer(200, kNoSeries));
    Run(command, server.url(), {}, {{"SLOGATE_BEARER_TOKEN", "s3cret"}});
    Run(command, server.url(), {"--bearer-token-file", SecretFile()});
    Run(command, server.url(), {"--basic-username", "me", "--basic-password-file", SecretFile()});
    Run(command, server.url(), {"--basic-username", "me"}, {{"SLOGATE_BASIC_PASSWORD", "s3cret"}});
    Run(command, server.url(), {"--allow-host", "prometheus.example.test"},
        {{"SLOGATE_BEARER_TOKEN", "s3cret"}});
    Run(command, server.url(), {"--allow-host", "127.0.0.1:1"},
        {{"SLOGATE_BEARER_TOKEN", "s3cret"}});
    ExpectEach(server, "");
  }
}

TEST_F(CredentialsTest, AnAllowedHostGetsThem) {
  for (const auto& [name, command] : Commands()) {
    SCOPED_TRACE(name);
    HttpServer server(Answer(200, kNoSeries));
    Run(command, server.url(), {"--allow-host", HostOf(server)},
        {{"SLOGATE_BEARER_TOKEN", "s3cret"}});
    Run(command, server.url(),
        {"--allow-host", "other.example.test", "--allow-host", "127.0.0.1", "--bearer-token-file",
         SecretFile()});
    ExpectEach(server, "Bearer s3cret");
  }
}

TEST_F(CredentialsTest, TheAddressOfThePersonGetsThem) {
  for (auto [name, command] : Commands()) {
    SCOPED_TRACE(name);
    HttpServer server(Answer(200, kNoSeries));
    HttpServer of_the_file(Answer(200, kNoSeries));
    Run(command, of_the_file.url(),
        {"--prometheus", server.url(), "--basic-username", "me", "--basic-password-file",
         SecretFile()});
    ExpectEach(server, "Basic bWU6czNjcmV0");
    EXPECT_EQ(of_the_file.connections(), 0);
  }
  HttpServer server(Answer(200, kNoSeries));
  Run({"validate", "-f", "slo.yaml"}, kElsewhere, {"--prometheus", server.url()},
      {{"SLOGATE_BEARER_TOKEN", "s3cret"}});
  ExpectEach(server, "Bearer s3cret");
}

TEST_F(CredentialsTest, ARefusalSaysHowToAllowTheHost) {
  for (const int status : {401, 403}) {
    for (const auto& [name, command] : Commands()) {
      SCOPED_TRACE(name);
      HttpServer server(Answer(status, "no"));
      const Ran withheld = Run(command, server.url(), {}, {{"SLOGATE_BEARER_TOKEN", "s3cret"}});
      EXPECT_EQ(withheld.code, 4) << withheld.output;
      EXPECT_THAT(withheld.output,
                  AllOf(HasSubstr("no credentials were sent"),
                        HasSubstr("--allow-host " + HostOf(server)), Not(HasSubstr("s3cret"))));
      const Ran sent = Run(command, server.url(), {"--allow-host", "127.0.0.1"},
                           {{"SLOGATE_BEARER_TOKEN", "s3cret"}});
      EXPECT_EQ(sent.code, 4) << sent.output;
      EXPECT_THAT(sent.output, AllOf(Not(HasSubstr("--allow-host")), Not(HasSubstr("s3cret"))));
    }
  }
}

TEST_F(CredentialsTest, NoneGoOverPlainHttpToAnotherMachine) {
  std::map<std::string, Words> commands = Commands();
  commands["validate"] = {"validate", "-f", "slo.yaml"};
  for (const auto& [name, command] : commands) {
    SCOPED_TRACE(name);
    HttpServer proxy(Answer(200, kNoSeries));
    const Environment environment = {{"http_proxy", proxy.url()},
                                     {"SLOGATE_BEARER_TOKEN", "s3cret"}};
    const Ran named = Run(command, kElsewhere, {"--prometheus", kElsewhere}, environment);
    EXPECT_EQ(named.code, 2) << named.output;
    EXPECT_THAT(named.output,
                AllOf(HasSubstr("not sent to prometheus.example.test:9090 over plain"),
                      HasSubstr("https"), Not(HasSubstr("s3cret"))));
    if (name != "validate") {
      const Ran allowed =
          Run(command, kElsewhere, {"--allow-host", "prometheus.example.test"}, environment);
      EXPECT_EQ(allowed.code, 2) << allowed.output;
      EXPECT_THAT(allowed.output, HasSubstr("over plain http"));
    }
    EXPECT_EQ(proxy.connections(), 0);
  }
}

TEST_F(CredentialsTest, WithoutThemPlainHttpIsRequested) {
  HttpServer proxy(Answer(200, kNoSeries));
  const Environment environment = {{"http_proxy", proxy.url()}, {"SLOGATE_BEARER_TOKEN", "s3cret"}};
  Run({"check", "-f", "slo.yaml"}, kElsewhere, {}, environment);
  Run({"check", "-f", "slo.yaml"}, kElsewhere, {"--prometheus", kElsewhere},
      {{"http_proxy", proxy.url()}, {"SLOGATE_BEARER_TOKEN", ""}});
  ExpectEach(proxy, "");
  EXPECT_THAT(proxy.requests().at(0).target, HasSubstr("prometheus.example.test"));
}

TEST_F(CredentialsTest, ARedirectTakesThemNowhere) {
  for (const int status : {301, 302, 307, 308}) {
    HttpServer other(Answer(200, kNoSeries));
    HttpServer server(Answer(status, "", {{"Location", other.url() + "/api/v1/query"}}));
    Run({"check", "-f", "slo.yaml"}, kElsewhere, {"--prometheus", server.url()},
        {{"SLOGATE_BEARER_TOKEN", "s3cret"}});
    ExpectEach(server, "Bearer s3cret");
    EXPECT_EQ(other.connections(), 0) << status;
  }
}

TEST_F(CredentialsTest, NoProxyStandsBeforeThisMachine) {
  HttpServer proxy(Answer(200, kNoSeries));
  HttpServer server(Answer(200, kNoSeries));
  Run({"check", "-f", "slo.yaml"}, kElsewhere, {"--prometheus", server.url()},
      {{"http_proxy", proxy.url()}, {"SLOGATE_BEARER_TOKEN", "s3cret"}});
  ExpectEach(server, "Bearer s3cret");
  EXPECT_EQ(proxy.connections(), 0);
}

TEST_F(CredentialsTest, OnlyHostsCanBeAllowed) {
  for (const char* const host : {"http://prometheus.example.test", "*", "*.example.test", "a/b",
                                 "me@host", "host:port", "host:0", ""}) {
    const Ran ran = Run({"check", "-f", "slo.yaml"}, kElsewhere, {"--allow-host", host});
    EXPECT_EQ(ran.code, 2) << host;
    EXPECT_THAT(ran.output, HasSubstr("--allow-host")) << host;
  }
}

}  // namespace
}  // namespace slogate::testing

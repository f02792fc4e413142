#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "places.h"
#include "unit/app/cli/frame/fake_program.h"

namespace slogate::app {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Set SLOGATE_UPDATE_GOLDEN to rewrite the expectations.
void ExpectGolden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(SLOGATE_SOURCE_DIR) + "/tests/golden/cli/" + name;
  if (std::getenv("SLOGATE_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << actual;
  EXPECT_EQ(actual, Read(path)) << name;
}

constexpr const char* kPolicy = R"(apiVersion: slogate.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: checkout}
spec:
  workload: {ref: {name: checkout}}
  routes:
  - httpRoute: {name: checkout, canaryService: c, baselineService: b}
  prometheus: {address: "http://prometheus:9090"}
  tracks: {canary: 'track="canary"', baseline: 'track="baseline"'}
  objectives:
  - name: availability
    dimension: availability
    target: 99.5
    indicator: {counters: {total: requests_total, bad: 'requests_total{code=~"5.."}'}}
  - name: grounded-answers
    dimension: quality
    target: 97
    mode: Report
    indicator: {counters: {total: answers_total, bad: 'answers_total{grounded="false"}'}}
)";

class CheckTest : public ::testing::Test {
 protected:
  CheckTest() {
    program_.files["policy.yaml"] = kPolicy;
    Traffic(0.001, 0.001);
  }

  void Traffic(double canary, double report_only) {
    tests::FakeTraffic traffic;
    traffic.canary = {
        .events_per_block = 6000, .bad_share = canary, .bad_share_of = {{1, report_only}}};
    traffic.baseline = {.events_per_block = 54000, .bad_share = 0.001, .bad_share_of = {}};
    traffic.history_blocks = 1000;
    program_.source.SetTraffic(traffic);
  }

  int Check(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"check", "-f", "policy.yaml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.Run(arguments);
  }

  tests::FakeProgram program_;
};

TEST_F(CheckTest, AnEqualCanaryPasses) {
  EXPECT_EQ(Check(), 0) << program_.errors;
  ExpectGolden("check_pass.txt", program_.output);
}

TEST_F(CheckTest, AWorseCanaryFails) {
  Traffic(0.02, 0.001);
  EXPECT_EQ(Check(), 1);
  ExpectGolden("check_fail.txt", program_.output);
  EXPECT_EQ(Check({"--output", "json"}), 1);
  ExpectGolden("check_fail.json", program_.output);
}

constexpr const char* kSlo = R"(apiVersion: slogate.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: checkout}
spec:
  service: checkout
  prometheus: {address: "http://prometheus:9090"}
  objectives:
  - name: availability
    dimension: availability
    target: 99.5
    indicator: {counters: {total: requests_total, bad: 'requests_total{code=~"5.."}'}}
)";

TEST_F(CheckTest, JsonHasOneShapeWhateverIsRequested) {
  program_.files["slo.yaml"] = kSlo;
  program_.files["other.yaml"] = program_.files["policy.yaml"];
  const auto fields = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"check", "-o", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    program_.Run(arguments);
    const auto json = nlohmann::ordered_json::parse(program_.output, nullptr, false);
    std::string names;
    for (const auto& [name, value] : json.items()) names += name + " ";
    for (const char* const list : {"slos", "policies", "aaTests"}) {
      names += json.contains(list) ? std::to_string(json[list].size()) : "-";
    }
    return names;
  };
  const std::string names = "at priority verdict exitCode summary slos policies aaTests ";
  EXPECT_EQ(fields({"policy.yaml"}), names + "010") << program_.errors;
  EXPECT_EQ(fields({"slo.yaml"}), names + "100") << program_.errors;
  EXPECT_EQ(fields({"slo.yaml", "policy.yaml"}), names + "110") << program_.errors;
  EXPECT_EQ(fields({"policy.yaml", "other.yaml"}), names + "020") << program_.errors;
  EXPECT_EQ(fields({"policy.yaml", "--aa-test"}), names + "001") << program_.errors;
}

TEST_F(CheckTest, AnReportOnlyObjectiveNeverChangesTheCode) {
  Traffic(0.001, 0.2);
  EXPECT_EQ(Check(), 0);
  EXPECT_NE(program_.output.find("grounded-answers (quality, Report): Fail"), std::string::npos)
      << program_.output;
}

TEST_F(CheckTest, NoDataIsInconclusive) {
  tests::FakeTraffic nothing;
  nothing.canary.events_per_block = 0;
  nothing.baseline.events_per_block = 0;
  program_.source.SetTraffic(nothing);
  EXPECT_EQ(Check(), 3);
  ExpectGolden("check_no_data.txt", program_.output);
}

TEST_F(CheckTest, ABrokenSourceIsNeitherFailNorNoData) {
  program_.source.SetProblem(core::SourceProblem::kTimeout, "prometheus:9090 took longer than 10s");
  EXPECT_EQ(Check(), 4);
  ExpectGolden("check_source.txt", program_.output);
  EXPECT_EQ(Check({"-o", "json"}), 4);
  ExpectGolden("check_source.json", program_.output);
}

TEST_F(CheckTest, FitsEightyColumns) {
  for (const double share : {0.001, 0.02}) {
    Traffic(share, 0.2);
    Check();
    std::istringstream lines(program_.output);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST_F(CheckTest, LooksBackFromTheGivenTime) {
  Traffic(0.02, 0.001);
  const auto now = program_.clock.Now().time_since_epoch() / std::chrono::minutes(1);
  tests::FakeTraffic good;
  good.canary = {.events_per_block = 6000, .bad_share = 0.001, .bad_share_of = {}};
  good.baseline = {.events_per_block = 54000, .bad_share = 0.001, .bad_share_of = {}};
  program_.source.SetTraffic(good, now - 120);
  EXPECT_EQ(Check({"--lookback", "30m", "--at", "2025-12-31T22:00:00Z"}), 1);
  EXPECT_EQ(Check({"--lookback", "1h"}), 0);
}

TEST_F(CheckTest, RefusesTimesItCannotLookAt) {
  for (const char* const lookback : {"1m", "30d", "soon", "-1h"}) {
    EXPECT_EQ(Check({std::string("--lookback=") + lookback}), 2) << lookback;
    EXPECT_NE(program_.errors.find("two blocks (2m)"), std::string::npos) << program_.errors;
  }
  EXPECT_EQ(Check({"--at", "2030-01-01T00:00:00Z"}), 2);
  EXPECT_EQ(Check({"--at", "yesterday"}), 2);
}

TEST_F(CheckTest, ARevisionLabelNeedsItsValues) {
  program_.files["policy.yaml"].replace(
      program_.files["policy.yaml"].find("  tracks: {canary: 'track=\"canary\"', baseline:"),
      std::string("  tracks: {canary: 'track=\"canary\"', baseline: 'track=\"baseline\"'}").size(),
      "  tracks: {revisionLabel: pod_template_hash}");
  EXPECT_EQ(Check(), 2);
  EXPECT_EQ(program_.errors,
            "gate check: the policy tells the tracks apart by label pod_template_hash; give its "
            "values with --canary-revision and --baseline-revision\n");
  EXPECT_EQ(Check({"--canary-revision", "abc", "--baseline-revision", "def"}), 0)
      << program_.errors;
}

TEST_F(CheckTest, StandsInForSecretsItCannotRead) {
  const std::string with_secret =
      R"(prometheus: {address: "https://p:9090", bearerToken: {secretRef: {name: s, key: k}}})";
  std::string& policy = program_.files["policy.yaml"];
  const std::string plain = R"(prometheus: {address: "http://prometheus:9090"})";
  policy.replace(policy.find(plain), plain.size(), with_secret);
  const std::string missing =
      "gate check: the policy takes the bearer token from Secret s, which is not read here; give ";
  EXPECT_EQ(Check(), 2);
  EXPECT_EQ(program_.errors, missing +
                                 "--bearer-token-file or SLOGATE_BEARER_TOKEN, and --allow-host "
                                 "p:9090 if it is yours\n");
  EXPECT_EQ(Check({"--allow-host", "P:9090"}), 2);
  EXPECT_EQ(program_.errors, missing + "--bearer-token-file or SLOGATE_BEARER_TOKEN\n");
  program_.environment["SLOGATE_BEARER_TOKEN"] = "";
  EXPECT_EQ(Check({"--allow-host", "p"}), 2);
  program_.environment["SLOGATE_BEARER_TOKEN"] = "from-environment";
  EXPECT_EQ(Check(), 2);
  EXPECT_EQ(program_.errors, missing + "--allow-host p:9090 if it is yours\n");
  EXPECT_EQ(Check({"--allow-host", "p:9091"}), 2);
  EXPECT_EQ(Check({"--allow-host", "p"}), 0) << program_.errors;
  EXPECT_EQ(program_.source.last_connection()->bearer_token, "from-environment");
  program_.files["token"] = "from-file\n";
  EXPECT_EQ(Check({"--bearer-token-file", "token", "--allow-host", "p"}), 0);
  EXPECT_EQ(program_.source.last_connection()->bearer_token, "from-file");
  policy.replace(policy.find("https://p"), 9, "http://p");
  EXPECT_EQ(Check({"--allow-host", "p"}), 2);
  EXPECT_EQ(program_.errors,
            "gate check: the policy: credentials are not sent to p:9090 over plain http; give an "
            "https address, or leave out the token, password and user name\n");
  program_.environment.clear();
  EXPECT_EQ(Check({"--prometheus", "http://localhost:9090"}), 0);
  EXPECT_EQ(program_.source.last_connection()->address, "http://localhost:9090");
  EXPECT_EQ(Check({"--prometheus", "localhost:9090"}), 2);
}

TEST_F(CheckTest, HeadersGoToHostsThatThePersonNamed) {
  using Headers = std::map<std::string, std::string>;
  const std::vector<std::string> tenant = {"--header", "X-Scope-OrgID: shop"};
  EXPECT_EQ(Check(tenant), 2);
  EXPECT_EQ(program_.errors,
            "gate check: --header: headers are not sent to prometheus:9090, for its address comes "
            "from a file; give --allow-host prometheus:9090 if it is yours\n");
  EXPECT_EQ(
      Check({"--allow-host", "prometheus", "--header", "X-Scope-OrgID: shop", "--header", "x-b:2"}),
      0)
      << program_.errors;
  EXPECT_EQ(program_.source.last_connection()->headers,
            (Headers{{"X-Scope-OrgID", "shop"}, {"x-b", "2"}}));
  const std::string plain = R"(prometheus: {address: "http://prometheus:9090"})";
  std::string& policy = program_.files["policy.yaml"];
  policy.replace(policy.find(plain), plain.size(),
                 R"(prometheus: {address: "http://prometheus:9090", headers: [)"
                 R"({name: x-scope-orgid, value: old}, {name: X-C, value: kept}]})");
  EXPECT_EQ(Check({"--prometheus", "http://p", "--header", "X-Scope-OrgID: shop"}), 0);
  EXPECT_EQ(program_.source.last_connection()->headers,
            (Headers{{"X-C", "kept"}, {"X-Scope-OrgID", "shop"}}));
}

TEST_F(CheckTest, HeadersThatAreSecretComeFromAFile) {
  program_.files["headers"] = "# of the proxy\n\nCookie: s3cret\r\nX-Scope-OrgID: shop";
  const auto check = [&](const char* url) {
    return Check({"--prometheus", url, "--header-file", "headers"});
  };
  EXPECT_EQ(check("http://p"), 2);
  EXPECT_EQ(program_.errors,
            "gate check: --header-file: its headers are not sent to p over plain http; give an "
            "https address\n");
  EXPECT_EQ(check("https://p"), 0) << program_.errors;
  EXPECT_EQ(program_.source.last_connection()->headers.at("Cookie"), "s3cret");
  program_.files["headers"] += "\nX-B\n";
  EXPECT_EQ(check("https://p"), 2);
  EXPECT_NE(program_.errors.find("--header-file: line 5: is no header"), std::string::npos);
  program_.files.erase("headers");
  EXPECT_EQ(check("https://p"), 2);
}

TEST_F(CheckTest, AHeaderOfASecretNeedsAStandIn) {
  const std::string plain = R"(prometheus: {address: "http://prometheus:9090"})";
  std::string& policy = program_.files["policy.yaml"];
  policy.replace(policy.find(plain), plain.size(),
                 R"(prometheus: {address: "https://p", headers: [)"
                 R"({name: X-Api-Key, secretRef: {name: s, key: k}}]})");
  EXPECT_EQ(Check(), 2);
  EXPECT_EQ(program_.errors,
            "gate check: the policy takes the header X-Api-Key from a Secret, which is not read "
            "here; give it with --header-file, and --allow-host p if it is yours\n");
  program_.files["headers"] = "x-api-key: s3cret";
  EXPECT_EQ(Check({"--allow-host", "p", "--header-file", "headers"}), 0) << program_.errors;
  EXPECT_EQ(program_.source.last_connection()->headers.at("x-api-key"), "s3cret");
}

TEST_F(CheckTest, AHeaderThatIsNoneIsRefusedWithoutItsValue) {
  for (const auto& [header, problem] :
       {std::pair{"s3cret", "is no header"}, std::pair{"X-A:", "has no value"},
        std::pair{": s3cret", "is not the name"}, std::pair{"X A: s3cret", "is not the name"},
        std::pair{"X-A: s3cret\r\nX-B: 1", "has a line break"},
        std::pair{"Authorization: s3cret", "give it with --bearer-token-file"},
        std::pair{"Cookie: s3cret", "--header-file"},
        std::pair{"Connection: s3cret", "of one connection"},
        std::pair{"Host: s3cret", "set by slogate itself"}}) {
    EXPECT_EQ(Check({"--prometheus", "https://p", "--header", header}), 2) << header;
    EXPECT_NE(program_.errors.find(problem), std::string::npos) << program_.errors;
    EXPECT_EQ(program_.errors.find("s3cret"), std::string::npos) << program_.errors;
  }
  EXPECT_EQ(Check({"--prometheus", "https://p", "--header", "X-A: 1", "--header", "x-a: 2"}), 2);
  EXPECT_NE(program_.errors.find("given twice"), std::string::npos) << program_.errors;
}

TEST_F(CheckTest, AllowsHostsByTheirWholeName) {
  struct Case {
    const char* address;
    const char* host;
    bool allowed;
  };
  program_.environment["SLOGATE_BEARER_TOKEN"] = "t";
  for (const Case& one : {Case{"https://p.example.test", "p.example.test", true},
                          Case{"https://p.example.test", "P.Example.TEST", true},
                          Case{"https://p.example.test", "p.example.test:443", true},
                          Case{"https://p.example.test:9090/path", "p.example.test", true},
                          Case{"https://[fd00::1]:9090", "[FD00::1]", true},
                          Case{"https://[fd00::1]:9090", "[fd00::1]:9090", true},
                          Case{"https://p.example.test:9090", "p.example.test:443", false},
                          Case{"https://p.example.test", "example.test", false},
                          Case{"https://p.example.test.evil.test", "p.example.test", false},
                          Case{"https://p", "p.example.test", false}}) {
    std::string& policy = program_.files["policy.yaml"];
    policy = kPolicy;
    const std::string plain = "http://prometheus:9090";
    policy.replace(policy.find(plain), plain.size(), one.address);
    EXPECT_EQ(Check({"--allow-host", one.host}), 0) << program_.errors;
    EXPECT_EQ(program_.source.last_connection()->bearer_token, one.allowed ? "t" : "")
        << one.address << " " << one.host;
  }
}

TEST_F(CheckTest, AnUnsoundPolicyIsNamedByLine) {
  program_.files["policy.yaml"] = "kind: RolloutPolicy\n";
  EXPECT_EQ(Check(), 2);
  EXPECT_NE(program_.errors.find("policy.yaml:1:1: spec: is missing"), std::string::npos);
  EXPECT_EQ(program_.Run({"check", "-f", "gone.yaml"}), 2);
  EXPECT_EQ(program_.errors, "gate check: gone.yaml does not exist\n");
}

}  // namespace
}  // namespace slogate::app

// The examples of examples/ci, run as a runner would, against a real Prometheus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "integration/ci/backfilled_prometheus.h"
#include "integration/ci/ci_runner.h"
#include "places.h"
#include "support/http_server.h"

namespace slogate::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kExamples = SLOGATE_SOURCE_DIR "/examples/ci";
const std::string kAction = kExamples + "/github/slogate-gate/action.yml";
const std::string kWorkflow = kExamples + "/github/deploy.yml";

// `prometheus`: the address in the file; empty: none.
std::string SloOf(const std::string& service, const std::string& prometheus = "") {
  const std::string address =
      prometheus.empty() ? "" : "\n  prometheus: {address: '" + prometheus + "'}";
  return R"(apiVersion: slogate.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: )" +
         service + R"(
spec:
  service: )" +
         service + address + R"(
  window: 1d
  objectives:
    - name: availability
      dimension: availability
      target: 99
      indicator:
        counters:
          total: http_requests_total{service=")" +
         service + R"("}
          bad: http_requests_total{service=")" +
         service + R"(",code="500"}
)";
}

class CiTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    prometheus_ = std::make_unique<BackfilledPrometheus>(std::vector<BackfilledService>{
        {"healthy", 0.001, 0.001}, {"exhausted", 0.02, 0.001}, {"burning", 0.0001, 0.2}});
  }
  static void TearDownTestSuite() { prometheus_.reset(); }

  CiTest() : runner_(SLOGATE_GATE) {}

  void PutSlo(const std::string& service) {
    runner_.Put("slos/team/" + service + ".yaml", SloOf(service));
  }

  StepResult RunAction(Texts inputs) {
    inputs.try_emplace("files", "slos/**/*.yaml");
    inputs.try_emplace("prometheus", prometheus_->address());
    return runner_.RunAction(kAction, inputs);
  }

  StepResult RunGitlab(Texts variables, const std::string& shell = "bash") {
    variables.try_emplace("SLOGATE_PROMETHEUS", prometheus_->address());
    variables.try_emplace("SLOGATE_WAIT", "");
    return runner_.RunGitlabJob(kExamples + "/gitlab", "budgets", variables, shell);
  }

  static std::unique_ptr<BackfilledPrometheus> prometheus_;
  Runner runner_;
};

std::unique_ptr<BackfilledPrometheus> CiTest::prometheus_;

TEST_F(CiTest, GithubLetsAHealthyServiceOut) {
  PutSlo("healthy");
  const StepResult result = RunAction({});
  EXPECT_EQ(result.exit_code, 0) << result.log;
  EXPECT_EQ(result.outputs.at("verdict"), "Pass");
  EXPECT_EQ(result.outputs.at("exit-code"), "0");
  EXPECT_THAT(result.log, Not(HasSubstr("::error")));
  EXPECT_THAT(result.summary,
              AllOf(StartsWith("### Deploy gate: "), HasSubstr("healthy/availability")));
}

TEST_F(CiTest, GithubBlocksAnExhaustedBudgetWhereItWasPromised) {
  PutSlo("exhausted");
  PutSlo("healthy");
  const StepResult result = RunAction({});
  EXPECT_EQ(result.exit_code, 1) << result.log;
  EXPECT_EQ(result.outputs.at("verdict"), "Blocked");
  EXPECT_THAT(result.log, HasSubstr("\n::error file=slos/team/exhausted.yaml,line=9,"
                                    "title=exhausted/availability::Blocked: "));
  EXPECT_THAT(result.summary, HasSubstr("### Deploy gate: Blocked"));
  EXPECT_THAT(ReadFile(result.outputs.at("report")), HasSubstr("| exhausted/availability |"));
}

TEST_F(CiTest, GithubBlocksABurningBudgetAndLetsAnEmergencyOutWithAWarning) {
  PutSlo("burning");
  const StepResult blocked = RunAction({});
  EXPECT_EQ(blocked.exit_code, 1) << blocked.log;
  const StepResult let_out = RunAction({{"priority", "Emergency"}});
  EXPECT_EQ(let_out.exit_code, 0) << let_out.log;
  EXPECT_THAT(let_out.log, HasSubstr("\n::warning file=slos/team/burning.yaml"));
  EXPECT_EQ(RunAction({{"priority", "Emergency"}, {"fail-on", "warn"}}).exit_code, 1);
}

TEST_F(CiTest, GithubTellsNoDataFromADeadPrometheus) {
  PutSlo("unheard-of");
  const StepResult silent = RunAction({});
  EXPECT_EQ(silent.exit_code, 3) << silent.log;
  EXPECT_EQ(silent.outputs.at("verdict"), "NoData");
  const std::string nobody = "http://127.0.0.1:" + std::to_string(FreePort());
  const StepResult dead = RunAction({{"prometheus", nobody}, {"bearer-token", "s3cret"}});
  EXPECT_EQ(dead.exit_code, 4) << dead.log;
  EXPECT_EQ(dead.outputs.at("verdict"), "SourceUnavailable");
  EXPECT_THAT(dead.log, AllOf(HasSubstr(nobody.substr(7)), Not(HasSubstr("s3cret"))));
  const StepResult passed = RunAction({{"prometheus", nobody}, {"unknown", "pass"}});
  EXPECT_EQ(passed.exit_code, 0) << passed.log;
  EXPECT_THAT(passed.log, HasSubstr("::warning title=Deploy gate::SourceUnavailable"));
}

TEST_F(CiTest, GithubSaysWhatIsWrongWithAFile) {
  runner_.Put("slos/team/wrong.yaml", "kind: ServiceLevelObjective\n");
  const StepResult result = RunAction({});
  EXPECT_EQ(result.exit_code, 2) << result.log;
  EXPECT_THAT(result.log, HasSubstr("slos/team/wrong.yaml:"));
  EXPECT_EQ(RunAction({{"files", "nothing/*.yaml"}}).exit_code, 2);
}

TEST_F(CiTest, GithubDownloadsGateAndChecksWhatItGot) {
  PutSlo("healthy");
  runner_.HideGate();
  runner_.Put("gate", "#!/bin/sh\necho downloaded \"$@\"\n");
  const std::string url = "file://" + runner_.File("gate");
  const std::string sum = "0000000000000000000000000000000000000000000000000000000000000000";
  const StepResult forged = RunAction({{"gate-url", url}, {"gate-sha256", sum}});
  EXPECT_NE(forged.exit_code, 0);
  EXPECT_THAT(forged.log, Not(HasSubstr("downloaded")));
}

TEST_F(CiTest, WorkflowBlocksTheDeployAndCommentsOnce) {
  PutSlo("exhausted");
  Texts contexts{{"vars.PROMETHEUS_URL", prometheus_->address()},
                 {"vars.GATE_WAIT", "2s"},
                 {"secrets.PROMETHEUS_TOKEN", ""},
                 {"github.event_name", "pull_request"},
                 {"github.event.pull_request.number", "17"},
                 {"github.repository", "team/shop"},
                 {"github.token", "t0ken"}};
  const StepResult result = runner_.RunWorkflowJob(kWorkflow, "gate", kAction, contexts);
  EXPECT_EQ(result.exit_code, 1) << result.log;
  EXPECT_THAT(result.log, AllOf(HasSubstr("exhausted is valid"),
                                HasSubstr("gate check: not yet: exhausted/availability")));

  // What the artifact brings to the next job.
  runner_.Put("slogate-report.md", ReadFile(result.outputs.at("report")));
  runner_.PutProgram("gh", "#!/bin/sh\necho gh \"$@\" >&2\n");
  const StepResult first = runner_.RunWorkflowJob(kWorkflow, "comment", kAction, contexts);
  EXPECT_EQ(first.exit_code, 0) << first.log;
  EXPECT_THAT(first.log, HasSubstr("gh pr comment 17 --body-file comment.md"));
  EXPECT_THAT(ReadFile(runner_.File("comment.md")),
              StartsWith("<!-- slogate-gate -->\n### Deploy gate: Blocked"));

  runner_.PutProgram("gh",
                     "#!/bin/sh\necho gh \"$@\" >&2\n[ \"$3\" != --paginate ] || echo 4711\n");
  const StepResult second = runner_.RunWorkflowJob(kWorkflow, "comment", kAction, contexts);
  EXPECT_EQ(second.exit_code, 0) << second.log;
  EXPECT_THAT(
      second.log,
      HasSubstr("gh api --method PATCH repos/team/shop/issues/comments/4711 --field body="));
}

TEST_F(CiTest, WorkflowSaysWhatIsWrongWithAFileAndAsksAllTheSame) {
  runner_.Put("slos/team/wrong.yaml", "kind: ServiceLevelObjective\n");
  const StepResult result = runner_.RunWorkflowJob(
      kWorkflow, "gate", kAction, {{"vars.PROMETHEUS_URL", prometheus_->address()}});
  EXPECT_EQ(result.exit_code, 2) << result.log;
  EXPECT_EQ(result.outputs.at("exit-code"), "2");
}

TEST_F(CiTest, GitlabPassesAndBlocksWithItsReports) {
  PutSlo("healthy");
  const StepResult passed = RunGitlab({});
  EXPECT_EQ(passed.exit_code, 0) << passed.log;
  EXPECT_EQ(nlohmann::json::parse(ReadFile(runner_.File("gl-code-quality-report.json"))).size(),
            0U);
  PutSlo("exhausted");
  const StepResult blocked = RunGitlab({});
  EXPECT_EQ(blocked.exit_code, 1) << blocked.log;
  const auto issues = nlohmann::json::parse(ReadFile(runner_.File("gl-code-quality-report.json")));
  ASSERT_GE(issues.size(), 1U);
  EXPECT_EQ(issues[0]["location"]["path"], "slos/team/exhausted.yaml");
  EXPECT_EQ(issues[0]["location"]["lines"]["begin"], 9);
  EXPECT_EQ(issues[0]["severity"], "blocker");
  EXPECT_THAT(
      ReadFile(runner_.File("slogate-junit.xml")),
      AllOf(HasSubstr("tests=\"2\" failures=\"1\""), HasSubstr("<failure type=\"Blocked\"")));
  EXPECT_THAT(ReadFile(runner_.File("slogate.md")), HasSubstr("### Deploy gate: Blocked"));
  EXPECT_THAT(blocked.log, HasSubstr("Blocked: a change of priority Normal must not go out"));
}

TEST_F(CiTest, GitlabNeedsNoMoreThanAPosixShell) {
  PutSlo("exhausted");
  const StepResult result = RunGitlab({{"SLOGATE_PRIORITY", "Emergency"}}, "sh");
  EXPECT_EQ(result.exit_code, 0) << result.log;
  EXPECT_EQ(RunGitlab({{"SLOGATE_FILES", "slos/team/exhausted.yaml\nslos"}}, "sh").exit_code, 2);
}

TEST_F(CiTest, ShellRunsTheDeployOnlyWhenItMay) {
  const auto run = [&](const std::string& service) {
    runner_.Put("go", "#!/bin/sh\necho deployed\n");
    std::filesystem::permissions(runner_.File("go"), std::filesystem::perms::owner_all);
    PutSlo(service);
    const std::string script =
        kExamples + "/shell/deploy-if-allowed slos/team/" + service + ".yaml ./go\n";
    return runner_.RunShell(script, {{"PROMETHEUS_URL", prometheus_->address()}});
  };
  const StepResult healthy = run("healthy");
  EXPECT_EQ(healthy.exit_code, 0) << healthy.log;
  EXPECT_THAT(healthy.log, HasSubstr("deployed"));
  const StepResult exhausted = run("exhausted");
  EXPECT_EQ(exhausted.exit_code, 1) << exhausted.log;
  EXPECT_THAT(exhausted.log, Not(HasSubstr("deployed")));
  EXPECT_TRUE(runner_.Exists("junit.xml"));
}

// Anyone who can change a file can name an address in it.
class CiTokenTest : public ::testing::Test {
 protected:
  CiTokenTest() : runner_(SLOGATE_GATE) { runner_.Put("slos/a.yaml", SloOf("a", server_.url())); }

  std::string Host() const { return "127.0.0.1:" + std::to_string(server_.port()); }

  std::string Authorization() { return HeaderOf("authorization"); }

  // What came as this header since the last call; each request has the same.
  std::string HeaderOf(const std::string& name) {
    const std::vector<HttpRequest> requests = server_.requests();
    std::set<std::string> seen;
    for (; counted_ < requests.size(); ++counted_) {
      const auto found = requests[counted_].headers.find(name);
      seen.insert(found == requests[counted_].headers.end() ? "" : found->second);
    }
    return seen.size() == 1 ? *seen.begin() : "asked in " + std::to_string(seen.size()) + " ways";
  }

  HttpServer server_{Answer(401, "no")};
  Runner runner_;
  std::size_t counted_ = 0;
};

TEST_F(CiTokenTest, GithubSendsItToAllowedHostsAlone) {
  Texts inputs{{"files", "slos"}, {"bearer-token", "s3cret"}};
  const StepResult withheld = runner_.RunAction(kAction, inputs);
  EXPECT_EQ(withheld.exit_code, 4) << withheld.log;
  EXPECT_THAT(withheld.log, HasSubstr("--allow-host " + Host()));
  EXPECT_EQ(Authorization(), "");
  inputs["allow-hosts"] = "prometheus.example.test\n" + Host();
  runner_.RunAction(kAction, inputs);
  EXPECT_EQ(Authorization(), "Bearer s3cret");
}

TEST_F(CiTokenTest, GitlabSendsItToAllowedHostsAlone) {
  Texts variables{{"SLOGATE_FILES", "slos"},
                  {"SLOGATE_PROMETHEUS", ""},
                  {"SLOGATE_WAIT", ""},
                  {"SLOGATE_BEARER_TOKEN", "s3cret"}};
  const auto run = [&](const std::string& shell) {
    return runner_.RunGitlabJob(kExamples + "/gitlab", "budgets", variables, shell);
  };
  const StepResult withheld = run("bash");
  EXPECT_EQ(withheld.exit_code, 4) << withheld.log;
  EXPECT_EQ(Authorization(), "");
  variables["SLOGATE_ALLOW_HOSTS"] = "prometheus.example.test\n" + Host();
  for (const char* const shell : {"bash", "sh"}) {
    run(shell);
    EXPECT_EQ(Authorization(), "Bearer s3cret") << shell;
  }
}

TEST_F(CiTokenTest, GithubSendsHeadersToAllowedHostsAlone) {
  Texts inputs{{"files", "slos"}, {"headers", "X-Scope-OrgID: shop\nX-Key: s3cret"}};
  const StepResult refused = runner_.RunAction(kAction, inputs);
  EXPECT_EQ(refused.exit_code, 2) << refused.log;
  inputs["prometheus"] = server_.url();
  const StepResult sent = runner_.RunAction(kAction, inputs);
  EXPECT_THAT(refused.log + sent.log, Not(HasSubstr("s3cret")));
  EXPECT_EQ(HeaderOf("x-key"), "s3cret");
  inputs["allow-hosts"] = Host();
  inputs.erase("prometheus");
  runner_.RunAction(kAction, inputs);
  EXPECT_EQ(HeaderOf("x-scope-orgid"), "shop");
}

TEST_F(CiTokenTest, GitlabSendsHeadersOfAFile) {
  runner_.Put("headers", "X-Scope-OrgID: shop\n");
  for (const char* const shell : {"bash", "sh"}) {
    runner_.RunGitlabJob(kExamples + "/gitlab", "budgets",
                         {{"SLOGATE_FILES", "slos"},
                          {"SLOGATE_PROMETHEUS", server_.url()},
                          {"SLOGATE_WAIT", ""},
                          {"SLOGATE_HEADER_FILE", runner_.File("headers")}},
                         shell);
    EXPECT_EQ(HeaderOf("x-scope-orgid"), "shop") << shell;
  }
}

TEST_F(CiTokenTest, ShellSendsHeadersOfAFile) {
  runner_.Put("headers", "X-Scope-OrgID: shop\n");
  runner_.RunShell(kExamples + "/shell/deploy-if-allowed slos true\n",
                   {{"PROMETHEUS_URL", server_.url()}, {"HEADER_FILE", runner_.File("headers")}});
  EXPECT_EQ(HeaderOf("x-scope-orgid"), "shop");
}

TEST_F(CiTokenTest, ShellSendsItToTheAllowedHostAlone) {
  const std::string script = kExamples + "/shell/deploy-if-allowed slos true\n";
  Texts environment{{"SLOGATE_BEARER_TOKEN", "s3cret"}};
  EXPECT_EQ(runner_.RunShell(script, environment).exit_code, 4);
  EXPECT_EQ(Authorization(), "");
  environment["ALLOW_HOST"] = Host();
  runner_.RunShell(script, environment);
  EXPECT_EQ(Authorization(), "Bearer s3cret");
}

}  // namespace
}  // namespace slogate::testing

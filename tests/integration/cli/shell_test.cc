// The program as shells and kubectl run it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "places.h"
#include "support/http_server.h"

namespace slogate::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Ran {
  int code = -1;
  std::string output;
};

class ShellTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "shell_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ + "/bin");
    std::filesystem::create_symlink(SLOGATE_GATE, folder_ + "/bin/gate");
    std::filesystem::create_symlink("gate", folder_ + "/bin/kubectl-gate");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Runs a script of its own in `shell`, where gate and kubectl-gate are on the PATH.
  Ran Run(const std::string& shell, const std::string& script) const {
    const std::string file = folder_ + "/script";
    std::ofstream(file) << script;
    const std::string line = "cd " + folder_ + " && PATH=" + folder_ +
                             "/bin:$PATH HOME=" + folder_ + " " + shell + " " + file + " 2>&1";
    FILE* const pipe = popen(line.c_str(), "r");
    if (pipe == nullptr) return {};
    Ran ran;
    std::array<char, 4096> buffer{};
    for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
      ran.output.append(buffer.data(), n);
    }
    const int status = pclose(pipe);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
  }

  // What bash offers for the last of `words`.
  std::vector<std::string> Offered(const std::string& words) const {
    const Ran ran = Run("bash",
                        "set -u\nsource <(gate completion bash)\ncompopt() { :; }\n"
                        "COMP_WORDS=(" +
                            words +
                            ")\n"
                            "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_gate\n"
                            "printf '%s\\n' \"${COMPREPLY[@]}\"\n");
    EXPECT_EQ(ran.code, 0) << ran.output;
    std::vector<std::string> offered;
    std::istringstream lines(ran.output);
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) offered.push_back(line);
    }
    return offered;
  }

  std::string folder_;
};

TEST_F(ShellTest, BashCompletesCommandsFlagsAndValues) {
  EXPECT_THAT(Offered("gate ''"), Contains("status"));
  EXPECT_THAT(Offered("gate ''"), Not(Contains("docs")));
  EXPECT_THAT(Offered("gate va"), ElementsAre("validate"));
  EXPECT_THAT(Offered("gate check --loo"), ElementsAre("--lookback"));
  EXPECT_THAT(Offered("gate demo -o ''"), ElementsAre("text", "json"));
  EXPECT_THAT(Offered("gate check --output = j"), ElementsAre("json", "junit"));
  EXPECT_THAT(Offered("gate demo --output ="), ElementsAre("text", "json"));
  EXPECT_THAT(Offered("gate completion f"), ElementsAre("fish"));
  EXPECT_THAT(Offered("gate check --lookback ''"), ElementsAre());
}

TEST_F(ShellTest, BashCompletesFiles) {
  std::ofstream(folder_ + "/policy one.yaml") << "";
  EXPECT_THAT(Offered("gate check -f pol"), ElementsAre("policy one.yaml"));
  EXPECT_THAT(Offered("gate validate pol"), ElementsAre("policy one.yaml"));
}

TEST_F(ShellTest, BashCompletesPoliciesOfTheNamespaceAndTakesNoOrders) {
  HttpServer server(Answer(200, R"json({"kind":"RolloutPolicyList","metadata":{},"items":[
      {"metadata":{"name":"shop","namespace":"east","uid":"1","resourceVersion":"1"},"spec":{}},
      {"metadata":{"name":"$(touch owned)","namespace":"east","uid":"2","resourceVersion":"1"},
       "spec":{}},
      {"metadata":{"name":"till","namespace":"east","uid":"3","resourceVersion":"1"},
       "spec":{}}]})json"));
  std::ofstream(folder_ + "/config")
      << "current-context: c\n"
         "clusters: [{name: k, cluster: {server: '"
      << server.url() << "'}}]\ncontexts: [{name: c, context: {cluster: k}}]\n";
  EXPECT_THAT(Offered("gate status --kubeconfig = config -n east ''"), ElementsAre("shop", "till"));
  EXPECT_THAT(server.requests().at(0).target, HasSubstr("/namespaces/east/rolloutpolicies"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/owned"));
}

TEST_F(ShellTest, WithoutAClusterNothingIsOffered) {
  EXPECT_THAT(Offered("gate status --kubeconfig nowhere ''"), ElementsAre());
}

TEST_F(ShellTest, ZshReadsItsScriptAndOffersCommandsValuesAndFiles) {
  const Ran ran = Run("zsh -f",
                      "autoload -Uz compinit && compinit -D\n"
                      "source <(gate completion zsh) || exit 1\n"
                      "[ \"$_comps[gate]\" = _gate ] || exit 2\n"
                      "_files() { print files; }\n"
                      "compset() { :; }\n"
                      "_describe() { print -l -- ${(P)2}; }\n"
                      "words=(gate ''); CURRENT=2; _gate\n"
                      "words=(gate check --output ''); CURRENT=4; _gate\n"
                      "words=(gate check --o); CURRENT=3; _gate\n"
                      "words=(gate check -f ''); CURRENT=4; _gate\n"
                      "words=(gate check --lookback ''); CURRENT=4; _gate\n");
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("validate:Say what is wrong"));
  EXPECT_THAT(ran.output, HasSubstr("\njunit:table, json, junit, github, gitlab or markdown\n"));
  EXPECT_THAT(ran.output, HasSubstr("\n--lookback:Of a policy: how far back"));
  EXPECT_TRUE(ran.output.ends_with("\nfiles\n\n")) << ran.output;
}

TEST_F(ShellTest, FishReadsItsScriptAndOffersFlagsValuesAndFiles) {
  std::ofstream(folder_ + "/policy one.yaml") << "";
  const Ran ran = Run("fish --no-config",
                      "gate completion fish | source; or exit 1\n"
                      "complete -C 'gate check --lo'\n"
                      "complete -C 'gate check -o '\ncomplete -C 'gate va'\n"
                      "complete -C 'gate check --output=ju'\n"
                      "complete -C 'gate check -f pol'\ncomplete -C 'gate check --file=pol'\n"
                      "complete -C 'gate check --lookback '\n");
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("--lookback\tOf a policy: how far back"));
  EXPECT_THAT(ran.output, HasSubstr("\njson\ttable, json, junit"));
  EXPECT_THAT(ran.output, HasSubstr("validate\tSay what is wrong"));
  EXPECT_THAT(ran.output, HasSubstr("\n--output=junit\ttable, json, junit"));
  EXPECT_TRUE(ran.output.ends_with("\npolicy one.yaml\n--file=policy one.yaml\n")) << ran.output;
}

TEST_F(ShellTest, KubectlRunsItAsAPlugin) {
  const Ran version = Run("sh", "kubectl gate version");
  EXPECT_EQ(version.code, 0) << version.output;
  EXPECT_THAT(version.output, HasSubstr("gate "));
  const Ran help = Run("sh", "kubectl gate check --help");
  EXPECT_THAT(help.output, HasSubstr("Usage: kubectl gate check -f FILE [flags]"));
  EXPECT_THAT(help.output, HasSubstr("\n  kubectl gate check -f policy.yaml"));
  const Ran wrong = Run("sh", "kubectl gate chek");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.output, HasSubstr("kubectl gate: unknown command chek; did you mean check? "
                                      "(see kubectl gate --help)"));
}

TEST_F(ShellTest, TheManPageIsSound) {
  const Ran ran =
      Run("sh", "gate docs --format man > gate.1 && groff -man -ww -Tascii -P-cbou gate.1");
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("gate - decide whether"));
  EXPECT_THAT(ran.output, HasSubstr("gate check -f policy.yaml --lookback 1h"));
  EXPECT_THAT(ran.output, Not(HasSubstr(": warning:")));
}

TEST_F(ShellTest, AloneItServesAsWell) {
  std::filesystem::copy_file(SLOGATE_GATE, folder_ + "/alone");
  const Ran run = Run("sh", "KUBECONFIG=/dev/null ./alone run");
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.output, HasSubstr("gate run: "));
  const Ran demo = Run("sh", "./alone demo --prometheus ./none");
  EXPECT_EQ(demo.code, 2);
  EXPECT_THAT(demo.output, HasSubstr("./none not found"));
}

TEST_F(ShellTest, OutputThatNobodyGetsIsNoSuccessUnlessTheReaderLeft) {
  const Ran full = Run("sh", "gate docs > /dev/full");
  EXPECT_EQ(full.code, 2);
  EXPECT_EQ(full.output, "gate: standard output could not be written; is the disk full?\n");
  const Ran left = Run("bash", "set -o pipefail; gate docs | head -1 > /dev/null");
  EXPECT_EQ(left.code, 0);
  EXPECT_EQ(left.output, "");
}

TEST_F(ShellTest, CommandsThatServeKeepTheNameTheyWereCalledBy) {
  const Ran help = Run("sh", "kubectl-gate run --help");
  EXPECT_EQ(help.code, 0) << help.output;
  EXPECT_THAT(help.output, HasSubstr("kubectl gate run"));
}

}  // namespace
}  // namespace slogate::testing

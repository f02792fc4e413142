// scripts/playground as a person uses it: paste the line, release, ask with kubectl and gate,
// Ctrl-C.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "places.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr auto kUntilStarted = 180s;
constexpr auto kUntilDone = 300s;
constexpr auto kUntilStopped = 30s;

struct Ran {
  int code = -1;
  std::string output;

  friend std::ostream& operator<<(std::ostream& out, const Ran& ran) {
    return out << "exit code " << ran.code << ": " << ran.output;
  }
};

class PlaygroundTest : public ::testing::Test {
 protected:
  PlaygroundTest() { fs::create_directory(Temporary()); }

  // Where the playground makes all its files.
  std::string Temporary() const { return folder_.File("tmp"); }

  void Start() {
    fs::remove(folder_.File("playground.log"));
    const fs::path program = fs::path(SLOGATE_GATE).parent_path() / "playground";
    playground_ = Process::Start({.arguments = {program.string()},
                                  .environment = {{"TMPDIR", Temporary()}},
                                  .log_path = folder_.File("playground.log")});
  }

  bool AwaitOutput(const std::string& text) {
    return Await([&] { return Output().find(text) != std::string::npos || !playground_.Running(); },
                 kUntilStarted) &&
           playground_.Running();
  }

  std::string Output() const { return ReadFile(folder_.File("playground.log")); }

  // Starts a line of bash in the root of the sources, after the line to paste if there is one.
  Process InShell(const std::string& line, const std::string& log) const {
    const std::string output = fs::exists(folder_.File("playground.log")) ? Output() : "";
    const std::size_t begin = output.find("export KUBECONFIG=");
    const std::string pasted =
        begin == std::string::npos ? "" : output.substr(begin, output.find('\n', begin) - begin);
    return Process::Start(
        {.arguments = {"bash", "-c",
                       std::string("cd '") + SLOGATE_SOURCE_DIR + "'\n" + pasted + "\n" + line},
         .environment = {},
         .log_path = log});
  }

  Ran Run(const std::string& line) {
    const std::string log = folder_.File("run-" + std::to_string(next_log_++));
    Process process = InShell(line, log);
    const int code = process.Wait(kUntilDone).value_or(-1);
    return {code, ReadFile(log)};
  }

  void ExpectRuns(const std::string& line) {
    const Ran ran = Run(line);
    EXPECT_EQ(ran.code, 0) << line << ": " << ran.output;
  }

  void ExpectPhase(const std::string& phase) {
    ExpectRuns("kubectl wait rp web --timeout=60s --for=jsonpath='{.status.phase}'=" + phase);
  }

  // Of the policy's status.
  std::string Status(const std::string& field) {
    return Run("kubectl get rp web -o jsonpath='{.status." + field + "}'").output;
  }

  // Processes that name a file of the playground in their command line.
  int Processes() const {
    int found = 0;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      std::ifstream file(entry.path() / "cmdline");
      const std::string line{std::istreambuf_iterator<char>(file), {}};
      if (line.find(Temporary()) != std::string::npos) ++found;
    }
    return found;
  }

  void ExpectStopsOnCtrlC() {
    ASSERT_GT(playground_.pid(), 0);
    kill(-playground_.pid(), SIGINT);  // the group, as a terminal does
    EXPECT_EQ(playground_.Wait(kUntilStopped), std::optional<int>(0)) << Output();
    EXPECT_EQ(Processes(), 0);
    EXPECT_TRUE(fs::is_empty(Temporary()))
        << fs::directory_iterator(Temporary())->path() << " is left";
  }

 private:
  TemporaryFolder folder_{"slogate-playground-test"};
  Process playground_;
  int next_log_ = 1;
};

TEST_F(PlaygroundTest, ServesReleasesPeopleAndCtrlC) {
  Start();
  ASSERT_TRUE(AwaitOutput("Ctrl-C")) << Output();
  EXPECT_GE(Processes(), 5);  // etcd, two of Kubernetes, Prometheus, gate
  const std::string seen = Temporary() + "-watch";
  Process watch = InShell("kubectl get rp -w", seen);

  ExpectRuns("scripts/playground release good");
  ExpectPhase("Progressing");
  ExpectRuns("gate pause web --wait 60s");
  EXPECT_EQ(Status("reason"), "PausedByPerson");
  EXPECT_THAT(Run("gate status web").output, HasSubstr("PausedByPerson"));
  ExpectRuns("gate resume web --wait 60s");
  ExpectRuns("gate promote web --full --wait 60s");
  ExpectPhase("Promoted");

  ExpectRuns("scripts/playground release errors");
  ExpectPhase("RolledBack");
  EXPECT_EQ(Status("failedObjectives"), R"(["availability"])");

  ExpectRuns("scripts/playground release good");
  ExpectPhase("Progressing");
  ExpectRuns("gate abort web --wait 60s");
  EXPECT_EQ(Status("phase"), "RolledBack");
  EXPECT_EQ(Status("rejectedReason"), "AbortedByPerson");

  // The four commands of docs/get-started/demo.md, from a service without a policy to a verdict.
  const std::string file = Temporary() + "-shop.yaml";
  ExpectRuns("gate init shop -n shop --prometheus $PROMETHEUS -f " + file);
  ExpectRuns("kubectl apply -f " + file);
  ExpectRuns(
      "kubectl patch httproute shop -n shop --type json "
      "--patch \"$(gate init shop -n shop --patch-route)\"");
  ExpectRuns("scripts/playground release errors shop");
  ExpectRuns(
      "kubectl wait rp shop -n shop --timeout=270s --for=jsonpath='{.status.phase}'=RolledBack");
  EXPECT_THAT(Run("kubectl get rp shop -n shop -o jsonpath='{.status.failedObjectives}'").output,
              HasSubstr("availability"));

  EXPECT_TRUE(watch.Running());
  watch.Kill();
  EXPECT_THAT(ReadFile(seen), AllOf(StartsWith("NAME"), HasSubstr("Progressing"),
                                    HasSubstr("Promoted"), HasSubstr("RolledBack")));
  ExpectStopsOnCtrlC();
}

TEST_F(PlaygroundTest, CtrlCWhileItStartsLeavesNothing) {
  for (const char* const part : {"starting etcd", "starting Prometheus"}) {
    Start();
    ASSERT_TRUE(AwaitOutput(part)) << Output();
    ExpectStopsOnCtrlC();
  }
}

TEST_F(PlaygroundTest, TheScriptRefusesWhatItDoesNotKnowInOneLine) {
  for (const char* const wrong :
       {"--wrong", "--no-install more", "release", "release nice", "release good none"}) {
    const Ran ran = Run(std::string("scripts/playground ") + wrong);
    EXPECT_EQ(ran.code, 2) << wrong;
    EXPECT_THAT(ran.output, StartsWith("playground: ")) << wrong;
    EXPECT_EQ(ran.output.find('\n'), ran.output.size() - 1) << wrong << ": " << ran.output;
  }
  EXPECT_THAT(Run("scripts/playground --help").output, HasSubstr("usage: scripts/playground"));
}

TEST_F(PlaygroundTest, NothingIsReleasedToAnotherCluster) {
  const Ran ran = Run("KUBECONFIG=/dev/null scripts/playground release good");
  EXPECT_EQ(ran.code, 1) << ran;
  EXPECT_THAT(ran.output, HasSubstr("not that of a playground")) << ran;
}

}  // namespace
}  // namespace slogate::testing

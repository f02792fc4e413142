// `gate demo` as a person runs it: right ends, and nothing left behind however it ends.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/cli/terminal/span.h"
#include "integration/demo/terminal_process.h"
#include "places.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kLongestDemo = 90s;
constexpr auto kUntilStarted = 60s;
constexpr auto kUntilStopped = 20s;

bool Mentions(const std::filesystem::path& file, const std::string& text) {
  std::ifstream stream(file, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(stream),
                            std::istreambuf_iterator<char>()};
  return content.find(text) != std::string::npos;
}

// Whatever a demo writes is below a folder of the test's own, and every process that it starts has
// that folder's name in its environment.
class DemoTest : public ::testing::Test {
 protected:
  Process Start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {SLOGATE_GATE, "demo"});
    return Process::Start(
        {.arguments = arguments, .environment = {{"TMPDIR", Temporary()}}, .log_path = Output()});
  }

  std::string Temporary() {
    const std::string path = folder_.File("tmp");
    std::filesystem::create_directory(path);
    return path;
  }
  std::string Output() const { return folder_.File("output"); }
  bool Says(const std::string& text) const { return Mentions(Output(), text); }

  void ExpectNothingLeft() {
    EXPECT_TRUE(std::filesystem::is_empty(Temporary())) << "files are left in TMPDIR";
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const std::string pid = entry.path().filename();
      if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
      EXPECT_FALSE(Mentions(entry.path() / "environ", folder_.path())) << "process " << pid;
    }
  }

  TemporaryFolder folder_{"slogate-demo-test"};
};

TEST_F(DemoTest, SixReleasesEndRightAndNothingIsLeft) {
  Process demo = Start({"--output", "json"});
  ASSERT_EQ(demo.Wait(kLongestDemo), 0) << ReadFile(Output());
  const json result = json::parse(ReadFile(Output()), nullptr, false);
  ASSERT_TRUE(result.is_array()) << ReadFile(Output());
  ASSERT_EQ(result.size(), 6u);
  for (const json& one : result) {
    EXPECT_TRUE(one.at("right").get<bool>()) << one;
    EXPECT_GT(one.at("seconds").get<double>(), 0) << one;
    EXPECT_GT(one.at("bad_requests_by_canary").get<int>(), 0) << one;
  }
  EXPECT_EQ(result[0].at("phase"), "Promoted");
  EXPECT_EQ(result[1].at("failedObjectives"), "availability");
  EXPECT_EQ(result[2].at("failedObjectives"), "latency");
  EXPECT_EQ(result[3].at("failedObjectives"), "quality");
  EXPECT_EQ(result[4].at("phase"), "Promoted");
  EXPECT_EQ(result[5].at("phase"), "Promoted");
  ExpectNothingLeft();
}

TEST_F(DemoTest, CtrlCGivesTheTerminalBack) {
  TerminalProcess demo({SLOGATE_GATE, "demo"}, {"TMPDIR=" + Temporary()});
  const auto drawn = [](const std::string& output) {
    return output.find("step 1 of 3") != std::string::npos;
  };
  ASSERT_TRUE(demo.ReadUntil(drawn, kUntilStarted)) << demo.output();
  demo.Type("\x03");
  EXPECT_EQ(demo.WaitForEnd(kUntilStopped), 130) << demo.output();
  const std::string& output = demo.output();
  const std::size_t taken = output.rfind("\x1b[?1049h");
  ASSERT_NE(taken, std::string::npos);
  EXPECT_NE(output.find("\x1b[?1049l", taken), std::string::npos) << "the screen is not given back";
  EXPECT_NE(output.find("\x1b[?25h", taken), std::string::npos) << "the cursor stays hidden";
  ExpectNothingLeft();
}

TEST_F(DemoTest, APipeGetsPlainLinesOfEightyColumnsAndSigtermEndsIt) {
  Process demo = Start({});
  ASSERT_TRUE(Await([&] { return Says("Promote"); }, kUntilStarted)) << ReadFile(Output());
  demo.Signal(SIGTERM);
  EXPECT_EQ(demo.Wait(kUntilStopped), 130) << ReadFile(Output());
  const std::string text = ReadFile(Output());
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(app::Width(line), 80u) << line;
  ExpectNothingLeft();
}

TEST_F(DemoTest, WithoutPrometheusItSaysWhatToDo) {
  Process demo = Start({"--prometheus", "/nowhere/prometheus"});
  EXPECT_EQ(demo.Wait(kUntilStopped), 2);
  EXPECT_TRUE(Says("apt install prometheus")) << ReadFile(Output());
  ExpectNothingLeft();
}

}  // namespace
}  // namespace slogate::testing

// The demo's tutorial, followed to the letter: every command below "Look inside" is run against a
// demo that is kept.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "docs/pages.h"
#include "places.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kUntilKept = 150s;
constexpr auto kUntilBlockEnds = 120s;
constexpr auto kUntilGone = 30s;

// A person ends a live view by hand, once it shows what they wait for.
constexpr const char* kPerson = R"(set -euo pipefail
watch() {
  command gate "$@" >"$FOLDER/watch" &
  local pid=$!
  for _ in $(seq 900); do
    sed -n '/Progressing/,$p' "$FOLDER/watch" >"$FOLDER/seen"
    if grep -Eq 'RolledBack|Promoted|AwaitingApproval' "$FOLDER/seen"; then break; fi
    sleep 0.1
  done
  kill "$pid"
  grep -Eq 'RolledBack|Promoted|AwaitingApproval' "$FOLDER/seen"
}
gate() {
  case " $* " in
    *' --watch '*) watch "$@" ;;
    *) command gate "$@" ;;
  esac
}
)";

// The rest of the line after `mark`; empty when `text` does not have it.
std::string After(const std::string& text, const std::string& mark) {
  const std::size_t place = text.find(mark);
  if (place == std::string::npos) return "";
  const std::size_t begin = place + mark.size();
  const std::size_t end = text.find('\n', begin);
  return end == std::string::npos ? "" : text.substr(begin, end - begin);
}

// The shell blocks of one chapter.
std::vector<Block> BlocksBelow(const Page& page, const std::string& heading) {
  int first = 0;
  int last = 0;
  for (const Mention& mention : page.headings) {
    if (first != 0 && last == 0) last = mention.line;
    if (mention.text == heading) first = mention.line;
  }
  std::vector<Block> blocks;
  for (const Block& block : page.blocks) {
    if (block.language == "sh" && block.line > first && block.line < last) blocks.push_back(block);
  }
  return blocks;
}

class DemoTutorialTest : public ::testing::Test {
 protected:
  // False when the demo did not come to its end.
  bool Keep() {
    const std::string log = folder_.File("demo.log");
    demo_ = Process::Start({.arguments = {SLOGATE_GATE, "demo", "--keep", "--plain"},
                            .environment = {},
                            .log_path = log});
    return Await(
        [&] {
          kubeconfig_ = After(ReadFile(log), "export KUBECONFIG=");
          return !kubeconfig_.empty() || !demo_.Running();
        },
        kUntilKept, 100ms);
  }

  // What a person types, and what came out of it.
  int Type(const std::string& text, std::string& output) {
    const std::string script = folder_.File("script");
    const std::string log = folder_.File("script.log");
    WriteFile(script, kPerson + text);
    WriteFile(log, "");
    const std::string path = fs::path(SLOGATE_GATE).parent_path().string();
    Process shell = Process::Start({.arguments = {"bash", script},
                                    .environment = {{"KUBECONFIG", kubeconfig_},
                                                    {"FOLDER", folder_.path()},
                                                    {"PATH", path + ":" + std::getenv("PATH")}},
                                    .log_path = log});
    const int code = shell.Wait(kUntilBlockEnds).value_or(-1);
    output = ReadFile(log);
    return code;
  }

  TemporaryFolder folder_{"slogate-tutorial"};
  Process demo_;
  std::string kubeconfig_;
};

TEST_F(DemoTutorialTest, EveryCommandDoesWhatThePageSays) {
  ASSERT_TRUE(Keep());
  ASSERT_FALSE(kubeconfig_.empty()) << ReadFile(folder_.File("demo.log"));
  const Page& page = PageNamed("docs/get-started/demo.md");
  int typed = 0;
  std::string output;
  for (const Block& block : BlocksBelow(page, "Look inside")) {
    if (block.text == "gate demo --keep\n") continue;
    ++typed;
    EXPECT_EQ(Type(block.text, output), 0) << Place(page, block.line) << "\n" << output;
  }
  EXPECT_GE(typed, 3);

  EXPECT_EQ(Type("kubectl get rp good -o jsonpath='{.status.phase} {.status.blamed[0]}'", output),
            0);
  EXPECT_EQ(output, "RolledBack quality");
  EXPECT_EQ(Type("kubectl wait rp/metrics-outage --for=condition=Promoted --timeout=60s\n"
                 "gate events metrics-outage",
                 output),
            0)
      << output;
  EXPECT_NE(output.find("approved by "), std::string::npos) << output;

  demo_.Stop(kUntilGone);
  EXPECT_FALSE(fs::exists(kubeconfig_));
}

}  // namespace
}  // namespace slogate::testing

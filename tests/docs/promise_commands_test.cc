// Commands on examples that need no server do what the page says: they are run.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "docs/pages.h"
#include "docs/shell_lines.h"
#include "places.h"
#include "unit/app/cli/frame/fake_program.h"

namespace slogate::testing {
namespace {

bool Contains(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool RunsAlone(const Words& words) {
  if (words.size() < 4 || words[0] != "gate" || Contains(words, "--prometheus")) return false;
  const bool known = words[1] == "rules" || words[1] == "validate" || words[1] == "dashboard";
  return known && words[2] == "-f" && words[3].starts_with("examples/slo/") &&
         words[3].find('*') == std::string::npos && !Contains(words, "-o") &&
         !Contains(words, "--output");
}

std::string ReadSource(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(std::string(SLOGATE_SOURCE_DIR) + "/" + name, std::ios::binary).rdbuf();
  return text.str();
}

void ExpectPass(const Words& words, const std::string& place) {
  tests::FakeProgram program;
  program.files[words[3]] = ReadSource(words[3]);
  EXPECT_EQ(program.Run({words.begin() + 1, words.end()}), 0) << place << "\n" << program.errors;
  EXPECT_FALSE(program.output.empty()) << place;
}

TEST(PromiseCommandsTest, PassAsShown) {
  int run = 0;
  for (const Page& page : AllPages()) {
    for (const Block& block : page.blocks) {
      if (!block.language.starts_with("sh")) continue;
      for (const Mention& line : ShellLines(block)) {
        const Words words = FirstCommand(line.text);
        if (!RunsAlone(words)) continue;
        ExpectPass(words, Place(page, line.line));
        ++run;
      }
    }
  }
  EXPECT_GT(run, 8);
}

}  // namespace
}  // namespace slogate::testing

// Every gate command that a page shows exists, with the flags it is given.
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "docs/pages.h"
#include "docs/shell_lines.h"
#include "unit/app/cli/frame/fake_program.h"

namespace slogate::testing {
namespace {

// The arguments of gate in a line such as "$ kubectl gate status -w"; absent: gate is not run.
std::optional<Words> GateArguments(std::string line) {
  if (line.starts_with("$ ")) line = line.substr(2);
  const std::size_t piped = line.find("| gate ");
  if (piped != std::string::npos) line = line.substr(piped + 2);
  Words words = FirstCommand(line);
  if (!words.empty() && words[0] == "kubectl") words.erase(words.begin());
  if (words.empty()) return std::nullopt;
  const bool runs = words[0] == "gate" || words[0].ends_with("/gate");
  if (!runs || words.size() < 2 || words[1] == "...") return std::nullopt;
  // The rule called gate, in a table of figures.
  if (std::isdigit(static_cast<unsigned char>(words[1][0])) != 0) return std::nullopt;
  words.erase(words.begin());
  return words;
}

// What --help names: flags and commands as whole words.
std::set<std::string> WordsOf(const std::string& help) {
  std::set<std::string> words;
  std::string word;
  for (const char c : help + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-') {
      word += c;
    } else {
      words.insert(word);
      word.clear();
    }
  }
  return words;
}

class HelpTexts {
 public:
  // Empty when there is no such command.
  const std::set<std::string>& Of(const std::string& command) {
    const auto found = known_.find(command);
    if (found != known_.end()) return found->second;
    const bool exists = program_.Run({command, "--help"}) == 0;
    return known_[command] = exists ? WordsOf(program_.output) : std::set<std::string>();
  }

 private:
  tests::FakeProgram program_;
  std::map<std::string, std::set<std::string>> known_;
};

class DocumentedCommandsTest : public ::testing::Test {
 protected:
  void See(const std::string& line, const std::string& place) {
    const std::optional<Words> arguments = GateArguments(line);
    if (!arguments) return;
    ++seen_;
    const std::string& command = arguments->front();
    if (command.starts_with("-")) return;
    const std::set<std::string>& known = help_.Of(command);
    ASSERT_FALSE(known.empty()) << place << ": gate has no command " << command;
    for (const std::string& argument : *arguments) {
      if (!argument.starts_with("-") || argument == "-") continue;
      const std::string flag = argument.substr(0, argument.find('='));
      EXPECT_TRUE(known.contains(flag)) << place << ": gate " << command << " has no " << flag;
    }
  }

  void SeeBlock(const Page& page, const Block& block) {
    for (const Mention& line : ShellLines(block)) See(line.text, Place(page, line.line));
  }

  HelpTexts help_;
  int seen_ = 0;
};

TEST_F(DocumentedCommandsTest, EveryCommandAndFlagExists) {
  for (const Page& page : AllPages()) {
    for (const Block& block : page.blocks) SeeBlock(page, block);
    for (const Mention& code : page.code) See(code.text, Place(page, code.line));
  }
  EXPECT_GT(seen_, 20);
}

TEST(GateArgumentsTest, AreFoundInLinesOfEveryForm) {
  EXPECT_EQ(GateArguments("gate check -f a.yaml | tee b"), Words({"check", "-f", "a.yaml"}));
  EXPECT_EQ(GateArguments("$ kubectl gate status"), Words({"status"}));
  EXPECT_EQ(GateArguments("kubectl get rp x -o yaml | gate validate -f -"),
            Words({"validate", "-f", "-"}));
  EXPECT_EQ(GateArguments("build/gate run --log-level 'debug x'"),
            Words({"run", "--log-level", "debug x"}));
  EXPECT_EQ(GateArguments("kubectl get pods"), std::nullopt);
  EXPECT_EQ(GateArguments("gate"), std::nullopt);
  EXPECT_EQ(GateArguments("kubectl gate ..."), std::nullopt);
}

}  // namespace
}  // namespace slogate::testing

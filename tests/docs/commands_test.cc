// Every gate command that a page shows exists, with the flags it is given.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <sstream>

#include "docs/pages.h"
#include "unit/app/cli/fake_program.h"

namespace slogate::testing {
namespace {

using Words = std::vector<std::string>;

// Words of a shell line up to the end of its first command; quotes keep a word together.
Words FirstCommand(const std::string& line) {
  Words words;
  std::string word;
  char quote = 0;
  for (const char c : line + " ") {
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ' ' || c == '|' || c == ';' || c == '&' || c == '>' || c == '#') {
      if (!word.empty()) words.push_back(word);
      word.clear();
      if (c != ' ') break;
    } else {
      word += c;
    }
  }
  return words;
}

// The arguments of gate in a line such as "$ kubectl gate status -w"; absent: gate is not run.
std::optional<Words> GateArguments(std::string line) {
  if (line.starts_with("$ ")) line = line.substr(2);
  const std::size_t piped = line.find("| gate ");
  if (piped != std::string::npos) line = line.substr(piped + 2);
  Words words = FirstCommand(line);
  if (!words.empty() && words[0] == "kubectl") words.erase(words.begin());
  if (words.empty()) return std::nullopt;
  const bool runs = words[0] == "gate" || words[0].ends_with("/gate");
  if (!runs || words.size() < 2) return std::nullopt;
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
    std::istringstream lines(block.text);
    std::string line;
    std::string whole;
    for (int number = block.line + 1; std::getline(lines, line); ++number) {
      whole += line;
      if (whole.ends_with("\\")) {
        whole.pop_back();
        continue;
      }
      See(whole, Place(page, number));
      whole.clear();
    }
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
}

}  // namespace
}  // namespace slogate::testing

// What shell lines name is there: files of this repository, and values of the chart.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "docs/pages.h"
#include "docs/shell_lines.h"
#include "places.h"
#include "spec/text/yaml_text.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kRoot = SLOGATE_SOURCE_DIR;

json ChartValues() {
  std::ostringstream text;
  text << std::ifstream(kRoot / "charts/slogate/values.yaml", std::ios::binary).rdbuf();
  return spec::ReadYaml(text.str()).documents.at(0).value;
}

// "/image/tag" for image.tag=tutorial, "/providers" for providers[0].name=main.
json::json_pointer ValueSet(const std::string& assignment) {
  std::string path = "/" + assignment.substr(0, assignment.find_first_of("=[{"));
  for (char& c : path) {
    if (c == '.') c = '/';
  }
  return json::json_pointer(path);
}

bool IsShell(const Block& block) {
  return block.language.starts_with("sh") || block.language.empty();
}

class DocumentedShellTest : public ::testing::Test {
 protected:
  template <typename Check>
  void ForEachCommand(const Check& check) {
    for (const Page& page : AllPages()) {
      for (const Block& block : page.blocks) {
        if (!IsShell(block)) continue;
        for (const Mention& line : ShellLines(block)) {
          check(FirstCommand(line.text), Place(page, line.line));
        }
      }
    }
  }
};

TEST_F(DocumentedShellTest, FilesOfTheRepositoryExist) {
  int files = 0;
  ForEachCommand([&files](const Words& words, const std::string& place) {
    for (const std::string& word : words) {
      for (const char* const folder : {"examples/", "charts/", "crds/", "scripts/"}) {
        if (!word.starts_with(folder)) continue;
        ++files;
        const bool pattern = word.find('*') != std::string::npos;
        const fs::path path = pattern ? fs::path(word).parent_path() : fs::path(word);
        EXPECT_TRUE(fs::exists(kRoot / path)) << place << ": there is no " << path;
      }
    }
  });
  EXPECT_GT(files, 5);
}

TEST_F(DocumentedShellTest, ValuesOfTheChartExist) {
  const json values = ChartValues();
  int set = 0;
  ForEachCommand([&](const Words& words, const std::string& place) {
    if (words.empty() || words[0] != "helm") return;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (words[i] != "--set" && words[i] != "--set-string") continue;
      ++set;
      EXPECT_TRUE(values.contains(ValueSet(words[i + 1])))
          << place << ": the chart has no value " << words[i + 1];
    }
  });
  EXPECT_GT(set, 0);
}

TEST(ShellLinesTest, AreJoinedAndTakenApart) {
  const std::vector<Mention> lines = ShellLines({"sh", "a \\\n  b\nc 'd e' | f\n", 10});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(FirstCommand(lines[0].text), Words({"a", "b"}));
  EXPECT_EQ(FirstCommand(lines[1].text), Words({"c", "d e"}));
  EXPECT_EQ(lines[1].line, 13);
}

}  // namespace
}  // namespace slogate::testing

// One term for one thing, the field's own: none of the words that slogate no longer uses stands in
// its schemas, messages, help or pages.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "places.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;

const std::regex& OldWords() {
  static const std::regex words(
      "\\b(mend|mends|mended|arm|arms|twin|twins|shown no worse|shown to be no worse|shown worse|"
      "ShownWorse|ShownNoWorse|NotWorse|NotYetShown|tenths|blame|blames|blamed|leastDuration|"
      "leastEvents|longestDuration|mostCanaryRestarts|mostSpent|r0|r1|phi|Advise|advises|self-"
      "check|"
      "selfCheck|gone in|standing|told|anew|oftener|put up with|look|looks|looked|sight|sighting|"
      "scatter|scatters|tally|tallies|clump|clumps|piece|pieces|tile|tiles|slot|slots|made-up|"
      "word given|shell that helps)\\b");
  return words;
}

// What must name an old word: the table of new names, formulas, and records of earlier versions.
bool IsAllowed(const std::string& file, const std::string& line) {
  static const std::vector<std::string> kFormulas = {"docs/concepts/statistics.md",
                                                     "docs/concepts/comparator.md"};
  if (file == "src/spec/text/mistake.cc" || file.starts_with("docs/decisions/")) return true;
  static const std::regex kLetters("\\b(r0|r1|phi)\\b");
  if (std::find(kFormulas.begin(), kFormulas.end(), file) == kFormulas.end()) return false;
  return !std::regex_search(std::regex_replace(line, kLetters, ""), OldWords());
}

std::vector<std::string> FilesBelow(const std::string& folder,
                                    const std::vector<std::string>& endings) {
  std::vector<std::string> files;
  const fs::path root(SLOGATE_SOURCE_DIR);
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    const std::string path = entry.path().lexically_relative(root).string();
    const bool wanted = std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) {
      return path.ends_with(ending);
    });
    if (entry.is_regular_file() && wanted) files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Of C++, the texts between quotation marks; of anything else, the line.
std::string Said(const std::string& line, bool is_code) {
  if (!is_code) return line;
  static const std::regex kNothing("^\\s*(//|#include)");
  if (std::regex_search(line, kNothing)) return "";
  static const std::regex kText("\"((?:[^\"\\\\]|\\\\.)*)\"");
  std::string said;
  for (std::sregex_iterator text(line.begin(), line.end(), kText), end; text != end; ++text) {
    said += (*text)[1].str() + "\n";
  }
  return said;
}

void ExpectPlainWords(const std::vector<std::string>& files) {
  ASSERT_FALSE(files.empty());
  for (const std::string& file : files) {
    std::ifstream lines(fs::path(SLOGATE_SOURCE_DIR) / file);
    ASSERT_TRUE(lines) << file;
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      std::smatch word;
      const std::string said = Said(line, file.ends_with(".cc") || file.ends_with(".h"));
      if (!std::regex_search(said, word, OldWords()) || IsAllowed(file, line)) continue;
      ADD_FAILURE() << file << ":" << number << ": \"" << word.str() << "\" in: " << line;
    }
  }
}

TEST(PlainWordsTest, SchemasAndChart) {
  ExpectPlainWords(FilesBelow("crds", {".yaml"}));
  ExpectPlainWords(FilesBelow("charts", {".yaml", ".md", ".json", ".tpl", ".txt"}));
}

// Help texts are messages, too: they are written in src/app/cli.
TEST(PlainWordsTest, Messages) { ExpectPlainWords(FilesBelow("src", {".cc", ".h"})); }

TEST(PlainWordsTest, PagesAndExamples) {
  ExpectPlainWords(FilesBelow("docs", {".md"}));
  ExpectPlainWords(FilesBelow("examples", {".md", ".yaml", ".yml"}));
  ExpectPlainWords({"README.md", "CONTRIBUTING.md", "SECURITY.md"});
}

}  // namespace
}  // namespace slogate::testing

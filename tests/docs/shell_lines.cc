#include "docs/shell_lines.h"

#include <sstream>

namespace slogate::testing {

std::vector<Mention> ShellLines(const Block& block) {
  std::vector<Mention> lines;
  std::istringstream text(block.text);
  std::string line;
  std::string whole;
  for (int number = block.line + 1; std::getline(text, line); ++number) {
    whole += line;
    if (whole.ends_with("\\")) {
      whole.pop_back();
      continue;
    }
    lines.push_back({whole, number});
    whole.clear();
  }
  return lines;
}

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

}  // namespace slogate::testing

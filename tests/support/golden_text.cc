#include "support/golden_text.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "places.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;

// The first line of `text` that a hunk such as "@@ -12,2 +12 @@" changes, or where it adds some.
std::size_t StartOf(const std::string& hunk) {
  std::size_t end = 0;
  const std::size_t first = std::stoul(hunk.substr(4), &end);
  const bool only_adds = hunk.compare(4 + end, 3, ",0 ") == 0;
  return only_adds ? first : first - 1;
}

}  // namespace

std::vector<fs::path> GoldenFolders(const std::string& root) {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(fs::path(SLOGATE_SOURCE_DIR) / root)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::string GoldenName(const fs::path& path) {
  std::string name;
  bool begins_word = true;
  for (const char c : path.string()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool in_word = std::isalnum(byte) != 0;
    if (in_word) name += begins_word ? static_cast<char>(std::toupper(byte)) : c;
    begins_word = !in_word;
  }
  return name;
}

std::string GoldenText(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::string GoldenText(const fs::path& file, const fs::path& base) {
  if (fs::exists(file)) return GoldenText(file);
  if (!fs::exists(file.string() + ".diff")) {
    throw std::runtime_error("neither " + file.string() + " nor its .diff");
  }
  return Changed(GoldenText(base), GoldenText(file.string() + ".diff"));
}

std::string Changed(const std::string& text, const std::string& changes) {
  std::istringstream original(text);
  std::istringstream change(changes);
  std::string result;
  std::string line;
  std::size_t read = 0;
  const auto next = [&] {
    if (!std::getline(original, line)) throw std::runtime_error("changes of a longer text");
    ++read;
  };
  for (std::string step; std::getline(change, step);) {
    if (step.starts_with("@@ -")) {
      while (read < StartOf(step)) {
        next();
        result += line + "\n";
      }
    } else if (step.starts_with('+')) {
      result += step.substr(1) + "\n";
    } else {
      next();
      if (step != "-" + line) throw std::runtime_error("'" + step + "' is no change of: " + line);
    }
  }
  while (std::getline(original, line)) result += line + "\n";
  return result;
}

}  // namespace slogate::testing

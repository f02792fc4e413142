#include "docs/pages.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "places.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;

// As code hosts make them from a heading: lower case, dashes for spaces, other signs dropped.
std::string Fragment(const std::string& heading) {
  std::string fragment;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_') {
      fragment += static_cast<char>(std::tolower(byte));
    } else if (c == ' ') {
      fragment += '-';
    }
  }
  return fragment;
}

void TakeAll(const std::string& line, const std::regex& pattern, int number,
             std::vector<Mention>& mentions) {
  for (std::sregex_iterator it(line.begin(), line.end(), pattern), end; it != end; ++it) {
    mentions.push_back({(*it)[1].str(), number});
  }
}

void ReadProse(const std::string& line, int number, Page& page) {
  static const std::regex code("`([^`]+)`");
  static const std::regex link("\\]\\(([^)\\s]+)\\)");
  static const std::regex heading("^#{1,6} +(.*?)\\s*$");
  TakeAll(line, code, number, page.code);
  TakeAll(std::regex_replace(line, code, "_"), link, number, page.links);
  std::smatch match;
  if (!std::regex_match(line, match, heading)) return;
  std::string text = match[1].str();
  text.erase(std::remove(text.begin(), text.end(), '`'), text.end());
  page.headings.push_back({text, number});
  page.fragments.insert(Fragment(text));
}

std::string WithoutIndent(const std::string& line, std::size_t indent) {
  const std::size_t spaces = std::min(line.find_first_not_of(' '), line.size());
  return line.substr(std::min(indent, spaces));
}

std::vector<Page> ReadAll() {
  const fs::path root = SLOGATE_SOURCE_DIR;
  std::vector<fs::path> paths;
  for (const char* const name : {"README", "CONTRIBUTING", "SECURITY", "CHANGELOG"}) {
    paths.push_back(root / (std::string(name) + ".md"));
  }
  for (const char* const folder : {"docs", "examples", "charts"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() == ".md") paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Page> pages;
  for (const fs::path& path : paths) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    pages.push_back(ReadPage(path.lexically_relative(root).string(), text.str()));
  }
  return pages;
}

}  // namespace

Page ReadPage(const std::string& name, const std::string& text) {
  Page page;
  page.name = name;
  std::istringstream lines(text);
  std::string line;
  bool in_block = false;
  std::size_t indent = 0;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::string bare = WithoutIndent(line, line.size());
    if (bare.starts_with("```")) {
      if (!in_block) {
        indent = line.size() - bare.size();
        page.blocks.push_back({bare.substr(3), "", number});
      }
      in_block = !in_block;
    } else if (in_block) {
      page.blocks.back().text += WithoutIndent(line, indent) + "\n";
    } else {
      ReadProse(line, number, page);
    }
  }
  return page;
}

const std::vector<Page>& AllPages() {
  static const std::vector<Page> pages = ReadAll();
  return pages;
}

const Page& PageNamed(const std::string& name) {
  for (const Page& page : AllPages()) {
    if (page.name == name) return page;
  }
  throw std::runtime_error("there is no page " + name);
}

std::string Place(const Page& page, int line) { return page.name + ":" + std::to_string(line); }

}  // namespace slogate::testing

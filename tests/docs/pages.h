// The pages that people read, taken apart: what they show, run and point to.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace slogate::testing {

// A fenced block: ```<language>[ <note>].
struct Block {
  std::string language;
  std::string text;
  int line = 0;  // of the fence
};

struct Mention {
  std::string text;
  int line = 0;
};

struct Page {
  std::string name;  // path from the root of the source tree
  std::vector<Block> blocks;
  std::vector<Mention> links;       // targets, such as ../README.md#build
  std::vector<Mention> code;        // `spans` outside of blocks
  std::vector<Mention> headings;    // their text
  std::set<std::string> fragments;  // what a link to this page may name after #
};

// Pure; `text` is Markdown.
Page ReadPage(const std::string& name, const std::string& text);

// The pages of the root folder and every page below docs/, examples/ and charts/, sorted by name.
const std::vector<Page>& AllPages();
// Throws std::runtime_error when there is none of that name.
const Page& PageNamed(const std::string& name);

// "docs/how-to/gitops.md:12"
std::string Place(const Page& page, int line);

}  // namespace slogate::testing

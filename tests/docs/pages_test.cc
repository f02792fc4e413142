#include "docs/pages.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "places.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;

bool LeavesTheTree(const std::string& target) { return target.find("://") != std::string::npos; }

TEST(PagesTest, APageIsTakenApart) {
  const Page page = ReadPage("a.md",
                             "# The `gate` and *you*!\n"
                             "See [b](b.md#x) and `code [no](link.md)`.\n"
                             "1. Do:\n"
                             "   ```yaml note\n"
                             "   a:\n"
                             "     - 1\n"
                             "   ```\n");
  ASSERT_EQ(page.blocks.size(), 1U);
  EXPECT_EQ(page.blocks[0].language, "yaml note");
  EXPECT_EQ(page.blocks[0].text, "a:\n  - 1\n");
  EXPECT_EQ(page.blocks[0].line, 4);
  ASSERT_EQ(page.links.size(), 1U);
  EXPECT_EQ(page.links[0].text, "b.md#x");
  ASSERT_EQ(page.code.size(), 2U);
  EXPECT_EQ(page.code[1].text, "code [no](link.md)");
  EXPECT_EQ(page.fragments, std::set<std::string>({"the-gate-and-you"}));
}

TEST(PagesTest, EveryRelativeLinkResolves) {
  int links = 0;
  for (const Page& page : AllPages()) {
    const fs::path folder = fs::path(page.name).parent_path();
    for (const Mention& link : page.links) {
      if (LeavesTheTree(link.text)) continue;
      ++links;
      const std::size_t hash = link.text.find('#');
      const std::string file = link.text.substr(0, hash);
      const std::string target =
          file.empty() ? page.name : (folder / file).lexically_normal().string();
      const bool exists = fs::exists(fs::path(SLOGATE_SOURCE_DIR) / target);
      EXPECT_TRUE(exists) << Place(page, link.line) << ": there is no " << target;
      if (!exists || hash == std::string::npos || !target.ends_with(".md")) continue;
      EXPECT_TRUE(PageNamed(target).fragments.contains(link.text.substr(hash + 1)))
          << Place(page, link.line) << ": " << target << " has no heading for " << link.text;
    }
  }
  EXPECT_GT(links, 20);
}

TEST(PagesTest, EveryPageIsReachedFromTheIndex) {
  const Page& index = PageNamed("docs/README.md");
  std::set<std::string> reached = {index.name};
  for (const Mention& link : index.links) {
    reached.insert((fs::path("docs") / link.text).lexically_normal().string());
  }
  for (const Page& page : AllPages()) {
    if (!page.name.starts_with("docs/") || page.name.starts_with("docs/decisions/")) continue;
    EXPECT_TRUE(reached.contains(page.name)) << "docs/README.md does not name " << page.name;
  }
}

}  // namespace
}  // namespace slogate::testing

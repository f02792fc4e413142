// Every word that slogate gives as a reason is explained, and none that it no longer gives.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "docs/pages.h"
#include "slogate/core/observations.h"
#include "slogate/core/rollout_state.h"

namespace slogate::testing {
namespace {

// The words of an enumeration but for its first, which stands for none.
template <typename Enum>
std::set<std::string> WordsOf() {
  std::set<std::string> words;
  for (int i = 1;; ++i) {
    const std::string_view word = core::ToString(static_cast<Enum>(i));
    if (word.empty()) return words;
    words.emplace(word);
  }
}

// Headings between the heading `chapter` (of the page's own level two) and the next chapter.
std::set<std::string> HeadingsIn(const Page& page, const std::string& first,
                                 const std::string& last) {
  std::set<std::string> headings;
  bool inside = false;
  for (const Mention& heading : page.headings) {
    if (heading.text == last) break;
    if (inside) headings.insert(heading.text);
    if (heading.text == first) inside = true;
  }
  return headings;
}

TEST(DocumentedWordsTest, EveryReasonIsExplained) {
  const Page& page = PageNamed("docs/how-to/troubleshooting.md");
  EXPECT_EQ(HeadingsIn(page, "Reasons", "Source problems"), WordsOf<core::Reason>());
}

TEST(DocumentedWordsTest, EveryProblemOfTheSourceIsExplained) {
  const Page& page = PageNamed("docs/how-to/troubleshooting.md");
  EXPECT_EQ(HeadingsIn(page, "Source problems", "Count problems"), WordsOf<core::SourceProblem>());
}

TEST(DocumentedWordsTest, EveryProblemOfACountIsExplained) {
  const Page& page = PageNamed("docs/how-to/troubleshooting.md");
  EXPECT_EQ(HeadingsIn(page, "Count problems", ""), WordsOf<core::CountProblem>());
}

TEST(DocumentedWordsTest, EveryPhaseIsInTheLifeOfARollout) {
  std::set<std::string> known;
  const Page& page = PageNamed("docs/concepts/rollout.md");
  for (const Block& block : page.blocks) known.insert(block.text);
  std::string diagram;
  for (const std::string& text : known) diagram += text;
  for (int i = 0;; ++i) {
    const std::string phase(core::ToString(static_cast<core::Phase>(i)));
    if (phase.empty()) break;
    EXPECT_NE(diagram.find(phase), std::string::npos) << phase;
  }
}

}  // namespace
}  // namespace slogate::testing

#include "app/cli/terminal/span.h"

#include <gtest/gtest.h>

namespace slogate::app {
namespace {

TEST(SpanTest, NothingThatATerminalObeysSurvives) {
  EXPECT_EQ(Printable("a\x1b[31mb\nc\td\x07"), "a?[31mb c d?");
  EXPECT_EQ(Printable("a\xC2\x9B"
                      "31mb"),
            "a?31mb");
  EXPECT_EQ(Printable("half \xE2\x82"), "half ??");
  EXPECT_EQ(Printable("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
}

TEST(SpanTest, WidthIsInCharacters) {
  EXPECT_EQ(Width("gr\xC3\xBC\xC3\x9F"), 4U);
  EXPECT_EQ(Width(Line{{"ab", Tone::kBad}, {"c"}}), 3U);
}

TEST(SpanTest, ACutTextSaysSo) {
  EXPECT_EQ(Cut("evidence", 8), "evidence");
  EXPECT_EQ(Cut("evidence", 5), "evi..");
  EXPECT_EQ(Cut("evidence", 1), "e");
  EXPECT_EQ(Cut("\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC", 3), "\xC3\xBC..");
}

TEST(SpanTest, ACutLineNeverExceedsItsWidth) {
  const Line line = {{"abc", Tone::kGood}, {"de"}, {"fghij", Tone::kBad}};
  for (std::size_t width = 1; width <= 12; ++width) {
    EXPECT_LE(Width(Cut(line, width)), width);
    EXPECT_EQ(Width(Cut(line, width)), std::min<std::size_t>(width, 10)) << width;
  }
  EXPECT_EQ(Render(Cut(line, 5), {}), "abc..");
}

TEST(SpanTest, PadsToTheWidth) {
  EXPECT_EQ(PadRight("ab", 4), "ab  ");
  EXPECT_EQ(PadLeft("ab", 4), "  ab");
  EXPECT_EQ(PadLeft("abcdef", 4), "ab..");
}

TEST(SpanTest, WrapsAtSpacesAndWithinLongWords) {
  EXPECT_EQ(Wrap("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(Wrap("abcdefgh ij", 4), (std::vector<std::string>{"abcd", "efgh", "ij"}));
  EXPECT_EQ(Wrap("moves to 25 %", 12), (std::vector<std::string>{"moves to", "25 %"}));
  EXPECT_EQ(Wrap("", 4), (std::vector<std::string>{""}));
}

TEST(SpanTest, ColoursOnlyWhereTheStyleHasThem) {
  const Line line = {{"a"}, {"b", Tone::kBad}};
  EXPECT_EQ(Render(line, {}), "ab");
  EXPECT_EQ(Render(line, {.colour = true, .unicode = false}), "a\x1b[31mb\x1b[0m");
}

}  // namespace
}  // namespace slogate::app

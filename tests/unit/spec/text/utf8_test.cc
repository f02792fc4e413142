#include "spec/text/utf8.h"

#include <gtest/gtest.h>

namespace slogate::spec {
namespace {

TEST(Utf8Test, TellsUtf8FromOtherBytes) {
  for (const char* text : {"", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\x01"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
  for (const char* text : {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80",
                           "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xff", "a\xe2\x82"}) {
    EXPECT_FALSE(IsUtf8(text));
  }
}

TEST(Utf8Test, CutsBetweenCharacters) {
  EXPECT_EQ(BoundedUtf8("short", 10), "short");
  EXPECT_EQ(BoundedUtf8("exactly-10", 10), "exactly-10");
  EXPECT_EQ(BoundedUtf8("eleven bytes", 10), "eleven ...");
  EXPECT_EQ(BoundedUtf8("\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 8), "\xe2\x82\xac...");
}

TEST(Utf8Test, ReplacesWhatCannotBeStored) {
  EXPECT_EQ(BoundedUtf8("a\xff\x01z\x7f", 10), "a??z?");
  EXPECT_EQ(BoundedUtf8("tab\tand\nlines\r", 20), "tab\tand\nlines\r");
}

TEST(Utf8Test, EncodesCodePoints) {
  std::string text;
  EXPECT_TRUE(AppendUtf8(text, 0x41));
  EXPECT_TRUE(AppendUtf8(text, 0xE9));
  EXPECT_TRUE(AppendUtf8(text, 0x20AC));
  EXPECT_TRUE(AppendUtf8(text, 0x1F600));
  EXPECT_EQ(text, "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  EXPECT_FALSE(AppendUtf8(text, 0xD800));
  EXPECT_FALSE(AppendUtf8(text, 0x110000));
}

}  // namespace
}  // namespace slogate::spec

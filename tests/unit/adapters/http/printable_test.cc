#include "adapters/http/printable.h"

#include <gtest/gtest.h>

namespace slogate::adapters::http {
namespace {

TEST(PrintableTest, ReplacesControlCharacters) {
  EXPECT_EQ(Printable("a\nb\x1b[31mc\x7f", 100), "a b [31mc ");
}

TEST(PrintableTest, NeverCutsInsideACharacter) {
  EXPECT_EQ(Printable("a\xc3\xa9", 2), "a");
  EXPECT_EQ(Printable("a\xc3\xa9", 3), "a\xc3\xa9");
  EXPECT_EQ(Printable("ab", 1), "a");
}

TEST(PrintableTest, EncodesAllButUnreservedCharactersForUrls) {
  EXPECT_EQ(PercentEncoded("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncoded(std::string_view("a b/c=&+\xff\0", 10)), "a%20b%2Fc%3D%26%2B%FF%00");
  EXPECT_EQ(PercentEncoded(std::string_view("abc").substr(0, 1)), "a");
  EXPECT_EQ(PercentEncoded(std::string_view("abc").substr(0, 0)), "");
  EXPECT_EQ(PercentEncoded({}), "");
}

}  // namespace
}  // namespace slogate::adapters::http

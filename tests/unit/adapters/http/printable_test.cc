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

}  // namespace
}  // namespace slogate::adapters::http

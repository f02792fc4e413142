#include "spec/promql/string_literal.h"

#include <gtest/gtest.h>

namespace slogate::spec {
namespace {

std::string ValueOf(std::string_view text) {
  const auto literal = TakePromqlString(text);
  return literal ? literal->value : "(refused)";
}

TEST(PromqlStringTest, UnderstandsEveryEscape) {
  EXPECT_EQ(ValueOf(R"("\a\b\f\n\r\t\v\\\"\'")"), "\a\b\f\n\r\t\v\\\"'");
  EXPECT_EQ(ValueOf(R"("\x41\101\u00e9\U0001F600")"), "AA\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(ValueOf(R"('it\'s "so"')"), "it's \"so\"");
  EXPECT_EQ(ValueOf("`raw \\n\n`"), "raw \\n\n");
}

TEST(PromqlStringTest, StopsAtTheClosingQuote) {
  const auto literal = TakePromqlString("\"a\\\"b\",c=\"d\"");
  ASSERT_TRUE(literal.has_value());
  EXPECT_EQ(literal->value, "a\"b");
  EXPECT_EQ(literal->length, 6U);
}

TEST(PromqlStringTest, RefusesBrokenLiterals) {
  for (const char* text :
       {"", "a", "\"", "\"a", "\"a\\\"", "\"\\", "\"\\q\"", "\"\\x4\"", "\"\\u00\"", "\"\\ud800\"",
        "\"\\U00110000\"", "\"\\xff\"", "\"\\400\"", "\"\\08\"", "\"a\nb\"", "'\"", "`a"}) {
    EXPECT_FALSE(TakePromqlString(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace slogate::spec

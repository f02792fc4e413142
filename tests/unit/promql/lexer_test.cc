#include "promql/lexer.h"

#include <gtest/gtest.h>

namespace slogate::promql {
namespace {

std::string ValueOf(std::string_view text) { return StringValue(text).value_or("(refused)"); }

TEST(PromqlStringTest, UnderstandsEveryEscape) {
  EXPECT_EQ(ValueOf(R"("\a\b\f\n\r\t\v\\\"\'")"), "\a\b\f\n\r\t\v\\\"'");
  EXPECT_EQ(ValueOf(R"("\x41\101\u00e9\U0001F600")"), "AA\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(ValueOf(R"('it\'s "so"')"), "it's \"so\"");
  EXPECT_EQ(ValueOf("`raw \\n\n`"), "raw \\n\n");
}

TEST(PromqlStringTest, StopsAtTheClosingQuote) {
  const auto tokens = Lex("\"a\\\"b\",c=\"d\"");
  ASSERT_EQ(tokens.size(), 5u);
  EXPECT_EQ(StringValue(tokens[0].text), "a\"b");
}

TEST(PromqlStringTest, RefusesBrokenLiterals) {
  for (const char* text :
       {"", "a", "\"", "\"a", "\"a\\\"", "\"\\", "\"\\q\"", "\"\\x4\"", "\"\\u00\"", "\"\\ud800\"",
        "\"\\U00110000\"", "\"\\xff\"", "\"\\400\"", "\"\\08\"", "\"a\nb\"", "'\"", "`a"}) {
    EXPECT_FALSE(StringValue(text).has_value()) << text;
  }
}

std::string Words(std::string_view text) {
  std::string words;
  for (const Token& token : Lex(text)) {
    words += (token.spaced ? " " : "|") + std::string(token.text) + (token.closed ? "" : "...");
  }
  return words;
}

TEST(PromqlLexerTest, TakesATextApart) {
  EXPECT_EQ(Words("sum by(a) (rate(x:y{b=~\"}#\"}[5m])) # all\n>= 1e-5+.5"),
            "|sum by|(|a|) (|rate|(|x:y|{|b|=~|\"}#\"|}|[|5m|]|)|) >= 1e-5|+|.5");
}

TEST(PromqlLexerTest, PlaceholdersAreWords) {
  EXPECT_EQ(Words("m{{{.track}}}[{{ .window }}]"), "|m|{|{{.track}}|}|[|{{ .window }}|]");
  EXPECT_EQ(Words("{{.window} {{ x }} {{.}}"), "|{|{|.|window|} {|{ x }|} {|{|.|}|}");
}

TEST(PromqlLexerTest, AStringThatNeverEndsGoesToTheEnd) {
  EXPECT_EQ(Words("a{b=\"c} \\"), "|a|{|b|=|\"c} \\...");
}

}  // namespace
}  // namespace slogate::promql

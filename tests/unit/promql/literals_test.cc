#include "promql/grammar/literals.h"

#include <gtest/gtest.h>

#include <cmath>

#include "promql/grammar/tokens.h"

namespace slogate::promql {
namespace {

std::string ValueOf(std::string_view text) { return StringValue(text).value_or("(refused)"); }

TEST(PromqlStringTest, UnderstandsEveryEscape) {
  EXPECT_EQ(ValueOf(R"("\a\b\f\n\r\t\v\\\"")"), "\a\b\f\n\r\t\v\\\"");
  EXPECT_EQ(ValueOf(R"("\x41\101\u00e9\U0001F600")"), "AA\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(ValueOf(R"('it\'s "so"')"), "it's \"so\"");
  EXPECT_EQ(ValueOf("`raw \\n\n`"), "raw \\n\n");
}

TEST(PromqlStringTest, StopsAtTheClosingQuote) {
  const auto tokens = Lex("\"a\\\"b\",c=\"d\"");
  ASSERT_EQ(tokens.size(), 6U);
  EXPECT_EQ(StringValue(tokens[0].text), "a\"b");
}

TEST(PromqlStringTest, AnEscapedByteNeedBeNoUtf8) { EXPECT_EQ(ValueOf(R"("\xff")"), "\xFF"); }

TEST(PromqlStringTest, RefusesBrokenLiterals) {
  for (const char* text :
       {"", "a", "\"", "\"a", "\"a\\\"", "\"\\", "\"\\q\"", "\"\\x4\"", "\"\\u00\"", "\"\\ud800\"",
        "\"\\U00110000\"", "\"\\'\"", "\"\\400\"", "\"\\08\"", "\"a\nb\"", "'\"", "`a"}) {
    EXPECT_FALSE(StringValue(text).has_value()) << text;
  }
}

std::string Words(std::string_view text) {
  std::string words;
  for (const Token& token : Lex(text)) {
    if (token.kind == Token::Kind::kEnd) break;
    words += (token.spaced ? " " : "|") + std::string(token.text);
    if (token.kind == Token::Kind::kBroken) words += "...";
  }
  return words;
}

TEST(PromqlTokensTest, TakesATextApart) {
  EXPECT_EQ(Words("sum by(a) (rate(x:y{b=~\"}#\"}[5m:1m])) # all\n>= 1e-5+.5"),
            "|sum by|(|a|) (|rate|(|x:y|{|b|=~|\"}#\"|}|[|5m|:|1m|]|)|) >= 1e-5|+|.5");
}

TEST(PromqlTokensTest, AStringThatNeverEndsGoesToTheEnd) {
  EXPECT_EQ(Words("a{b=\"c} \\"), "|a|{|b|=|\"c} \\...");
}

TEST(PromqlTokensTest, AWholeLetterIsOneToken) { EXPECT_EQ(Words("a\xC3\xA9"), "|a|\xC3\xA9..."); }

TEST(PromqlNumberTest, HaveTheValuesOfPrometheus) {
  EXPECT_EQ(NumberValue("0x1F"), 31);
  EXPECT_EQ(NumberValue("0x_1F"), 31);
  EXPECT_EQ(NumberValue("017"), 15);
  EXPECT_EQ(NumberValue("089"), 89);
  EXPECT_EQ(NumberValue("1_000.5"), 1000.5);
  EXPECT_EQ(NumberValue("1e-400"), 0);
  EXPECT_TRUE(std::isinf(NumberValue("INF").value()));
  EXPECT_TRUE(std::isnan(NumberValue("NaN").value()));
  for (const char* text :
       {"", "0x", "1e", "1e999", "0x8000000000000000", "_1", "1_", "1._5", "a"}) {
    EXPECT_FALSE(NumberValue(text)) << text;
  }
}

TEST(PromqlNumberTest, DurationsGoFromTheLongestUnit) {
  EXPECT_EQ(DurationSeconds("1h30m"), 5400);
  EXPECT_EQ(DurationSeconds("1y1w1d1h1m1s1ms"), 31536000 + 604800 + 86400 + 3600 + 60 + 1.001);
  for (const char* text : {"5", "m", "30m1h", "5m5m", "1.5h", "300y", "5us"}) {
    EXPECT_FALSE(DurationSeconds(text)) << text;
  }
}

}  // namespace
}  // namespace slogate::promql

#include "promql/value_pattern.h"

#include <gtest/gtest.h>

#include "promql/regex.h"

namespace slogate::promql {
namespace {

TEST(ValuePatternTest, AgreesWithRe2) {
  const std::vector<std::string> patterns = {"web",
                                             "web|api",
                                             "a\\.b|c",
                                             "web-.*",
                                             "web-[0-9a-f]+-[a-z0-9]{5}",
                                             "we?b",
                                             "web*",
                                             "web+",
                                             "w.b",
                                             "(?:web|api)-x",
                                             "web-.+",
                                             "web$",
                                             "^web",
                                             "",
                                             "|web",
                                             "\\d+",
                                             "a{2}",
                                             "a\\{2\\}",
                                             "caf\u00e9*",
                                             "[(]x",
                                             "web-.*|api",
                                             "(web)",
                                             "10\\.0\\.0\\.1:80|10\\.0\\.0\\.2:80"};
  const std::vector<std::string> values = {"",      "web",   "api",         "a.b",
                                           "axb",   "c",     "web-",        "web-1f-abcde",
                                           "wb",    "we",    "webb",        "wxb",
                                           "web-x", "api-x", "123",         "aa",
                                           "a{2}",  "caf",   "caf\u00e9",   "caf\u00e9\u00e9",
                                           "(x",    "webx",  "10.0.0.1:80", "10.0.0.12:80"};
  for (const std::string& pattern : patterns) {
    EXPECT_TRUE(IsPlainPattern(pattern)) << pattern;
    ValuePattern compiled(pattern);
    for (const std::string& value : values) {
      EXPECT_EQ(compiled.Matches(value), MatchesPattern(pattern, value)) << pattern << " " << value;
    }
  }
}

TEST(ValuePatternTest, WhatEnginesMayReadDifferentlyIsNotPlain) {
  for (const char* pattern : {"(?i)web", "a(?s:.)b", "\\bweb", "\\pL", "\\x41", "\\Qa\\E", "(",
                              "a)|(b", "\\C", "a\nb", "\xff.", "web\\", "(?P<n>a)"}) {
    EXPECT_FALSE(IsPlainPattern(pattern)) << pattern;
  }
  EXPECT_TRUE(IsPlainValue("caf\u00e9 \"(x)\""));
  EXPECT_FALSE(IsPlainValue("a\nb"));
  EXPECT_FALSE(IsPlainValue("\xff"));
}

}  // namespace
}  // namespace slogate::promql

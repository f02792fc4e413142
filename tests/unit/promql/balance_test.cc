#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "promql/lexer.h"

namespace slogate::promql {
namespace {

struct Case {
  std::string promql;
  int line;
  int column;
  std::string message;
  std::string fix;
};

TEST(PromqlBalanceTest, TheFirstSignWithoutAPartnerIsNamed) {
  const std::vector<Case> cases = {
      {"sum(rate(a[{{.window}}])", 1, 4, "has a '(' that is never closed: (rate(a[{{.window}}])",
       "close it with ')'"},
      {"sum(a))", 1, 7, "has a ')' that closes nothing", "remove it, or open it with '('"},
      {"sum(a[5m)]", 1, 9, "has a ')' where '[' is open", "close that with ']' first"},
      {"a{b=\"c}", 1, 5, "has a quote that is never closed: \"c}", "close it with \""},
      {"sum(\n  a{b='c'\n)", 3, 1, "has a ')' where '{' is open", "close that with '}' first"},
      {"sum(a) +\n (b", 2, 2, "has a '(' that is never closed: (b", "close it with ')'"},
      {"a{b=\"\\\"}", 1, 5, "has a quote that is never closed: \"\\\"}", "close it with \""},
      {"a{b=\"\\", 1, 5, "has a quote that is never closed: \"\\", "close it with \""},
      {"]", 1, 1, "has a ']' that closes nothing", "remove it, or open it with '['"},
      {"(0123456789abcdefghijkl\xC3\xA9", 1, 1,
       "has a '(' that is never closed: (0123456789abcdefghijkl...", "close it with ')'"},
  };
  for (const Case& one : cases) {
    const auto found = FindUnbalanced(one.promql);
    ASSERT_TRUE(found) << one.promql;
    EXPECT_EQ(*found, (Unbalanced{one.line, one.column, one.message, one.fix})) << found->message;
  }
}

TEST(PromqlBalanceTest, StringsAndCommentsMayHoldAnything) {
  for (const char* promql :
       {"", "a", "sum(rate(a{b=\"(]\\\"{\",c='\"',d=`\\`}[{{.window}}]))", "sum(a # it's :(\n)",
        "a{ {{.track}} }[{{.window}}]", "(a{b=~\"x{2}\"}) # ))"}) {
    EXPECT_FALSE(FindUnbalanced(promql)) << promql;
  }
}

TEST(PromqlBalanceTest, LinesAreCountedWhereThereAreSeveral) {
  const nlohmann::json object = {{"one", "sum(a"}, {"more", "sum(\na"}, {"sound", "sum(a)"}};
  std::vector<spec::Mistake> mistakes;
  spec::ObjectReader reader(object, "spec", mistakes);
  for (const auto& [field, text] : object.items()) {
    RefuseUnbalanced(reader, field, text.get<std::string>());
  }
  ASSERT_EQ(mistakes.size(), 2u);
  EXPECT_EQ(ToString(mistakes[0]),
            "spec.more: at line 1, character 4 has a '(' that is never closed: (; close it with "
            "')'");
  EXPECT_EQ(ToString(mistakes[1]),
            "spec.one: at character 4 has a '(' that is never closed: (a; close it with ')'");
}

}  // namespace
}  // namespace slogate::promql

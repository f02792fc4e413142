#include "promql/grammar/parser.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "places.h"
#include "promql/grammar/report.h"

namespace slogate::promql {
namespace {

tl::expected<SyntaxTree, Problem> Read(std::string_view query) {
  return Parse(query, Placeholders::kFill);
}

std::string Said(const Problem& problem) {
  return std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " +
         problem.message + "; " + problem.fix;
}

std::vector<std::string> LinesOf(const std::string& file) {
  std::ifstream stream(std::string(SLOGATE_SOURCE_DIR) + "/tests/unit/promql/" + file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("# ")) lines.push_back(line);
  }
  EXPECT_GT(lines.size(), 100U) << file;
  return lines;
}

TEST(PromqlParserTest, TakesWhatPrometheusTakes) {
  for (const std::string& query : LinesOf("accepted.txt")) {
    const auto tree = Read(query);
    EXPECT_TRUE(tree) << query << "\n" << Said(tree ? Problem{} : tree.error());
  }
}

TEST(PromqlParserTest, RefusesWhatPrometheusRefusesAndSaysWhere) {
  constexpr std::string_view kBetween = " ## ";
  for (const std::string& line : LinesOf("refused.txt")) {
    const std::size_t first = line.find(kBetween);
    const std::size_t last = line.rfind(kBetween);
    ASSERT_LT(first, last) << line;
    const std::string query = line.substr(first + 4, last - first - 4);
    const auto tree = Read(query);
    ASSERT_FALSE(tree) << query;
    EXPECT_EQ(std::to_string(tree.error().column), line.substr(0, first)) << query << "\n"
                                                                          << Said(tree.error());
    EXPECT_NE(tree.error().message.find(line.substr(last + 4)), std::string::npos)
        << query << "\n"
        << Said(tree.error());
    EXPECT_NE(tree.error().fix, "") << query;
    EXPECT_EQ(nlohmann::json(Said(tree.error())).dump().empty(), false);
  }
}

TEST(PromqlParserTest, LinesAndPlaceholdersKeepTheirPlaces) {
  const auto broken = Read("sum(\n  rate(x{ {{.track}} }[{{ .window }}])\n) by a");
  ASSERT_FALSE(broken);
  EXPECT_EQ(Said(broken.error()),
            "3:6: has 'a' where ( of a list of labels is expected; write labels in parentheses, as "
            "in (region, code)");
  EXPECT_EQ(Read("x[{{.window}}] $").error().column, 16);
  EXPECT_EQ(Read("x[{{.other}}]").error().column, 3);
}

TEST(PromqlParserTest, AWindowMayStandInANameAndAnOffset) {
  EXPECT_TRUE(Read("job:bad:rate{{.window}}"));
  EXPECT_TRUE(Read("x offset {{.window}}"));
  EXPECT_TRUE(Read("rate(x[{{.window}} # five minutes\n])"));
  EXPECT_FALSE(Read("rate(x[# five minutes\n{{.window}}])"));
}

TEST(PromqlParserTest, ASelectionOfTracksAloneSelectsEverySeries) {
  EXPECT_FALSE(Read("sum({ {{.track}} })"));
  EXPECT_TRUE(Read("sum({__name__=\"x\", {{.track}} })"));
}

// Prometheus takes these from the bytes; JSON and YAML cannot hold them.
TEST(PromqlParserTest, StringsMayNotHoldBytesThatAreNotUtf8) {
  EXPECT_FALSE(Read("x{a=\"\xFF\"}"));
  EXPECT_FALSE(Read("x{a=`\xEF\xBF\xBD`}"));
  EXPECT_FALSE(Read("x\xFF"));
  EXPECT_FALSE(Read(std::string("x\0y", 3)));
}

TEST(PromqlParserTest, OperatorsBindAsInPrometheus) {
  const auto tree = Read("a + b * c ^ d ^ e or -f offset 5m");
  ASSERT_TRUE(tree);
  const Node& either = tree->root();
  EXPECT_EQ(either.word, "or");
  const Node& sum = tree->Child(either, 0);
  EXPECT_EQ(sum.word, "+");
  const Node& product = tree->Child(sum, 1);
  EXPECT_EQ(product.word, "*");
  const Node& power = tree->Child(product, 1);
  EXPECT_EQ(power.word, "^");
  EXPECT_EQ(tree->Child(power, 1).word, "^");
  const Node& minus = tree->Child(either, 1);
  EXPECT_EQ(minus.kind, Node::Kind::kUnary);
  EXPECT_TRUE(tree->Child(minus, 0).has_offset);
}

TEST(PromqlParserTest, EveryTypeIsKnown) {
  EXPECT_EQ(Read("1 + 2")->root().type, Type::kScalar);
  EXPECT_EQ(Read("x + 2")->root().type, Type::kVector);
  EXPECT_EQ(Read("x[5m]")->root().type, Type::kRange);
  EXPECT_EQ(Read("(x[5m:])")->root().type, Type::kRange);
  EXPECT_EQ(Read("\"a\"")->root().type, Type::kString);
  EXPECT_EQ(Read("scalar(x)")->root().type, Type::kScalar);
}

TEST(PromqlParserTest, NodesSayWhereTheyStand) {
  const std::string query = "sum(rate(x{a=\"b\"}[ {{.window}} ]))";
  const auto tree = Read(query);
  ASSERT_TRUE(tree);
  const Node& range = tree->nodes[1];
  EXPECT_EQ(range.range, "{{.window}}");
  EXPECT_EQ(query.substr(range.begin, range.end - range.begin), "x{a=\"b\"}[ {{.window}} ]");
  EXPECT_EQ(tree->root().end, query.size());
}

TEST(PromqlParserTest, LimitsLengthAndDepth) {
  const std::string deep = std::string(200, '(') + "x" + std::string(200, ')');
  EXPECT_NE(Read(deep).error().message.find("nested"), std::string::npos);
  EXPECT_NE(Read(std::string(20000, ' ') + "x").error().message.find("bytes"), std::string::npos);
  std::string signs(3000, '-');
  EXPECT_FALSE(Read(signs + "x"));
  EXPECT_FALSE(Read("x[" + signs + "5m]"));
  std::string chain = "x";
  for (int i = 0; i < 3000; ++i) chain += "+x";
  EXPECT_TRUE(Read(chain));
}

TEST(PromqlParserTest, TheFirstBracketWithoutAPartnerIsNamed) {
  struct Case {
    std::string query;
    std::string said;
  };
  const std::vector<Case> cases = {
      {"sum(rate(a[{{.window}}])",
       "1:4: has a '(' that is never closed: (rate(a[{{.window}}]); close it with ')'"},
      {"sum(a))", "1:7: has a ')' that closes nothing; remove it, or open it with '('"},
      {"sum(a[5m)]", "1:9: has a ')' where '[' is open; close that with ']' first"},
      {"a{b=\"c}", "1:5: has a quote that is never closed: \"c}; close it with \""},
      {"sum(\n  a{b='c'\n)", "3:1: has a ')' where '{' is open; close that with '}' first"},
      {"(0123456789abcdefghijkl\xC3\xA9",
       "1:1: has a '(' that is never closed: (0123456789abcdefghijkl...; close it with ')'"},
  };
  for (const Case& one : cases) {
    const auto tree = Read(one.query);
    ASSERT_FALSE(tree) << one.query;
    EXPECT_EQ(Said(tree.error()), one.said);
  }
}

TEST(PromqlParserTest, LinesAreCountedWhereThereAreSeveral) {
  const nlohmann::json object = {{"one", "sum(a"}, {"more", "sum(\na"}};
  std::vector<spec::Mistake> mistakes;
  spec::ObjectReader reader(object, "spec", mistakes);
  for (const auto& [field, text] : object.items()) {
    const auto query = text.get<std::string>();
    Report(reader, field, query, Read(query).error());
  }
  ASSERT_EQ(mistakes.size(), 2U);
  EXPECT_EQ(ToString(mistakes[0]),
            "spec.more: at line 1, character 4 has a '(' that is never closed: (; close it with "
            "')'");
  EXPECT_EQ(ToString(mistakes[1]),
            "spec.one: at character 4 has a '(' that is never closed: (a; close it with ')'");
}

}  // namespace
}  // namespace slogate::promql

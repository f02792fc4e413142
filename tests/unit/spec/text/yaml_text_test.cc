#include "spec/text/yaml_text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr YamlLimits kLimits{10'000, 8, 200};

json ValueOf(std::string_view text) {
  const YamlText read = ReadYaml(text, kLimits);
  if (read.documents.size() != 1) return "(not one document)";
  return read.documents[0].value;
}

std::string RefusalOf(std::string_view text) {
  const YamlText read = ReadYaml(text, kLimits);
  return read.mistakes.empty() ? "" : ToString(read.mistakes[0]);
}

TEST(YamlTextTest, GivesScalarsTheTypesKubectlGivesThem) {
  EXPECT_EQ(ValueOf("[true, yes, On, false, no, off]"),
            json::parse("[true, true, true, false, false, false]"));
  EXPECT_EQ(ValueOf("[0, -1, +2, 1.5, .5, 1e3, -2.5E-1]"),
            json::parse("[0, -1, 2, 1.5, 0.5, 1000.0, -0.25]"));
  EXPECT_EQ(ValueOf("[a, '1', \"true\", !!str 5, 5s, 1.2.3, '', 0x10, e3, '.']"),
            json::parse(R"(["a","1","true","5","5s","1.2.3","","0x10","e3","."])"));
  EXPECT_EQ(ValueOf("[null, ~, ]"), json::parse("[null, null]"));
  EXPECT_TRUE(std::isnan(ValueOf(".nan").get<double>()));
  EXPECT_TRUE(std::isinf(ValueOf("-.inf").get<double>()));
  EXPECT_TRUE(std::isinf(ValueOf("1e999").get<double>()));
  EXPECT_EQ(ValueOf("99999999999999999999"), json(1e20));
}

TEST(YamlTextTest, RemembersWhereFieldsStand) {
  const YamlText read =
      ReadYaml("spec:\n  steps:\n    - weight: 5\n    -\n      weight: 7\n", kLimits);
  ASSERT_EQ(read.documents.size(), 1U);
  EXPECT_EQ(Locate(read.documents[0], "spec.steps[1].weight").line, 5);
  EXPECT_EQ(Locate(read.documents[0], "spec.steps[0].weight").column, 7);
  EXPECT_EQ(Locate(read.documents[0], "spec.steps[0].missing").line, 3);
  EXPECT_EQ(Locate(read.documents[0], "spec.steps[9].weight").line, 2);
  EXPECT_EQ(Locate(read.documents[0], "elsewhere").line, 1);
}

TEST(YamlTextTest, WritesAliasesOut) {
  EXPECT_EQ(ValueOf("{a: &x [1, {b: 2}], c: *x}"),
            json::parse(R"({"a": [1, {"b": 2}], "c": [1, {"b": 2}]})"));
  EXPECT_NE(RefusalOf("a: &x [*x]"), "");
  EXPECT_NE(RefusalOf("a: *nowhere"), "");
}

TEST(YamlTextTest, RefusesWhatIsTooLargeOrTooDeep) {
  EXPECT_NE(RefusalOf(std::string(10'001, 'a')).find("larger than 10000 bytes"), std::string::npos);
  EXPECT_NE(RefusalOf("[[[[[[[[[1]]]]]]]]]").find("too deeply nested"), std::string::npos);
  EXPECT_EQ(RefusalOf("[[[[[[[[1]]]]]]]]"), "");
  EXPECT_NE(RefusalOf(std::string(5'000, '[')), "");
  EXPECT_NE(RefusalOf(std::string(5'000, '{')), "");
  std::string wide = "[";
  for (int i = 0; i < 201; ++i) wide += "1,";
  EXPECT_NE(RefusalOf(wide + "]").find("too many values"), std::string::npos);
}

TEST(YamlTextTest, StopsAliasesThatMultiply) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before +
            ", " + before + ", " + before + "]\n";
  }
  EXPECT_NE(RefusalOf(text).find("too many values"), std::string::npos);
}

// An alias of five bytes may stand for a megabyte.
TEST(YamlTextTest, StopsAliasesOfLongTexts) {
  const std::string text = "a: &a " + std::string(400'000, 'x') + "\nb:\n";
  std::string aliases;
  for (int i = 0; i < 1000; ++i) aliases += "- *a\n";
  const YamlText read = ReadYaml(text + aliases);
  ASSERT_EQ(read.mistakes.size(), 1U);
  EXPECT_EQ(ToString(read.mistakes[0]),
            ":42:3: takes more than 16777216 bytes with its aliases written out; use fewer or "
            "shorter aliases, or several files");
}

TEST(YamlTextTest, CountsWhatAliasesWriteOutByAsManyBytesAsTheyHave) {
  YamlLimits limits;
  limits.written_out = 10'000;
  const auto fits = [&](const std::string& text) {
    return ReadYaml(text, limits).mistakes.empty();
  };
  const std::string text(1'000, 'x');
  EXPECT_TRUE(fits("[&a " + text + ", *a, *a]"));
  EXPECT_FALSE(fits("[&a " + text + ", *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]"));
  EXPECT_FALSE(fits("[&a {b: [" + text + "]}, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]"));
  EXPECT_FALSE(fits("[&a {" + text + ": 1}, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]"));
  EXPECT_FALSE(fits("{<<: [&a {b: " + text + "}, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]}"));
}

// Every anchor keeps its value, and every path the names above it.
TEST(YamlTextTest, CountsWhatAnchorsPathsAndDocumentsTake) {
  std::string anchors;
  for (int i = 0; i < 30; ++i) anchors += "&a" + std::to_string(i) + " [";
  EXPECT_FALSE(
      ReadYaml(anchors + std::string(900'000, 'x') + std::string(30, ']')).mistakes.empty());
  std::string paths = "? " + std::string(500'000, 'k') + "\n:\n";
  for (int i = 0; i < 1000; ++i) paths += "- 1\n";
  EXPECT_FALSE(ReadYaml(paths).mistakes.empty());
  std::string documents;
  for (int i = 0; i < 50'000; ++i) documents += "--- {}\n";
  EXPECT_FALSE(ReadYaml(documents).mistakes.empty());
  std::string twice = "{";
  for (int i = 0; i < 40'000; ++i) twice += "a,";
  EXPECT_FALSE(ReadYaml(twice + "}").mistakes.empty());
}

TEST(YamlTextTest, MergesMappings) {
  EXPECT_EQ(
      ValueOf("a: &a {b: 1, c: 2}\nd: {<<: *a, c: 3}\ne: {c: 4, <<: *a}\n"),
      json::parse(R"({"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}, "e": {"b": 1, "c": 4}})"));
  EXPECT_EQ(ValueOf("{<<: [{a: 1}, {a: 2, b: 3}], c: 4}"), json::parse(R"({"a":1,"b":3,"c":4})"));
  EXPECT_EQ(ValueOf("{'<<': {a: 1}}"), json::parse(R"({"<<": {"a": 1}})"));
  EXPECT_EQ(ValueOf("[&a {b: 1}, &c {<<: *a, d: 2}, {<<: *c, e: 3}]"),
            json::parse(R"([{"b":1}, {"b":1,"d":2}, {"b":1,"d":2,"e":3}])"));
}

TEST(YamlTextTest, MergedFieldsStandWhereTheyAreMerged) {
  const YamlText read = ReadYaml("a: &a\n  b: {c: 1}\nd:\n  <<: *a\n", kLimits);
  ASSERT_EQ(read.documents.size(), 1U);
  EXPECT_EQ(Locate(read.documents[0], "d.b.c").line, 4);
  EXPECT_EQ(Locate(read.documents[0], "a.b.c").line, 2);
}

TEST(YamlTextTest, ReportsMergesOfWhatIsNoMapping) {
  const YamlText read =
      ReadYaml("a: {<<: 1}\nb: {<<: [{c: 1}, 2]}\nd: {<<: {}, <<: {}}\n", kLimits);
  ASSERT_EQ(read.documents.size(), 1U);
  ASSERT_EQ(read.documents[0].mistakes.size(), 3U);
  EXPECT_EQ(
      ToString(read.documents[0].mistakes[0]),
      ":1:5: a.<<: is not a mapping; merge a mapping or a list of mappings, such as <<: *name");
  EXPECT_EQ(read.documents[0].mistakes[1].field, "b.<<");
  EXPECT_EQ(ToString(read.documents[0].mistakes[2]),
            ":3:13: d.<<: is given twice; merge one list, such as <<: [*first, *second]");
}

TEST(YamlTextTest, KeepsPlainScalarsAsWrittenWhenRequested) {
  const YamlText read = ReadYaml("{a: 007, b: yes, c: 1.10, d: ~, e: '1'}", {}, YamlScalars::kText);
  ASSERT_EQ(read.documents.size(), 1U);
  EXPECT_EQ(read.documents[0].value,
            json::parse(R"({"a": "007", "b": "yes", "c": "1.10", "d": null, "e": "1"})"));
}

TEST(YamlTextTest, ReportsKeysGivenTwiceAndOddKeys) {
  const YamlText read = ReadYaml("a: 1\nb: {c: 1, c: 2}\na: 3\n", kLimits);
  ASSERT_EQ(read.documents.size(), 1U);
  EXPECT_EQ(read.documents[0].value, json::parse(R"({"a": 1, "b": {"c": 1}})"));
  ASSERT_EQ(read.documents[0].mistakes.size(), 2U);
  EXPECT_EQ(read.documents[0].mistakes[0].field, "b.c");
  EXPECT_EQ(read.documents[0].mistakes[1].field, "a");
  EXPECT_EQ(read.documents[0].mistakes[1].line, 3);
  EXPECT_NE(RefusalOf("? [a]\n: 1\n"), "");
}

TEST(YamlTextTest, KeepsTheDocumentsBeforeAMistake) {
  const YamlText read = ReadYaml("a: 1\n---\nb: 2\n---\nc: [\n", kLimits);
  EXPECT_EQ(read.documents.size(), 2U);
  ASSERT_EQ(read.mistakes.size(), 1U);
  EXPECT_GE(read.mistakes[0].line, 5);
}

}  // namespace
}  // namespace slogate::spec

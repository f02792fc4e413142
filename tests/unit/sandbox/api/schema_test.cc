#include "sandbox/api/schema.h"

#include <gtest/gtest.h>

#include <string>

namespace slogate::sandbox {
namespace {

using nlohmann::json;

std::string FieldsOf(const std::string& schema, const std::string& object) {
  std::string fields;
  for (const FieldMistake& mistake : Mistakes(json::parse(schema), json::parse(object))) {
    fields += mistake.field + ";";
  }
  return fields;
}

TEST(SchemaTest, AlternativesMustFitAsTheySay) {
  const std::string any = R"({"anyOf":[{"required":["a"]},{"required":["b"]}]})";
  EXPECT_EQ(FieldsOf(any, R"({"b":1})"), "");
  EXPECT_EQ(FieldsOf(any, R"({"c":1})"), "<nil>;");
  const std::string none = R"({"not":{"required":["a"]}})";
  EXPECT_EQ(FieldsOf(none, R"({"b":1})"), "");
  EXPECT_EQ(FieldsOf(none, R"({"a":1})"), "<nil>;");
  const std::string all = R"({"allOf":[{"required":["a"]},{"maxProperties":1}]})";
  EXPECT_EQ(FieldsOf(all, R"({"a":1})"), "");
  EXPECT_EQ(FieldsOf(all, R"({"b":1,"c":1})"), "a;;");
}

TEST(SchemaTest, LettersAreCountedNotBytes) {
  const std::string schema = R"({"properties":{"w":{"type":"string","maxLength":2}}})";
  EXPECT_EQ(FieldsOf(schema, "{\"w\":\"\u00fc\u00fc\"}"), "");
  EXPECT_EQ(FieldsOf(schema, R"({"w":"abc"})"), "w;");
}

TEST(SchemaTest, AMalformedSchemaRefusesInsteadOfThrowing) {
  EXPECT_NE(FieldsOf(R"({"required":7,"properties":{"a":{"nullable":"x"}}})", R"({"a":1})"), "");
}

TEST(SchemaTest, PruningKeepsWhatIsKnownOrFree) {
  const json schema = json::parse(R"({"properties":{
    "spec":{"properties":{"a":{"type":"string"},"free":{"x-kubernetes-preserve-unknown-fields":true},
            "map":{"additionalProperties":{"properties":{"k":{}}}}}}}})");
  json object = json::parse(R"({"kind":"K","metadata":{"name":"n"},"odd":1,
    "spec":{"a":"x","b":1,"free":{"y":{"z":1}},"map":{"m":{"k":1,"odd":2}}}})");
  Prune(schema, object);
  EXPECT_EQ(object, json::parse(R"({"kind":"K","metadata":{"name":"n"},
    "spec":{"a":"x","free":{"y":{"z":1}},"map":{"m":{"k":1}}}})"));
}

TEST(SchemaTest, DefaultsReachInsideDefaults) {
  const json schema = json::parse(R"({"properties":{"a":{"default":{},"properties":{
    "b":{"default":1}}},"list":{"items":{"properties":{"c":{"default":2}}}}}})");
  json object = json::parse(R"({"list":[{},{"c":3}]})");
  ApplyDefaults(schema, object);
  EXPECT_EQ(object, json::parse(R"({"a":{"b":1},"list":[{"c":2},{"c":3}]})"));
}

}  // namespace
}  // namespace slogate::sandbox

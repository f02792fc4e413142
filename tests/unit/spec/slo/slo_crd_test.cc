// The schema of ServiceLevelObjectives that the API server enforces and the reader must agree.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "places.h"
#include "spec/slo/slo_json.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/yaml_text.h"
#include "unit/spec/policy/crd_schema.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

json SampleSlo() {
  return json::parse(R"j({"apiVersion": "slogate.dev/v1alpha1", "kind": "ServiceLevelObjective",
    "metadata": {"name": "shop"},
    "spec": {"service": "shop", "objectives": [{"name": "availability", "target": 99.5,
      "dimension": "availability",
      "indicator": {"counters": {"total": "a", "bad": "b"}}}]}})j");
}

void WalkSpec(const Visit& visit) {
  WalkSchema(SloSchema()["properties"]["spec"], "/spec", "spec", visit);
}

// Mistakes at exactly this field when it has this value.
std::vector<std::string> MistakesAt(const std::string& pointer, const std::string& path,
                                    const json& value) {
  json object = SampleSlo();
  object[json::json_pointer(pointer)] = value;
  std::vector<Mistake> mistakes;
  ReadSlo(object, mistakes);
  std::vector<std::string> messages;
  for (const Mistake& mistake : mistakes) {
    if (mistake.field == path) messages.push_back(mistake.message);
  }
  return messages;
}

bool AnyContains(const std::vector<std::string>& messages, const std::string& words) {
  return std::any_of(messages.begin(), messages.end(), [&](const std::string& message) {
    return message.find(words) != std::string::npos;
  });
}

TEST(SloCrdTest, EveryFieldHasADescription) {
  int fields = 0;
  WalkSpec([&](const json& field, const std::string&, const std::string& path) {
    ++fields;
    EXPECT_NE(field.value("description", ""), "") << path;
    EXPECT_TRUE(field.contains("type")) << path;
  });
  EXPECT_GT(fields, 100);
}

TEST(SloCrdTest, NothingIsLeftUnchecked) {
  const std::string text = ReadCrd("servicelevelobjectives").dump();
  EXPECT_EQ(text.find("x-kubernetes-preserve-unknown-fields"), std::string::npos);
  EXPECT_EQ(text.find("x-kubernetes-validations"), std::string::npos)
      << "no test holds the parser against CEL rules";
}

TEST(SloCrdTest, TheReaderKnowsEveryField) {
  WalkSpec([](const json& schema, const std::string& pointer, const std::string& path) {
    const json wrong = schema["type"] == "string" ? json(5) : json("text");
    const auto messages = MistakesAt(pointer, path, wrong);
    EXPECT_FALSE(AnyContains(messages, "is not a field")) << path;
    EXPECT_FALSE(messages.empty()) << path << " is never read";
  });
}

TEST(SloCrdTest, BoundsAreThoseOfTheReader) {
  int bounds = 0;
  WalkSpec([&](const json& schema, const std::string& pointer, const std::string& path) {
    for (const auto& [bound, exclusive, beyond] : {std::tuple{"minimum", "exclusiveMinimum", -1},
                                                   std::tuple{"maximum", "exclusiveMaximum", 1}}) {
      if (!schema.contains(bound)) continue;
      ++bounds;
      const json limit = schema[bound];
      const bool open = schema.value(exclusive, false);
      EXPECT_EQ(MistakesAt(pointer, path, limit).empty(), !open) << path << " at its " << bound;
      const json outside = limit.is_number_integer() ? json(limit.get<long>() + beyond)
                                                     : json(limit.get<double>() + beyond);
      EXPECT_FALSE(MistakesAt(pointer, path, outside).empty()) << path << " beyond its " << bound;
    }
  });
  EXPECT_GT(bounds, 20);
}

TEST(SloCrdTest, WordsAreThoseOfTheReader) {
  int words = 0;
  WalkSpec([&](const json& schema, const std::string& pointer, const std::string& path) {
    for (const json& word : schema.value("enum", json::array())) {
      ++words;
      EXPECT_FALSE(AnyContains(MistakesAt(pointer, path, word), "is unknown")) << path << word;
    }
    if (schema.contains("enum")) {
      EXPECT_TRUE(AnyContains(MistakesAt(pointer, path, "Other"), "is unknown")) << path;
    }
  });
  EXPECT_GT(words, 20);
}

TEST(SloCrdTest, LimitsOfLengthAreThoseOfTheReader) {
  WalkSpec([](const json& schema, const std::string& pointer, const std::string& path) {
    if (schema.contains("maxLength")) {
      const std::string long_text(schema["maxLength"].get<std::size_t>() + 1, 'a');
      EXPECT_FALSE(MistakesAt(pointer, path, long_text).empty()) << path;
    }
    if (schema.contains("maxItems")) {
      const json items(schema["maxItems"].get<std::size_t>() + 1, json("a"));
      EXPECT_TRUE(AnyContains(MistakesAt(pointer, path, items), "items")) << path;
    }
  });
}

TEST(SloCrdTest, DefaultsAreThoseOfTheReader) {
  int objects = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(SLOGATE_SOURCE_DIR "/examples/slo")) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    for (const YamlDocument& document : ReadYaml(text.str(), {1 << 20, 64, 10'000}).documents) {
      if (!document.value.is_object() ||
          document.value.value("kind", "") != "ServiceLevelObjective") {
        continue;
      }
      ++objects;
      json defaulted = document.value;
      ApplyDefaults(SloSchema(), defaulted);
      const auto plain = SloFromJson(document.value);
      ASSERT_TRUE(plain.has_value()) << entry.path() << plain.error().message;
      EXPECT_EQ(*plain, SloFromJson(defaulted).value()) << entry.path();
      for (const std::string& problem : SchemaProblems(SloSchema(), document.value, "")) {
        ADD_FAILURE() << entry.path() << problem;
      }
    }
  }
  EXPECT_GE(objects, 7);
}

}  // namespace
}  // namespace slogate::spec

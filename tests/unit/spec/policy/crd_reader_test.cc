// The schemas that the API server enforces and the readers of the same objects must tell the user
// the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "spec/policy/policy_parts.h"
#include "spec/slo/slo_parts.h"
#include "unit/spec/policy/crd_schema.h"
#include "unit/spec/policy/sample_policy.h"

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

struct Definition {
  const char* kind;
  const char* plural;
  json (*schema)();
  json (*sample)();
  void (*read)(const json& object, std::vector<Mistake>& mistakes);
  int words;  // the schema has more than these
};

const Definition kDefinitions[] = {
    {"RolloutPolicy", "rolloutpolicies", PolicySchema, SamplePolicy,
     [](const json& object, std::vector<Mistake>& mistakes) { ReadPolicy(object, mistakes); }, 15},
    {"ServiceLevelObjective", "servicelevelobjectives", SloSchema, SampleSlo,
     [](const json& object, std::vector<Mistake>& mistakes) { ReadSlo(object, mistakes); }, 20},
};

bool AnyContains(const std::vector<std::string>& messages, const std::string& words) {
  return std::any_of(messages.begin(), messages.end(), [&](const std::string& message) {
    return message.find(words) != std::string::npos;
  });
}

class CrdReaderTest : public testing::TestWithParam<Definition> {
 protected:
  static void WalkSpec(const Visit& visit) {
    WalkSchema(GetParam().schema()["properties"]["spec"], "/spec", "spec", visit);
  }

  // Mistakes at exactly this field when it has this value.
  static std::vector<std::string> MistakesAt(const std::string& pointer, const std::string& path,
                                             const json& value) {
    json object = GetParam().sample();
    object[json::json_pointer(pointer)] = value;
    std::vector<Mistake> mistakes;
    GetParam().read(object, mistakes);
    std::vector<std::string> messages;
    for (const Mistake& mistake : mistakes) {
      if (mistake.field == path) messages.push_back(mistake.message);
    }
    return messages;
  }
};

TEST_P(CrdReaderTest, EveryFieldHasADescription) {
  const json schema = GetParam().schema();
  EXPECT_TRUE(schema.contains("description"));
  int fields = 0;
  WalkSchema(schema, "", "", [&](const json& field, const std::string&, const std::string& path) {
    ++fields;
    EXPECT_TRUE(path == "metadata" || field.value("description", "") != "") << path;
    EXPECT_TRUE(field.contains("type")) << path;
  });
  EXPECT_GT(fields, 100);
}

TEST_P(CrdReaderTest, NothingIsLeftUnchecked) {
  const std::string text = ReadCrd(GetParam().plural).dump();
  EXPECT_EQ(text.find("x-kubernetes-preserve-unknown-fields"), std::string::npos);
  EXPECT_EQ(text.find("x-kubernetes-validations"), std::string::npos)
      << "no test holds the parser against CEL rules";
}

TEST_P(CrdReaderTest, TheReaderKnowsEveryField) {
  WalkSpec([](const json& schema, const std::string& pointer, const std::string& path) {
    // A value of a wrong type must be called wrong, not unknown.
    const json wrong = schema["type"] == "string" ? json(5) : json("text");
    const auto messages = MistakesAt(pointer, path, wrong);
    EXPECT_FALSE(AnyContains(messages, "is not a field")) << path;
    EXPECT_FALSE(messages.empty()) << path << " is never read";
  });
}

TEST_P(CrdReaderTest, BoundsAreThoseOfTheReader) {
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

TEST_P(CrdReaderTest, WordsAreThoseOfTheReader) {
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
  EXPECT_GT(words, GetParam().words);
}

TEST_P(CrdReaderTest, LimitsOfLengthAreThoseOfTheReader) {
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

INSTANTIATE_TEST_SUITE_P(Definitions, CrdReaderTest, testing::ValuesIn(kDefinitions),
                         [](const auto& definition) { return definition.param.kind; });

}  // namespace
}  // namespace slogate::spec

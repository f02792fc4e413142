// The schema that the API server enforces and the parser must tell the user the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "places.h"
#include "spec/policy/policy_json.h"
#include "spec/policy/policy_parts.h"
#include "spec/text/yaml_text.h"
#include "unit/spec/policy/crd_schema.h"
#include "unit/spec/policy/sample_policy.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

void WalkSpec(const Visit& visit) {
  WalkSchema(PolicySchema()["properties"]["spec"], "/spec", "spec", visit);
}

// Mistakes at exactly this field when it has this value.
std::vector<std::string> MistakesAt(const std::string& pointer, const std::string& path,
                                    const json& value) {
  json object = SamplePolicy();
  // Without these the pointer could not be created below a null or text.
  object[json::json_pointer(pointer)] = value;
  std::vector<Mistake> mistakes;
  ReadPolicy(object, mistakes);
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

TEST(CrdTest, DefaultsAreThoseOfTheParser) {
  const json plain = SamplePolicy();
  json defaulted = plain;
  ApplyDefaults(PolicySchema(), defaulted);
  ASSERT_NE(plain, defaulted);
  ASSERT_TRUE(PolicyFromJson(plain).has_value());
  const auto policy = PolicyFromJson(defaulted);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(PolicyFromJson(plain).value(), *policy);
}

TEST(CrdTest, DefaultsOfAFullPolicyAreThoseOfTheParser) {
  json plain = SamplePolicy();
  plain["spec"]["steps"] = json::parse(R"([{"weight": 10}, {"weight": 20}])");
  plain["spec"]["comparison"] = {{"alpha", 0.02}};
  plain["spec"]["onNoData"] = json::object();
  plain["spec"]["objectives"][0]["margins"] = {{"tolerance", 1.1}};
  plain["spec"]["objectives"].push_back(json::parse(
      R"j({"name": "free", "dimension": "quality", "target": 90, "mode": "Report",
      "indicator": {"promql": {"total": "a({{.track}}[{{.window}}])",
                               "bad": "b({{.track}}[{{.window}}])"}}})j"));
  json defaulted = plain;
  ApplyDefaults(PolicySchema(), defaulted);
  const auto policy = PolicyFromJson(plain);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(*policy, PolicyFromJson(defaulted).value());
}

TEST(CrdTest, EveryFieldHasADescription) {
  const json schema = PolicySchema();
  EXPECT_TRUE(schema.contains("description"));
  int fields = 0;
  WalkSchema(schema, "", "", [&](const json& field, const std::string&, const std::string& path) {
    ++fields;
    EXPECT_TRUE(path == "metadata" || field.value("description", "") != "") << path;
    EXPECT_TRUE(field.contains("type")) << path;
  });
  EXPECT_GT(fields, 100);
}

TEST(CrdTest, NothingIsLeftUnchecked) {
  const std::string text = ReadCrd().dump();
  EXPECT_EQ(text.find("x-kubernetes-preserve-unknown-fields"), std::string::npos);
  EXPECT_EQ(text.find("x-kubernetes-validations"), std::string::npos)
      << "no test holds the parser against CEL rules";
}

TEST(CrdTest, PrinterColumnsAndNames) {
  const json spec = ReadCrd()["spec"];
  EXPECT_EQ(spec["names"]["shortNames"], json({"rp"}));
  EXPECT_EQ(spec["names"]["categories"], json({"slogate"}));
  const json& version = spec["versions"][0];
  EXPECT_EQ(version["subresources"], json::parse(R"({"status": {}})"));
  std::vector<std::string> columns;
  for (const json& column : version["additionalPrinterColumns"]) columns.push_back(column["name"]);
  EXPECT_EQ(columns,
            (std::vector<std::string>{"Phase", "Weight", "Step", "Reason", "Message", "Age"}));
}

TEST(CrdTest, TheParserKnowsEveryField) {
  WalkSpec([](const json& schema, const std::string& pointer, const std::string& path) {
    // A value of a wrong type must be called wrong, not unknown.
    const json wrong = schema["type"] == "string" ? json(5) : json("text");
    const auto messages = MistakesAt(pointer, path, wrong);
    EXPECT_FALSE(AnyContains(messages, "is not a field")) << path;
    EXPECT_FALSE(messages.empty()) << path << " is never read";
  });
}

TEST(CrdTest, BoundsAreThoseOfTheParser) {
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

TEST(CrdTest, WordsAreThoseOfTheParser) {
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
  EXPECT_GT(words, 15);
}

TEST(CrdTest, LimitsOfLengthAreThoseOfTheParser) {
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

TEST(CrdTest, AcceptsEveryPolicyTheParserAccepts) {
  const json schema = PolicySchema();
  int policies = 0;
  for (const char* folder : {"/examples", "/tests/golden/valid"}) {
    const std::filesystem::path root = std::string(SLOGATE_SOURCE_DIR) + folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().extension() != ".yaml") continue;
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      for (const YamlDocument& document : ReadYaml(text.str(), {1 << 20, 64, 10'000}).documents) {
        if (!document.value.is_object() || document.value.value("kind", "") != "RolloutPolicy") {
          continue;
        }
        json policy = document.value;
        policy.erase("status");
        ++policies;
        for (const std::string& problem : SchemaProblems(schema, policy, "")) {
          ADD_FAILURE() << entry.path() << problem;
        }
      }
    }
  }
  EXPECT_GE(policies, 8);
}

}  // namespace
}  // namespace slogate::spec

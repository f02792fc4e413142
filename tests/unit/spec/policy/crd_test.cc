// The schema of RolloutPolicies: its defaults, columns and what it accepts.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "places.h"
#include "spec/policy/policy_yaml.h"
#include "spec/text/yaml_text.h"
#include "unit/spec/policy/crd_schema.h"
#include "unit/spec/policy/sample_policy.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

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
      "indicator": {"promql": {"total": "sum(increase(a{ {{.track}} }[{{.window}}]))",
                               "bad": "sum(increase(b{ {{.track}} }[{{.window}}]))"}}})j"));
  json defaulted = plain;
  ApplyDefaults(PolicySchema(), defaulted);
  const auto policy = PolicyFromJson(plain);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(*policy, PolicyFromJson(defaulted).value());
}

TEST(CrdTest, EveryFieldIsExplained) {
  for (const json& schema : {PolicySchema(), SloSchema()}) {
    int fields = 0;
    WalkSchema(schema, "", "", [&](const json& field, const std::string&, const std::string& path) {
      ++fields;
      // The API server explains metadata itself and takes no other words for it.
      if (path == "metadata") return;
      EXPECT_GE(field.value("description", "").size(), 5U) << path << ": kubectl explain is empty";
    });
    EXPECT_GT(fields, 50);
  }
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

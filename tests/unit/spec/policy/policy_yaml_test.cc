#include "spec/policy/policy_yaml.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "spec/text/yaml_text.h"
#include "unit/spec/policy/sample_policy.h"

namespace slogate::spec {
namespace {

std::string Sample(const std::string& name) {
  nlohmann::json object = SamplePolicy();
  object["metadata"]["name"] = name;
  return object.dump(2) + "\n";  // JSON is YAML
}

TEST(PolicyYamlTest, AgreesWithTheClusterPath) {
  const ParsedPolicy parsed = ParsePolicyYaml(Sample("shop"), "shop.yaml");
  ASSERT_TRUE(parsed.policy.has_value()) << ToString(parsed.mistakes.at(0));
  EXPECT_EQ(*parsed.policy, PolicyFromJson(SamplePolicy()).value());
  EXPECT_EQ(parsed.name, "shop");
  EXPECT_EQ(parsed.ns, "default");
}

TEST(PolicyYamlTest, FindsPoliciesAmongOtherDocuments) {
  const auto policies = ParsePolicyDocuments(
      "kind: Service\n---\n" + Sample("one") + "---\n" + Sample("two") + "---\n# nothing\n", "f");
  ASSERT_EQ(policies.size(), 2U);
  EXPECT_EQ(policies[0].name, "one");
  EXPECT_EQ(policies[1].name, "two");
  EXPECT_TRUE(policies[0].policy && policies[1].policy);
}

TEST(PolicyYamlTest, AsksForOnePolicyWhereOneIsWanted) {
  const ParsedPolicy parsed = ParsePolicyYaml(Sample("one") + "---\n" + Sample("two"), "f");
  EXPECT_FALSE(parsed.policy.has_value());
  ASSERT_EQ(parsed.mistakes.size(), 1U);
  EXPECT_NE(parsed.mistakes[0].message.find("second RolloutPolicy"), std::string::npos);
  EXPECT_GT(parsed.mistakes[0].line, 1);
}

TEST(PolicyYamlTest, ReportsTextThatBreaksOffAfterAPolicy) {
  const ParsedPolicy parsed = ParsePolicyYaml(Sample("one") + "---\na: [\n", "f");
  EXPECT_FALSE(parsed.policy.has_value());
  ASSERT_EQ(parsed.mistakes.size(), 1U);
  EXPECT_NE(parsed.mistakes[0].message.find("YAML"), std::string::npos);
}

TEST(PolicyYamlTest, RefusesHugeText) {
  const ParsedPolicy parsed = ParsePolicyYaml(std::string(YamlLimits{}.bytes + 1, ' '), "f");
  ASSERT_EQ(parsed.mistakes.size(), 1U);
  EXPECT_NE(parsed.mistakes[0].message.find("larger than"), std::string::npos);
}

TEST(PolicyYamlTest, OrdersMistakesByLine) {
  std::string text = Sample("shop");
  text.replace(text.find("99.5"), 4, "995");
  text.replace(text.find("http://"), 7, "ftp://x");
  const ParsedPolicy parsed = ParsePolicyYaml(text, "f");
  ASSERT_EQ(parsed.mistakes.size(), 2U);
  EXPECT_LT(parsed.mistakes[0].line, parsed.mistakes[1].line);
}

TEST(PolicyYamlTest, TenLinesAreEnough) {
  const ParsedPolicy parsed = ParsePolicyYaml(R"(apiVersion: slogate.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: shop}
spec:
  workload: {ref: {name: shop}}
  routes: [ingress: {name: shop, canaryService: shop-new, baselineService: shop-old}]
  objectives:
  - {name: a, dimension: availability, target: 99,
     indicator: {counters: {total: requests_total, bad: errors_total}}}
)",
                                              "f");
  ASSERT_TRUE(parsed.policy) << ToString(parsed.mistakes.at(0));
  using core::LabelMatcher;
  const core::Policy& policy = *parsed.policy;
  EXPECT_EQ(policy.prometheus.provider, "default");
  EXPECT_EQ(policy.prometheus.address, "");
  EXPECT_EQ(policy.tracks.canary,
            (std::vector<LabelMatcher>{{"service", LabelMatcher::Op::kEqual, "shop-new"}}));
  EXPECT_EQ(policy.tracks.baseline,
            (std::vector<LabelMatcher>{{"service", LabelMatcher::Op::kEqual, "shop-old"}}));
  ASSERT_EQ(policy.steps.size(), 3U);
  EXPECT_EQ(policy.steps.front().require, core::Require::kNoHarmSeen);
  EXPECT_EQ(policy.steps.back().require, core::Require::kProvenNotWorse);
}

TEST(PolicyYamlTest, WritesAMistakeOnOneLine) {
  EXPECT_EQ(ToString(Mistake{"p.yaml", 3, 5, "spec.retry", "is wrong", "fix it"}),
            "p.yaml:3:5: spec.retry: is wrong; fix it");
  EXPECT_EQ(ToString(Mistake{"p.yaml", 0, 0, "", "is wrong", ""}), "p.yaml: is wrong");
  EXPECT_EQ(ToString(Mistake{"", 0, 0, "spec", "is wrong", "fix it"}), "spec: is wrong; fix it");
}

}  // namespace
}  // namespace slogate::spec

#include "rules/rule_yaml.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
#include <string>
#include <vector>

#include "unit/rules/shop_slo.h"

namespace slogate::rules {
namespace {

core::Labels LabelsIn(const YAML::Node& node) {
  core::Labels labels;
  for (const auto& label : node) {
    labels.emplace_back(label.first.as<std::string>(), label.second.as<std::string>());
  }
  return labels;
}

void ExpectSame(const YAML::Node& node, const Rule& rule) {
  EXPECT_EQ(node["record"].as<std::string>(""), rule.record);
  EXPECT_EQ(node["alert"].as<std::string>(""), rule.alert);
  EXPECT_EQ(node["expr"].as<std::string>(), rule.expression);
  EXPECT_EQ(LabelsIn(node["labels"]), rule.labels);
  EXPECT_EQ(LabelsIn(node["annotations"]), rule.annotations);
}

void ExpectSame(const YAML::Node& node, const std::vector<RuleGroup>& groups) {
  ASSERT_EQ(node["groups"].size(), groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const YAML::Node group = node["groups"][i];
    EXPECT_EQ(group["name"].as<std::string>(), groups[i].name);
    EXPECT_EQ(group["interval"].as<std::string>("none"),
              groups[i].interval.count() > 0 ? "5m" : "none");
    ASSERT_EQ(group["rules"].size(), groups[i].rules.size());
    for (std::size_t j = 0; j < groups[i].rules.size(); ++j) {
      ExpectSame(group["rules"][j], groups[i].rules[j]);
    }
  }
}

TEST(RuleYamlTest, OfARulesFileIsReadAsItWasMeant) {
  const std::vector<RuleGroup> groups = RulesOf(ShopSlo());
  ExpectSame(YAML::Load(ToRulesFile(groups)), groups);
}

TEST(RuleYamlTest, OfAPrometheusRuleIsReadAsItWasMeant) {
  const std::vector<RuleGroup> groups = RulesOf(ShopSlo());
  const YAML::Node object =
      YAML::Load(ToPrometheusRule(groups, {"shop", "monitoring", {{"release", "on"}}}));
  EXPECT_EQ(object["apiVersion"].as<std::string>(), "monitoring.coreos.com/v1");
  EXPECT_EQ(object["kind"].as<std::string>(), "PrometheusRule");
  EXPECT_EQ(object["metadata"]["name"].as<std::string>(), "shop");
  EXPECT_EQ(object["metadata"]["namespace"].as<std::string>(), "monitoring");
  EXPECT_EQ(object["metadata"]["labels"]["release"].Tag(), "!");  // a text, not true
  ExpectSame(object["spec"], groups);
}

TEST(RuleYamlTest, OfAPrometheusRuleIsARulesFileBelowAHead) {
  const std::vector<RuleGroup> groups = RulesOf(ShopSlo());
  std::string expected = R"(# Written by gate rules; edits will be lost.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: 'shop'
  namespace: 'monitoring'
  labels:
    'release': 'prometheus'
spec:
)";
  std::istringstream file(ToRulesFile(groups));
  std::string line;
  std::getline(file, line);  // of the same first line
  while (std::getline(file, line)) expected += "  " + line + "\n";
  EXPECT_EQ(ToPrometheusRule(groups, {"shop", "monitoring", {{"release", "prometheus"}}}),
            expected);
}

TEST(RuleYamlTest, HoldsAnyText) {
  const std::vector<std::string> texts = {"",
                                          "it's",
                                          "a: b",
                                          "# no comment",
                                          "- x",
                                          "line\nline",
                                          "\\n \"x\"",
                                          "tab\tx",
                                          "\x01\x7f",
                                          "\r\n",
                                          " spaces ",
                                          "{{ x }}",
                                          "null",
                                          "...\n---\n",
                                          "grün 日本",
                                          "\xc2\x85\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf",
                                          "(\n  lines\n)",
                                          "(\n\ttab\n)"};
  for (const std::string& text : texts) {
    const std::vector<RuleGroup> groups = {
        {text,
         {},
         {{"up", "", text.empty() ? "1" : text, {{"on", text}, {"x", text}}, {}},
          {"", "a" + text, "1", {}, {{"summary", text}}}},
         {text}}};
    ExpectSame(YAML::Load(ToRulesFile(groups)), groups);
  }
}

TEST(RuleYamlTest, OfNothingIsAnEmptyList) {
  EXPECT_EQ(YAML::Load(ToRulesFile({}))["groups"].size(), 0U);
}

}  // namespace
}  // namespace slogate::rules

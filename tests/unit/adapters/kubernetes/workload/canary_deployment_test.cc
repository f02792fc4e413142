#include "adapters/kubernetes/workload/canary_deployment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json Template() {
  return json::parse(R"({
    "metadata": {"labels": {"app": "shop", "tier": "front", "pod-template-hash": "abc"},
                 "annotations": {"note": "kept"}},
    "spec": {
      "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
        {"labelSelector": {"matchLabels": {"app": "shop"}}, "topologyKey": "zone"},
        {"labelSelector": {"matchLabels": {"app": "cache"}}, "topologyKey": "zone"}]}},
      "topologySpreadConstraints": [{"labelSelector": {"matchExpressions": [
        {"key": "app", "operator": "In", "values": ["shop", "other"]}]}}],
      "containers": [{"name": "web", "image": "shop:1",
                      "envFrom": [{"configMapRef": {"name": "settings"}}]}]}})");
}

json Production(json labels = {{"app", "shop"}, {"tier", "front"}}) {
  return {{"metadata", {{"name", "shop"}, {"labels", {{"owner", "team-shop"}}}}},
          {"spec",
           {{"replicas", 9},
            {"paused", true},
            {"minReadySeconds", 20},
            {"progressDeadlineSeconds", 300},
            {"strategy", {{"type", "Recreate"}}},
            {"selector", {{"matchLabels", std::move(labels)}}},
            {"template", Template()}}},
          {"status", {{"replicas", 9}}}};
}

json Service(const std::string& name, json selector) {
  return {{"metadata", {{"name", name}}}, {"spec", {{"selector", std::move(selector)}}}};
}

FrontServices Front(std::vector<json> of_production, std::vector<json> of_both = {}) {
  return {std::move(of_production), std::move(of_both)};
}

std::string Chosen(const json& production, const FrontServices& services,
                   const std::string& named = "") {
  const auto label = ChooseCanaryLabel(production, named, services);
  return label ? label->key : "refused: " + label.error().message;
}

TEST(CanaryLabelTest, IsOneThatTheServicesOfProductionSelectBy) {
  EXPECT_EQ(Chosen(Production(), Front({Service("shop", {{"tier", "front"}})})), "tier");
  EXPECT_EQ(Chosen(Production(), Front({Service("shop", {{"app", "shop"}, {"tier", "front"}})})),
            "app");
  EXPECT_EQ(Chosen(Production(), Front({Service("shop", {{"app", "shop"}, {"tier", "front"}}),
                                        Service("shop-grpc", {{"tier", "front"}})})),
            "tier");
}

TEST(CanaryLabelTest, PrefersTheLabelsPeopleUseForTheApp) {
  EXPECT_EQ(Chosen(Production({{"a", "1"}, {"app", "shop"}, {"z", "2"}}), Front({})), "app");
  EXPECT_EQ(Chosen(Production({{"a", "1"}, {"app.kubernetes.io/name", "shop"}}), Front({})),
            "app.kubernetes.io/name");
  EXPECT_EQ(Chosen(Production({{"k", "1"}, {"z", "2"}}), Front({})), "k");
}

TEST(CanaryLabelTest, IsNoneByWhichAServiceOfBothTracksSelects) {
  EXPECT_EQ(Chosen(Production(), Front({}, {Service("shop", {{"app", "shop"}})})), "tier");
  EXPECT_THAT(
      Chosen(Production({{"app", "shop"}}), Front({}, {Service("shop", {{"app", "shop"}})})),
      HasSubstr("give the pods another label"));
}

TEST(CanaryLabelTest, MayBeNamed) {
  EXPECT_EQ(Chosen(Production(), Front({}), "tier"), "tier");
  EXPECT_THAT(Chosen(Production(), Front({}), "team"),
              HasSubstr("the selector of Deployment shop does not have; name a label of "
                        "app=shop,tier=front"));
}

TEST(CanaryLabelTest, AServiceThatWouldSelectTheCanaryWhateverItsLabelIsRefusedWithTheFix) {
  json production = Production();
  production["spec"]["template"]["metadata"]["labels"]["team"] = "shop";
  EXPECT_THAT(Chosen(production, Front({Service("web", {{"team", "shop"}})})),
              HasSubstr("refused: Service web selects pods by team=shop, so it would select the "
                        "canary's pods too; add a label of Deployment shop's selector "
                        "(app=shop,tier=front)"));
  EXPECT_THAT(Chosen(Production(), Front({Service("web", {{"app", "web"}})})),
              HasSubstr("refused: Service web selects pods by app=web and so none of Deployment "
                        "shop; correct its selector: the pods have app=shop,"));
  EXPECT_THAT(Chosen(Production(), Front({Service("web", {{"app", "shop"}}),
                                          Service("rpc", {{"tier", "front"}})})),
              HasSubstr("select pods by no common label"));
}

TEST(CanaryLabelTest, SelectorsThatCannotBeMappedAreRefusedWithTheFix) {
  json expressions = Production();
  expressions["spec"]["selector"]["matchExpressions"] =
      json::array({{{"key", "app"}, {"operator", "Exists"}}});
  EXPECT_THAT(Chosen(expressions, Front({})), HasSubstr("make it again with matchLabels"));
  EXPECT_THAT(Chosen(Production(json::object()), Front({})), HasSubstr("without matchLabels"));
  EXPECT_THAT(Chosen(json(), Front({})), HasSubstr("refused"));
}

TEST(CanaryLabelTest, ALongValueStaysALabelValueOfItsOwn) {
  const auto value = [](const std::string& own) {
    return ChooseCanaryLabel(Production({{"app", own}}), "", Front({}))->canary;
  };
  const std::string a(63, 'a');
  const std::string b = std::string(62, 'a') + "b";
  EXPECT_EQ(value("shop"), "shop-canary");
  EXPECT_EQ(value(std::string(56, 'a')), std::string(56, 'a') + "-canary");
  EXPECT_EQ(value(a).size(), 63u);
  EXPECT_TRUE(value(a).ends_with("-canary"));
  EXPECT_NE(value(a), value(b));
}

TEST(CanaryTemplateTest, PodsAndTheSelectorsThatMeanThemAreMapped) {
  const json canary = CanaryTemplate(Template(), {"app", "shop", "shop-canary"});
  EXPECT_EQ(canary["metadata"]["labels"], (json{{"app", "shop-canary"}, {"tier", "front"}}));
  const json& terms = canary["spec"]["affinity"]["podAntiAffinity"]
                            ["requiredDuringSchedulingIgnoredDuringExecution"];
  EXPECT_EQ(terms[0]["labelSelector"]["matchLabels"]["app"], "shop-canary");
  EXPECT_EQ(terms[1]["labelSelector"]["matchLabels"]["app"], "cache");
  EXPECT_EQ(canary["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchExpressions"][0]
                  ["values"],
            (json{"shop-canary", "other"}));
  EXPECT_EQ(canary["spec"]["containers"], Template()["spec"]["containers"]);
}

TEST(CanaryDeploymentTest, HasTheTemplateAndWhatDecidesWhenAPodCounts) {
  ports::PolicyRecord record;
  record.key = {"shop", "policy"};
  record.uid = "uid-1";
  record.policy.emplace();
  record.policy->workload.canary_deployment = "shop-canary";
  const json canary = CanaryDeployment(Production(), {"app", "shop", "shop-canary"}, record, 2);
  json spec = canary["spec"];
  EXPECT_EQ(spec["template"]["metadata"]["labels"]["app"], "shop-canary");
  spec.erase("template");
  EXPECT_EQ(spec,
            (json{{"replicas", 2},
                  {"paused", false},
                  {"minReadySeconds", 20},
                  {"progressDeadlineSeconds", 300},
                  {"selector", {{"matchLabels", {{"app", "shop-canary"}, {"tier", "front"}}}}}}));
  const json& metadata = canary["metadata"];
  EXPECT_EQ(metadata["name"], "shop-canary");
  EXPECT_EQ(metadata["labels"], (json{{"app.kubernetes.io/managed-by", "slogate"}}));
  EXPECT_EQ(metadata["ownerReferences"][0]["uid"], "uid-1");
  EXPECT_EQ(metadata["annotations"]["slogate.dev/policy"], "policy");
  EXPECT_EQ(metadata["annotations"]["slogate.dev/revision"].get<std::string>().size(), 10u);
}

TEST(CanaryDeploymentTest, NonsenseIsHarmless) {
  ports::PolicyRecord record;
  record.policy.emplace();
  for (const char* const text :
       {"null", "[]", R"({"spec":{"template":7}})",
        R"({"spec":{"selector":{"matchLabels":[1]},"template":{"metadata":[],"spec":"x"}}})",
        R"({"spec":{"selector":{"matchLabels":{"app":5}},"template":{"metadata":{"labels":"l"},
            "spec":{"affinity":[{"labelSelector":{"matchLabels":"x","matchExpressions":{}}}]}}}})"}) {
    const json object = json::parse(text);
    EXPECT_NO_THROW({
      static_cast<void>(ChooseCanaryLabel(object, "", {}));
      static_cast<void>(ChooseCanaryLabel(object, "", Front({object}, {object})));
      CanaryDeployment(object, {"app", "a", "b"}, record, 1);
    }) << text;
  }
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

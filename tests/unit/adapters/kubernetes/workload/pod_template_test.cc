#include "adapters/kubernetes/workload/pod_template.h"

#include <gtest/gtest.h>

namespace slogate::adapters::kubernetes {
namespace {

using core::TrackedConfig;
using nlohmann::json;

json Template() {
  return json::parse(R"({
    "metadata": {
      "creationTimestamp": null,
      "labels": {"app": "shop", "tier": "front", "team": "shop"},
      "annotations": {"note": "kept"}
    },
    "spec": {
      "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
        {"labelSelector": {"matchLabels": {"app": "shop"}}, "topologyKey": "zone"},
        {"labelSelector": {"matchLabels": {"app": "cache"}}, "topologyKey": "zone"}]}},
      "topologySpreadConstraints": [{"labelSelector": {"matchExpressions": [
        {"key": "app", "operator": "In", "values": ["shop", "other"]}]}}],
      "initContainers": [{"name": "init", "envFrom": [{"secretRef": {"name": "keys"}}]}],
      "containers": [{"name": "web", "image": "shop:1",
        "env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a"}}},
                {"name": "B", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "b"}}},
                {"name": "C", "value": "settings"}],
        "envFrom": [{"configMapRef": {"name": "settings"}}]}],
      "volumes": [{"name": "v", "configMap": {"name": "settings"}},
                  {"name": "w", "secret": {"secretName": "keys"}},
                  {"name": "x", "configMap": {"name": "untracked"}},
                  {"name": "y", "projected": {"sources": [
                    {"configMap": {"name": "settings"}}, {"secret": {"name": "keys"}}]}}]
    }})");
}

json Deployment(json selector, json pod_template = Template()) {
  return {{"metadata", {{"name", "shop"}}},
          {"spec", {{"selector", std::move(selector)}, {"template", std::move(pod_template)}}}};
}

const std::vector<TrackedConfig> kTracked = {{TrackedConfig::Kind::kConfigMap, "settings"},
                                             {TrackedConfig::Kind::kSecret, "keys"}};

json Twin() {
  json twin = Deployment({{"matchLabels", {{"app", "shop-baseline"}, {"tier", "front"}}}});
  twin["spec"]["template"] = TwinTemplate(Template(), {"app", "shop", "shop-baseline"}, kTracked);
  return twin;
}

json User() { return Deployment({{"matchLabels", {{"app", "shop"}, {"tier", "front"}}}}); }

TEST(TwinLabelTest, PrefersTheLabelsPeopleUseForTheApp) {
  const auto label =
      ChooseTwinLabel(Deployment({{"matchLabels", {{"a", "1"}, {"app", "shop"}, {"z", "2"}}}}));
  ASSERT_TRUE(label.has_value());
  EXPECT_EQ(label->key, "app");
  EXPECT_EQ(label->twin, "shop-baseline");
  const auto recommended = ChooseTwinLabel(
      Deployment({{"matchLabels", {{"a", "1"}, {"app.kubernetes.io/name", "shop"}}}}));
  ASSERT_TRUE(recommended.has_value());
  EXPECT_EQ(recommended->key, "app.kubernetes.io/name");
  const auto first = ChooseTwinLabel(Deployment({{"matchLabels", {{"k", "1"}, {"z", "2"}}}}));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->key, "k");
}

TEST(TwinLabelTest, ALongValueStaysALabelValueOfItsOwn) {
  const std::string a(63, 'a');
  const std::string b = std::string(62, 'a') + "b";
  const auto twin = [](const std::string& value) {
    return ChooseTwinLabel(Deployment({{"matchLabels", {{"app", value}}}}))->twin;
  };
  EXPECT_EQ(twin(a).size(), 63u);
  EXPECT_NE(twin(a), twin(b));
  EXPECT_TRUE(twin(a).ends_with("-baseline"));
}

TEST(TwinLabelTest, SelectorsThatCannotBeMappedAreRefusedWithTheFix) {
  const auto expressions = ChooseTwinLabel(
      Deployment({{"matchLabels", {{"app", "shop"}}},
                  {"matchExpressions", json::array({{{"key", "app"}, {"operator", "Exists"}}})}}));
  ASSERT_FALSE(expressions.has_value());
  EXPECT_NE(expressions.error().message.find("matchLabels"), std::string::npos);
  EXPECT_FALSE(ChooseTwinLabel(Deployment(json::object())).has_value());
  EXPECT_FALSE(ChooseTwinLabel(json()).has_value());
}

TEST(TwinTemplateTest, PodsAndWhatTheySayOfThemselvesAreMapped) {
  const json twin = Twin()["spec"]["template"];
  EXPECT_EQ(twin["metadata"]["labels"],
            (json{{"app", "shop-baseline"}, {"tier", "front"}, {"team", "shop"}}));
  const json& terms =
      twin["spec"]["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
  EXPECT_EQ(terms[0]["labelSelector"]["matchLabels"]["app"], "shop-baseline");
  EXPECT_EQ(terms[1]["labelSelector"]["matchLabels"]["app"], "cache");
  EXPECT_EQ(twin["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchExpressions"][0]
                ["values"],
            (json{"shop-baseline", "other"}));
}

TEST(TwinTemplateTest, EveryReferenceToTrackedConfigurationIsToTheCopy) {
  const json spec = Twin()["spec"]["template"]["spec"];
  const json& web = spec["containers"][0];
  EXPECT_EQ(web["env"][0]["valueFrom"]["configMapKeyRef"]["name"], "settings-baseline");
  EXPECT_EQ(web["env"][1]["valueFrom"]["secretKeyRef"]["name"], "keys-baseline");
  EXPECT_EQ(web["env"][2]["value"], "settings");
  EXPECT_EQ(web["envFrom"][0]["configMapRef"]["name"], "settings-baseline");
  EXPECT_EQ(spec["initContainers"][0]["envFrom"][0]["secretRef"]["name"], "keys-baseline");
  EXPECT_EQ(spec["volumes"][0]["configMap"]["name"], "settings-baseline");
  EXPECT_EQ(spec["volumes"][1]["secret"]["secretName"], "keys-baseline");
  EXPECT_EQ(spec["volumes"][2]["configMap"]["name"], "untracked");
  EXPECT_EQ(spec["volumes"][3]["projected"]["sources"][0]["configMap"]["name"],
            "settings-baseline");
  EXPECT_EQ(spec["volumes"][3]["projected"]["sources"][1]["secret"]["name"], "keys-baseline");
}

TEST(NormalTemplateTest, ATwinIsEqualToItsOriginal) {
  json twin = Twin();
  json& metadata = twin["spec"]["template"]["metadata"];
  metadata["labels"]["pod-template-hash"] = "abc";
  metadata["annotations"]["slogate.dev/config"] = "1234567890";
  EXPECT_EQ(NormalTemplate(twin, kTracked), NormalTemplate(User(), kTracked));
}

TEST(NormalTemplateTest, WhatATeamChangesIsADifference) {
  const json normal = NormalTemplate(User(), kTracked);
  const std::vector<std::pair<const char*, json>> changes = {
      {"/spec/template/spec/containers/0/image", "shop:2"},
      {"/spec/template/metadata/labels/team", "other"},
      {"/spec/template/metadata/annotations/note", "changed"},
      {"/spec/template/spec/volumes/2/configMap/name", "else"},
      {"/spec/template/spec/affinity/podAntiAffinity/"
       "requiredDuringSchedulingIgnoredDuringExecution/1/labelSelector/matchLabels/app",
       "store"}};
  for (const auto& [path, value] : changes) {
    json changed = User();
    changed[json::json_pointer(path)] = value;
    EXPECT_NE(NormalTemplate(changed, kTracked), normal) << path;
  }
}

TEST(NormalTemplateTest, NonsenseIsHarmless) {
  for (const char* text :
       {"null", "[]", R"({"spec":{"template":7}})",
        R"({"spec":{"selector":{"matchLabels":[1]},"template":{"metadata":[],"spec":"x"}}})",
        R"({"spec":{"selector":{"matchLabels":{"app":5}},"template":{"metadata":{"labels":"l"},
            "spec":{"affinity":[{"labelSelector":{"matchLabels":"x","matchExpressions":{}}}],
                    "volumes":{"a":1},"containers":[5,{"env":[{"valueFrom":"y"}]}]}}}})"}) {
    const json object = json::parse(text);
    EXPECT_NO_THROW({
      NormalTemplate(object, kTracked);
      NamedIn(object.is_object() ? object.value("spec", json()).value("template", json()) : object);
      TwinTemplate(object, {"app", "a", "b"}, kTracked);
      static_cast<void>(ChooseTwinLabel(object));
    }) << text;
  }
}

}  // namespace
}  // namespace slogate::adapters::kubernetes

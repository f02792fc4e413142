// Every chunk of YAML that a page shows is sound, whole or put into a policy that is.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "app/cli/run/providers_file.h"
#include "docs/documented_promises.h"
#include "docs/pages.h"
#include "places.h"
#include "simulation/scenario.h"
#include "spec/policy/policy_yaml.h"
#include "spec/slo/slo_file.h"
#include "spec/text/yaml_text.h"

namespace slogate::testing {
namespace {

using nlohmann::json;

constexpr const char* kKind = "RolloutPolicy";

std::string ReadSource(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(std::string(SLOGATE_SOURCE_DIR) + "/" + name, std::ios::binary).rdbuf();
  return text.str();
}

using spec::ReadYaml;

json MinimalPolicy() { return ReadYaml(ReadSource("examples/minimal.yaml")).documents.at(0).value; }

// Fields that a policy's spec may have, by the schema.
std::set<std::string> SpecFields() {
  const json crd =
      ReadYaml(ReadSource("crds/rolloutpolicies.slogate.dev.yaml")).documents.at(0).value;
  const json& schema = crd.at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema");
  std::set<std::string> fields;
  for (const auto& [name, field] : schema.at("properties").at("spec").at("properties").items()) {
    fields.insert(name);
  }
  return fields;
}

bool IsPartOfSpec(const json& value) {
  static const std::set<std::string> fields = SpecFields();
  if (!value.is_object() || value.empty()) return false;
  return std::all_of(value.items().begin(), value.items().end(),
                     [](const auto& item) { return fields.contains(item.key()); });
}

void ExpectSound(const std::string& text, const std::string& place) {
  for (const auto& parsed : spec::ParsePolicyDocuments(text, place)) {
    EXPECT_TRUE(parsed.policy.has_value()) << place;
    for (const spec::Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
  }
}

// A part of spec, such as steps alone, is put into a policy that is sound without it.
void ExpectSoundPart(const json& part, const std::string& place) {
  json policy = MinimalPolicy();
  policy["spec"]["tracks"] = {{"revisionLabel", "pod_template_hash"}};  // fits every route
  for (const auto& [name, value] : part.items()) policy["spec"][name] = value;
  ExpectSound(policy.dump(), place);
}

void ExpectSoundProviders(const std::string& text, const std::string& place) {
  const auto providers = app::ParseProviders(text, place);
  EXPECT_TRUE(providers.has_value()) << providers.error().message;
}

void ExpectSoundScenario(const std::string& text, const std::string& place) {
  const simulation::ParsedScenario parsed = simulation::ParseScenario(text, place);
  EXPECT_TRUE(parsed.scenario.has_value()) << place;
  for (const spec::Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
}

void ExpectSoundObjectives(const std::string& text, const std::string& place) {
  const spec::ParsedFile parsed = spec::ParseFile(text, place);
  for (const spec::Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
  for (const spec::ParsedSlo& slo : parsed.slos) {
    for (const spec::Mistake& mistake : slo.mistakes) ADD_FAILURE() << ToString(mistake);
  }
}

// Values of the chart: every key that is given exists in values.yaml.
void ExpectKnownValues(const json& given, const json& known, const std::string& path,
                       const std::string& place) {
  for (const auto& [name, value] : given.items()) {
    ASSERT_TRUE(known.is_object() && known.contains(name))
        << place << ": the chart has no value " << path << name;
    if (value.is_object() && known.at(name).is_object() && !known.at(name).empty()) {
      ExpectKnownValues(value, known.at(name), path + name + ".", place);
    }
  }
}

void ExpectSoundBlock(const Block& block, const std::string& place) {
  const spec::YamlText yaml = ReadYaml(block.text);
  for (const spec::Mistake& mistake : yaml.mistakes) {
    ADD_FAILURE() << place << ": " << ToString(mistake);
  }
  const bool promises =
      std::any_of(yaml.documents.begin(), yaml.documents.end(),
                  [](const spec::YamlDocument& document) { return IsPromise(document.value); });
  // With the policies beside them, which may refer to them.
  if (promises) return ExpectSoundPromise(block.text, place);
  for (const spec::YamlDocument& document : yaml.documents) {
    for (const spec::Mistake& mistake : document.mistakes) {
      ADD_FAILURE() << place << ": " << ToString(mistake);
    }
    const json& value = document.value;
    if (block.language == "yaml scenario") {
      ExpectSoundScenario(block.text, place);
    } else if (block.language == "yaml values") {
      const json known = ReadYaml(ReadSource("charts/slogate/values.yaml")).documents.at(0).value;
      ExpectKnownValues(value, known, "", place);
    } else if (block.language == "yaml slo") {
      ExpectSoundPromisePart(value, place);
    } else if (value.is_object() && value.contains("kind")) {
      if (value["kind"] == kKind) ExpectSound(value.dump(), place);
      if (value["kind"] == "ServiceLevelObjective") ExpectSoundObjectives(value.dump(), place);
    } else if (value.is_object() && value.contains("slos")) {
      ExpectSoundObjectives(value.dump(), place);
    } else if (value.is_object() && value.contains("providers")) {
      ExpectSoundProviders(block.text, place);
    } else {
      EXPECT_TRUE(IsPartOfSpec(value))
          << place << ": neither an object, nor a part of a policy's spec, nor providers";
      if (IsPartOfSpec(value)) ExpectSoundPart(value, place);
    }
  }
}

TEST(DocumentedPoliciesTest, EveryChunkOfYamlIsSound) {
  int blocks = 0;
  for (const Page& page : AllPages()) {
    for (const Block& block : page.blocks) {
      if (!block.language.starts_with("yaml")) continue;
      ++blocks;
      ExpectSoundBlock(block, Place(page, block.line));
    }
  }
  EXPECT_GT(blocks, 20);
}

}  // namespace
}  // namespace slogate::testing

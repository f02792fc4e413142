// Files of objectives in every form: the examples, the usual queries, and what is written again.
#include "spec/slo/slo_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "places.h"
#include "promql/selector.h"
#include "unit/spec/slo/random_slo.h"

namespace slogate::spec {
namespace {

using core::CounterIndicator;
using core::HistogramIndicator;
using core::Indicator;
using core::PromqlIndicator;

std::string ReadFile(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(SloExamplesTest, EveryOneIsSoundAndIsWrittenAgain) {
  std::map<core::SloForm, int> forms;
  for (const auto& entry :
       std::filesystem::directory_iterator(SLOGATE_SOURCE_DIR "/examples/slo")) {
    if (entry.path().extension() != ".yaml") continue;
    const ParsedFile file = ParseFile(ReadFile(entry.path()), entry.path());
    for (const Mistake& mistake : file.mistakes) ADD_FAILURE() << ToString(mistake);
    for (const ParsedSlo& parsed : file.slos) {
      for (const Mistake& mistake : parsed.mistakes) ADD_FAILURE() << ToString(mistake);
      ASSERT_TRUE(parsed.slo.has_value());
      ++forms[parsed.slo->form];
      const ParsedFile again = ParseFile(ToYaml(*parsed.slo), "written.yaml");
      ASSERT_EQ(again.slos.size(), 1U);
      core::ServiceLevelObjective expected = *parsed.slo;
      expected.form = core::SloForm::kSlogate;
      EXPECT_EQ(again.slos[0].slo, expected) << ToYaml(*parsed.slo);
    }
  }
  EXPECT_GE(forms[core::SloForm::kSlogate], 7);
  EXPECT_GE(forms[core::SloForm::kSloth], 3);
  EXPECT_GE(forms[core::SloForm::kOpenSlo], 1);
  EXPECT_GE(forms[core::SloForm::kPyrra], 1);
}

TEST(SloFileTest, WhatIsWrittenReadsAsTheSameValue) {
  std::mt19937_64 random(20261122);
  for (int i = 0; i < 500; ++i) {
    const core::ServiceLevelObjective slo = RandomSlo(random);
    const std::string text = ToYaml(slo);
    const ParsedFile file = ParseFile(text, "slo.yaml");
    ASSERT_EQ(file.slos.size(), 1U) << text;
    for (const Mistake& mistake : file.slos[0].mistakes) {
      ADD_FAILURE() << ToString(mistake) << "\n" << text;
    }
    ASSERT_EQ(file.slos[0].slo, slo) << text;
  }
}

TEST(SloFileTest, KeepsThePlacesOfFields) {
  const ParsedFile file =
      ParseFile(ReadFile(SLOGATE_SOURCE_DIR "/examples/slo/sloth-orders.yaml"), "orders.yaml");
  ASSERT_EQ(file.slos.size(), 1U);
  std::map<std::string, int> lines;
  for (const auto& [path, position] : file.slos[0].places) lines[path] = position.line;
  EXPECT_EQ(lines["spec.objectives[0].target"], 9);
  EXPECT_EQ(lines["spec.objectives[0].indicator"], 11);
  EXPECT_EQ(lines["spec.objectives[1]"], 27);
}

TEST(SloFileTest, APolicyFindsTheObjectivesOfItsFile) {
  const std::string policy = R"(
---
apiVersion: slogate.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: shop}
spec:
  workload: {ref: {name: shop}}
  routes: [httpRoute: {name: shop, canaryService: shop-canary, baselineService: shop}]
  slo: {name: shop}
)";
  const ParsedFile file = ParseFile(
      ReadFile(SLOGATE_SOURCE_DIR "/examples/slo/availability.yaml") + policy, "shop.yaml");
  ASSERT_EQ(file.policies.size(), 1U);
  for (const Mistake& mistake : file.policies[0].mistakes) ADD_FAILURE() << ToString(mistake);
  ASSERT_TRUE(file.policies[0].policy.has_value());
  EXPECT_EQ(file.policies[0].policy->objectives.at(0).target, 0.999);
}

}  // namespace
}  // namespace slogate::spec

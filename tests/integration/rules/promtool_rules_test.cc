// Generated rules before promtool. Every folder of cases/ holds an slo.yaml and a test.yaml for
// `promtool test rules`, whose series and numbers are small enough to check by hand; the rules of
// the first are written to rules.yaml beside the second. Add a case by adding a folder.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "integration/rules/promtool.h"
#include "places.h"
#include "rules/rule_yaml.h"
#include "support/built_servers.h"
#include "support/process.h"
#include "unit/rules/shop_slo.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> Cases() {
  std::vector<fs::path> cases;
  const fs::path folder = fs::path(SLOGATE_SOURCE_DIR) / "tests/integration/rules/cases";
  for (const auto& entry : fs::directory_iterator(folder)) cases.push_back(entry.path());
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::vector<rules::RuleGroup> RulesIn(const fs::path& file) {
  std::vector<rules::RuleGroup> all;
  for (const core::ServiceLevelObjective& slo : SlosIn(file)) {
    for (rules::RuleGroup& group : rules::RulesOf(slo)) all.push_back(std::move(group));
  }
  return all;
}

// promtool evaluates groups in no order of its own.
std::string EvaluationOrder(const std::vector<rules::RuleGroup>& groups) {
  std::string order = "group_eval_order:\n";
  for (const rules::RuleGroup& group : groups) order += "  - " + group.name + "\n";
  return order;
}

class BehavedRulesTest : public ::testing::TestWithParam<fs::path> {};

TEST_P(BehavedRulesTest, GiveTheNumbersComputedByHand) {
  const std::vector<rules::RuleGroup> groups = RulesIn(GetParam() / "slo.yaml");
  const TemporaryFolder folder("slogate-rules");
  WriteFile(folder.File("rules.yaml"), rules::ToRulesFile(groups));
  WriteFile(folder.File("test.yaml"),
            ReadFile((GetParam() / "test.yaml").string()) + EvaluationOrder(groups));
  const Answer answer =
      Promtool({"test", "rules", folder.File("test.yaml")}, folder.File("promtool.log"));
  EXPECT_EQ(answer.exit_code, 0) << answer.text;
}

std::string CaseName(const ::testing::TestParamInfo<fs::path>& parameter) {
  return NameOfCase(parameter.param);
}

INSTANTIATE_TEST_SUITE_P(Cases, BehavedRulesTest, ::testing::ValuesIn(Cases()), CaseName);

Answer Checked(const std::string& rules_file) {
  const TemporaryFolder folder("slogate-rules");
  WriteFile(folder.File("rules.yaml"), rules_file);
  return Promtool({"check", "rules", folder.File("rules.yaml")}, folder.File("promtool.log"));
}

void ExpectAccepted(const std::string& rules_file) {
  const Answer answer = Checked(rules_file);
  EXPECT_EQ(answer.exit_code, 0) << answer.text;
}

class ExampleRulesTest : public ::testing::TestWithParam<fs::path> {};

TEST_P(ExampleRulesTest, AreAccepted) { ExpectAccepted(rules::ToRulesFile(RulesIn(GetParam()))); }

INSTANTIATE_TEST_SUITE_P(Examples, ExampleRulesTest, ::testing::ValuesIn(ExampleSlos()), CaseName);

class AnyRulesTest : public ::testing::TestWithParam<fs::path> {};

TEST_F(AnyRulesTest, OfEveryKindOfObjectiveAreAccepted) {
  ExpectAccepted(rules::ToRulesFile(rules::RulesOf(rules::ShopSlo())));
}

TEST_F(AnyRulesTest, OfNamesInQuotesAreAcceptedByPrometheus3) {
  core::Indicator latency =
      core::HistogramIndicator{{"http.server.duration", {rules::Is("service.name", "shop")}}, 0.3};
  const auto slo =
      rules::MakeSlo({rules::MakeObjective("a", 0.99, rules::Requests("http.requests")),
                      rules::MakeObjective("b", 0.99, std::move(latency))});
  const Answer answer = Checked(rules::ToRulesFile(rules::RulesOf(slo)));
  EXPECT_EQ(answer.exit_code == 0, PrometheusMajorVersion() >= 3) << answer.text;
}

// Readers refuse most of this; the text has to hold even if one does not.
TEST_F(AnyRulesTest, OfHostileNamesAreAccepted) {
  const std::string hostile = "x\"'}]\\\n- record: up\r\t#: {{ \xe2\x80\xa8 \xc2\x85";
  core::ServiceLevelObjective slo = rules::ShopSlo();
  slo.service = hostile;
  slo.owner = hostile;
  slo.labels = {{"no-label", "x"}, {"on", hostile}, {"sloth_id", "mine"}, {"tier", "2"}};
  core::SloObjective& objective = slo.objectives.back();
  objective.name = hostile;
  objective.labels = {{"__name__", "mine"}, {"slo_cohort", "mine"}};
  objective.alerting.name = "a: b # c";
  slo.objectives[2].cohorts->targets = {{hostile, 0.5}};
  ExpectAccepted(rules::ToRulesFile(rules::RulesOf(slo)));
}

}  // namespace
}  // namespace slogate::testing

// Every query of a generated dashboard before promtool.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "integration/rules/promtool.h"
#include "rules/dashboard.h"
#include "rules/rule_yaml.h"
#include "support/process.h"
#include "unit/rules/shop_slo.h"

namespace slogate::testing {
namespace {

// As Grafana fills them in.
std::string Filled(std::string query) {
  for (const auto& [variable, value] : {std::pair<std::string, std::string>{"$service", "shop"},
                                        {"$slo", ".+"},
                                        {"$namespace", ".+"},
                                        {"$policy", ".+"}}) {
    for (std::size_t at = 0; (at = query.find(variable, at)) != std::string::npos;) {
      query.replace(at, variable.size(), value);
    }
  }
  return query;
}

TEST(DashboardQueriesTest, AreAllPromql) {
  const auto dashboard = nlohmann::json::parse(rules::DashboardOf({rules::ShopSlo()}, {}));
  rules::RuleGroup group{"dashboard", {}, {}, {}};
  const auto add = [&](const nlohmann::json& target) {
    const std::string name = "query:" + std::to_string(group.rules.size());
    group.rules.push_back({name, "", Filled(target.at("expr")), {}, {}});
  };
  for (const auto& panel : dashboard.at("panels")) {
    for (const auto& target : panel.value("targets", nlohmann::json::array())) add(target);
  }
  for (const auto& annotation : dashboard.at("annotations").at("list")) add(annotation);
  ASSERT_GT(group.rules.size(), 15U);
  const TemporaryFolder folder("slogate-rules");
  WriteFile(folder.File("rules.yaml"), rules::ToRulesFile({group}));
  const Answer answer =
      Promtool({"check", "rules", folder.File("rules.yaml")}, folder.File("promtool.log"));
  EXPECT_EQ(answer.exit_code, 0) << answer.text;
}

}  // namespace
}  // namespace slogate::testing

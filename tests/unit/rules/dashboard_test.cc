#include "rules/dashboard.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "places.h"
#include "rules/rule_yaml.h"
#include "unit/rules/shop_slo.h"

namespace slogate::rules {
namespace {

using nlohmann::json;

json Parsed(const std::vector<core::ServiceLevelObjective>& slos,
            const DashboardOptions& options = {}) {
  return json::parse(DashboardOf(slos, options));
}

std::vector<std::string> QueriesIn(const json& dashboard) {
  std::vector<std::string> queries;
  for (const json& panel : dashboard.at("panels")) {
    for (const json& target : panel.value("targets", json::array())) {
      queries.push_back(target.at("expr"));
    }
  }
  for (const json& one : dashboard.at("annotations").at("list")) queries.push_back(one.at("expr"));
  for (const json& one : dashboard.at("templating").at("list")) {
    if (one.at("type") == "query") queries.push_back(one.at("query").at("query"));
  }
  return queries;
}

std::set<std::string> Titles(const json& dashboard) {
  std::set<std::string> titles;
  for (const json& panel : dashboard.at("panels"))
    titles.insert(panel.at("title").get<std::string>());
  return titles;
}

TEST(DashboardTest, IsWhatGrafanaElevenReads) {
  const json dashboard = Parsed({ShopSlo()}, {"Shop", "Metrics"});
  EXPECT_EQ(dashboard.at("schemaVersion"), 39);
  EXPECT_EQ(dashboard.at("title"), "Shop");
  EXPECT_TRUE(dashboard.at("id").is_null());
  EXPECT_EQ(dashboard.at("time").at("from"), "now-30d");
  const json& variables = dashboard.at("templating").at("list");
  EXPECT_EQ(variables.at(0).at("name"), "datasource");
  EXPECT_EQ(variables.at(0).at("current").at("value"), "Metrics");
  for (const json& panel : dashboard.at("panels")) {
    if (panel.at("type") == "row") continue;
    EXPECT_EQ(panel.at("datasource").at("uid"), "${datasource}") << panel.at("title");
    EXPECT_FALSE(panel.at("targets").empty()) << panel.at("title");
    const json& steps = panel.at("fieldConfig").at("defaults").at("thresholds").at("steps");
    EXPECT_TRUE(steps.at(0).at("value").is_null()) << panel.at("title");
    for (std::size_t i = 2; i < steps.size(); ++i) {
      EXPECT_LT(steps[i - 1].at("value"), steps[i].at("value")) << panel.at("title");
    }
  }
}

TEST(DashboardTest, HasPanelsOfTheirOwnIdAndPlace) {
  const json dashboard = Parsed({ShopSlo()});
  std::set<int> ids;
  std::set<std::pair<int, int>> cells;
  for (const json& panel : dashboard.at("panels")) {
    EXPECT_TRUE(ids.insert(panel.at("id").get<int>()).second);
    const json& place = panel.at("gridPos");
    EXPECT_LE(place.at("x").get<int>() + place.at("w").get<int>(), 24);
    for (int x = place.at("x"); x < place.at("x").get<int>() + place.at("w").get<int>(); ++x) {
      for (int y = place.at("y"); y < place.at("y").get<int>() + place.at("h").get<int>(); ++y) {
        EXPECT_TRUE(cells.emplace(x, y).second) << panel.at("title") << " lies on another";
      }
    }
    std::set<std::string> references;
    for (const json& target : panel.value("targets", json::array())) {
      EXPECT_TRUE(references.insert(target.at("refId").get<std::string>()).second)
          << panel.at("title");
    }
  }
}

TEST(DashboardTest, AsksOnlyForWhatIsRecorded) {
  std::ostringstream controller;
  controller << std::ifstream(SLOGATE_SOURCE_DIR "/src/app/controller/metrics.cc").rdbuf();
  std::set<std::string> recorded = {"ALERTS"};
  for (const RuleGroup& group : RulesOf(ShopSlo())) {
    for (const Rule& rule : group.rules) recorded.insert(rule.record);
  }
  const std::regex metric(R"(\b(slo:[a-z_]+:[a-z0-9_]+|slogate_[a-z_]+|ALERTS|sloth_slo_info)\b)");
  std::set<std::string> requested;
  for (const std::string& query : QueriesIn(Parsed({ShopSlo()}))) {
    const std::size_t before = requested.size();
    for (std::sregex_iterator at(query.begin(), query.end(), metric), end; at != end; ++at) {
      requested.insert(at->str());
      const bool of_controller =
          controller.str().find("\"" + at->str() + "\"") != std::string::npos;
      EXPECT_TRUE(recorded.contains(at->str()) || of_controller) << at->str() << " in " << query;
    }
    EXPECT_TRUE(requested.size() > before || std::regex_search(query, metric)) << query;
  }
  EXPECT_GT(requested.size(), 15U);
}

TEST(DashboardTest, ShowsWhatThereIs) {
  const core::ServiceLevelObjective ratio =
      MakeSlo({MakeObjective("up", 0.99, core::RatioIndicator{"1 - up"})});
  EXPECT_FALSE(Titles(Parsed({ratio})).contains("Cohorts"));
  EXPECT_FALSE(Titles(Parsed({ratio})).contains("Events"));
  EXPECT_TRUE(Titles(Parsed({ratio})).contains("Rollouts"));
  EXPECT_TRUE(Titles(Parsed({ratio, ShopSlo()})).contains("Cohorts"));
  EXPECT_TRUE(Titles(Parsed({ratio, ShopSlo()})).contains("Events"));
}

TEST(DashboardTest, ShowsTheBudgetOfAnSlaWhereThereIsOne) {
  core::SloObjective objective = MakeObjective("availability", 0.99, Requests("requests_total"));
  EXPECT_EQ(DashboardOf({MakeSlo({objective})}, {}).find("sla"), std::string::npos);
  objective.sla_target = 0.98;
  EXPECT_NE(DashboardOf({MakeSlo({objective})}, {}).find("sla_budget"), std::string::npos);
}

TEST(DashboardTest, FollowsTheBudgetWindow) {
  core::ServiceLevelObjective slo = ShopSlo();
  slo.window = std::chrono::days(28);
  const json dashboard = Parsed({slo});
  EXPECT_EQ(dashboard.at("time").at("from"), "now-4w");
  const json& burn = dashboard.at("panels").at(6);
  EXPECT_EQ(burn.at("title"), "Burn rate by window");
  std::vector<json> lines;
  for (const json& step : burn.at("fieldConfig").at("defaults").at("thresholds").at("steps")) {
    lines.push_back(step.at("value"));
  }
  EXPECT_EQ(lines, (std::vector<json>{nullptr, 0.9333333333333333, 2.8, 5.6, 13.44}));
}

TEST(DashboardTest, QuotesTheServices) {
  core::ServiceLevelObjective slo = ShopSlo();
  slo.service = "shop.v1";
  const json dashboard = Parsed({slo});
  const std::string query = dashboard.at("templating").at("list").at(1).at("query").at("query");
  EXPECT_EQ(query,
            R"(label_values(slo:objective:ratio{sloth_service=~"shop\\.v1"}, sloth_service))");
}

TEST(DashboardTest, DoesNotListAThousandServices) {
  std::vector<core::ServiceLevelObjective> slos(1000, ShopSlo());
  for (std::size_t i = 0; i < slos.size(); ++i) slos[i].service = "s" + std::to_string(i);
  EXPECT_LT(DashboardOf(slos, {}).size(), 100'000U);
}

}  // namespace
}  // namespace slogate::rules

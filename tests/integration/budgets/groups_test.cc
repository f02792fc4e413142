// `gate check` of Sloth's queries by cluster, on a real Prometheus: each cluster has a row of its
// own, and the worst decides. Of 101 requests a second one is the small cluster's: its 35 % of
// failures are 0.4 % of all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "integration/budgets/budget_bed.h"
#include "places.h"
#include "spec/text/units.h"

namespace slogate::tests {
namespace {

constexpr int kEnd = 24 * 60;  // minutes
constexpr int kFailsSince = kEnd - 7 * 60;

constexpr const char* kSlo = R"(version: prometheus/v1
service: api
slos:
  - name: by-cluster
    objective: 99.0
    sli:
      events:
        error_query: sum by (cluster) (rate(app_requests_total{job="api",code=~"5.."}[{{.window}}]))
        total_query: sum by (cluster) (rate(app_requests_total{job="api"}[{{.window}}]))
    alerting:
      name: ApiErrors
      page_alert: {}
      ticket_alert: {}
)";

std::string Happened() {
  std::ostringstream text;
  text << "# TYPE app_requests counter\n";
  for (const auto& [cluster, a_second] : {std::pair("big", 100), std::pair("small", 1)}) {
    double good = 0;
    double bad = 0;
    std::ostringstream of_bad;
    const std::string head = std::string("app_requests_total{job=\"api\",cluster=\"") + cluster;
    for (int minute = 0; minute <= kEnd; ++minute) {
      const bool fails = std::string(cluster) == "small" && minute > kFailsSince;
      const double share = fails ? 0.35 : 0.0005;
      good += 60 * a_second * (1 - share);
      bad += 60 * a_second * share;
      const auto at = AtMinute(minute).time_since_epoch() / std::chrono::seconds(1);
      text << head << "\",code=\"200\"} " << static_cast<long>(good) << " " << at << "\n";
      of_bad << head << "\",code=\"500\"} " << static_cast<long>(bad) << " " << at << "\n";
    }
    text << of_bad.str();
  }
  text << "# EOF\n";
  return text.str();
}

TEST(GroupsTest, EachHasARowAndTheWorstDecides) {
  const BudgetBed bed(Happened());
  const demo::TemporaryFolder folder("slogate-groups");
  demo::WriteFile(folder.File("slo.yml"), kSlo);
  testing::Process gate = testing::Process::Start(
      {.arguments = {SLOGATE_GATE, "check", "-f", folder.File("slo.yml"), "--prometheus",
                     bed.address(), "--at", spec::ToSecondsText(AtMinute(kEnd)), "--report",
                     "json=" + folder.File("check.json")},
       .environment = {},
       .log_path = folder.File("log")});
  const auto code = gate.Wait(std::chrono::seconds(60));
  const std::string table = demo::ReadFile(folder.File("log"));
  EXPECT_EQ(code, 1) << table;
  EXPECT_THAT(table, ::testing::HasSubstr("small: the budget burns at 35"));
  const auto check = nlohmann::json::parse(demo::ReadFile(folder.File("check.json")));
  std::map<std::string, bool> pages;
  for (const auto& budget : check.at("slos").at(0).at("objectives").at(0).at("budgets")) {
    bool& firing = pages[budget.at("cohort")];
    for (const auto& row : budget.at("rows")) {
      firing = firing || (row.at("severity") == "Page" && row.at("firing") == true);
    }
  }
  EXPECT_EQ(pages, (std::map<std::string, bool>{{"", false}, {"big", false}, {"small", true}}));
}

}  // namespace
}  // namespace slogate::tests

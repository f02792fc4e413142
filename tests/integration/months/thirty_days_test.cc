// Months of services that are made up from seeds, on a real Prometheus: what `gate check` says of a
// budget follows from what is known of it. SLOGATE_SEEDS says how many services; SLOGATE_FIRST_SEED
// where to begin.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "integration/budgets/budget_bed.h"
#include "integration/budgets/true_budget.h"
#include "integration/months/generated_month.h"
#include "places.h"
#include "spec/text/units.h"

namespace slogate::tests {
namespace {

using nlohmann::json;

constexpr int kDefaultSeeds = 40;
constexpr int kAtOnce = 40;
// increase() estimates what happens where a series begins or ends.
constexpr double kEstimate = 0.1;
constexpr double kSpent = 1;  // where changes of normal priority are blocked
constexpr int kPartialOnceIn = 3;

int FromEnvironment(const char* name, int fallback) {
  const char* const text = std::getenv(name);
  return text == nullptr || *text == '\0' ? fallback : std::atoi(text);
}

std::string SloText(const GeneratedService& service) {
  const std::string series = "http_requests_total{job=\"" + service.name + "\"";
  return R"(---
apiVersion: slogate.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: )" +
         service.name + R"(}
spec:
  service: )" +
         service.name + R"(
  window: 30d
  prometheus: {address: 'http://given.by.the.test:9090', scrapeInterval: 2m, timeout: 2m}
  objectives:
    - name: availability
      dimension: availability
      target: 99
      indicator: {counters: {total: ')" +
         series + "}', bad: '" + series + ",code=\"500\"}'}}\n";
}

struct Seen {
  int even = 0;
  int rough = 0;
  int blocked = 0;
  int passed = 0;
  int between = 0;  // where an estimate decides
  int partial = 0;
};

class ThirtyDays {
 public:
  ThirtyDays(unsigned first_seed, int count)
      : month_(GenerateMonth(first_seed, count)), bed_(month_.open_metrics) {
    std::string text;
    for (const GeneratedService& service : month_.services) text += SloText(service);
    demo::WriteFile(folder_.File("slos.yaml"), text);
  }

  void ExpectVerdicts(Seen& seen) const {
    const json report = Check();
    ASSERT_EQ(report["slos"].size(), month_.services.size());
    for (std::size_t i = 0; i < month_.services.size(); ++i) {
      const GeneratedService& service = month_.services[i];
      const json& slo = report["slos"][i];
      ASSERT_EQ(slo["service"], service.name);
      const json& budget = slo["objectives"][0]["budgets"][0];
      SCOPED_TRACE(service.name + ": " + std::to_string(service.known.bad) + " bad of " +
                   std::to_string(service.known.total) + " in " + std::to_string(service.seen) +
                   " of the window: " + slo.dump(1));
      const bool blocked = slo["action"] == "Block";
      (blocked ? seen.blocked : seen.passed) += 1;
      if (service.even) {
        ++seen.even;
        ExpectClose(budget["events"], service.known.total, kExact, "events");
        ExpectClose(budget["bad"], service.known.bad, kExact, "bad");
        ExpectClose(budget["remaining"], 1 - service.SpentOfSeen(), kExact, "remaining");
        EXPECT_EQ(blocked, service.SpentOfSeen() >= kSpent);
        continue;
      }
      ++seen.rough;
      if (service.SpentAtLeast() > kSpent + kEstimate) {
        EXPECT_TRUE(blocked) << "a spent budget passes";
      } else if (service.SpentOfSeen() < kSpent - kEstimate) {
        EXPECT_FALSE(blocked) << "a budget that is not spent blocks";
      } else {
        ++seen.between;
      }
    }
  }

  // Some answers say that they are partial: then nothing is known, and otherwise everything.
  void ExpectNothingOfPartialAnswers(Seen& seen) const {
    std::mt19937_64 random(month_.services.size());
    bool was_partial = false;
    const adapters::prometheus::Transport pooled = adapters::prometheus::PooledTransport();
    adapters::prometheus::PrometheusBudgets budgets(
        [&](const adapters::http::Tls& tls, const adapters::http::OutgoingRequest& request) {
          auto response = pooled(tls, request);
          const std::string whole = R"("status":"success")";
          if (response && random() % kPartialOnceIn == 0) {
            was_partial = true;
            response->body.replace(response->body.find(whole), whole.size(),
                                   whole + R"(,"warnings":["receive series from 10.0.3.7:10901"])");
          }
          return response;
        });
    for (const core::ServiceLevelObjective& slo : SlosIn(folder_.File("slos.yaml"))) {
      ports::MetricsConnection connection;
      connection.address = bed_.address();
      connection.timeout = std::chrono::minutes(2);
      was_partial = false;
      const auto plan = core::PlanBudget(slo, slo.objectives.front(), kMonthEnd);
      ASSERT_TRUE(plan);
      const core::BudgetReading reading = budgets.ReadBudget("", connection, *plan);
      const auto expected =
          was_partial ? core::SourceProblem::kPartial : core::SourceProblem::kNone;
      EXPECT_EQ(reading.source, expected) << slo.service << ": " << reading.message;
      const auto summary = core::JudgeSlo(slo, {reading}, core::ChangePriority::kNormal, kMonthEnd);
      EXPECT_EQ(summary.source_failed, was_partial) << slo.service;
      if (!was_partial) continue;
      ++seen.partial;
      EXPECT_EQ(summary.action, core::GateAction::kAllow) << slo.service << " has a finding";
      EXPECT_TRUE(reading.series.empty()) << slo.service;
    }
  }

 private:
  json Check() const {
    const std::string report = folder_.File("report.json");
    const std::string log = folder_.File("log");
    testing::Process gate = testing::Process::Start(
        {.arguments = {SLOGATE_GATE, "check", "-f", folder_.File("slos.yaml"), "--prometheus",
                       bed_.address(), "--at", spec::ToSecondsText(kMonthEnd), "--report",
                       "json=" + report},
         .environment = {},
         .log_path = log});
    EXPECT_TRUE(gate.Wait(std::chrono::minutes(5)).has_value());
    const json answer = json::parse(demo::ReadFile(report), nullptr, false);
    EXPECT_TRUE(answer.is_object()) << demo::ReadFile(log);
    return answer;
  }

  const GeneratedMonth month_;
  const BudgetBed bed_;
  const demo::TemporaryFolder folder_{"slogate-month"};
};

TEST(ThirtyDaysTest, VerdictsFollowWhatIsKnown) {
  const int first = FromEnvironment("SLOGATE_FIRST_SEED", 1);
  const int seeds = FromEnvironment("SLOGATE_SEEDS", kDefaultSeeds);
  Seen seen;
  for (int done = 0; done < seeds; done += kAtOnce) {
    const ThirtyDays days(static_cast<unsigned>(first + done), std::min(kAtOnce, seeds - done));
    ASSERT_NO_FATAL_FAILURE(days.ExpectVerdicts(seen));
    ASSERT_NO_FATAL_FAILURE(days.ExpectNothingOfPartialAnswers(seen));
  }
  std::cout << seen.even << " even services and " << seen.rough << " rough ones: " << seen.blocked
            << " blocked, " << seen.passed << " passed, " << seen.between
            << " where an estimate decides; " << seen.partial << " readings partial\n";
  EXPECT_GT(seen.blocked, 0);
  EXPECT_GT(seen.passed, 0);
  EXPECT_GT(seen.partial, 0);
}

}  // namespace
}  // namespace slogate::tests

// The first events of series, in a budget read from a real Prometheus: every event is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "integration/budgets/budget_bed.h"
#include "integration/budgets/scrapes.h"
#include "spec/slo/sli_promql.h"
#include "support/built_servers.h"

namespace slogate::tests {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr int kEnd = 12 * 60;  // minutes

// The pods of one job.
struct Service {
  explicit Service(std::string name) : job(std::move(name)) {}

  ScrapedTarget Target(const std::string& pod) const {
    return {"job=\"" + job + "\",instance=\"" + pod + ":80\",pod=\"" + pod + "\""};
  }
  std::string Requests(const std::string& pod, const std::string& code) const {
    return Target(pod).Requests(code);
  }
  void Up(Scrapes& scrapes, const std::string& pod, int from, int to, int started) const {
    Target(pod).Up(scrapes, from, to, started);
  }

  std::string job;
};

constexpr int kDeploys = 5;
constexpr int kPods = 4;

// Two hours each, each pod's only error begins its series.
void FirstErrors(const Service& service, bool with_up, Scrapes& scrapes) {
  for (int deploy = 0; deploy < kDeploys; ++deploy) {
    const int born = 60 + deploy * 120;
    for (int i = 0; i < kPods; ++i) {
      const std::string pod = "p" + std::to_string(deploy) + "-" + std::to_string(i);
      if (with_up) service.Up(scrapes, pod, born, born + 119, born);
      for (int age = 0; age < 120; ++age) {
        scrapes.Add(service.Requests(pod, "200"), born + age, age / 2);
      }
      scrapes.Flat(service.Requests(pod, "500"), born + 31 + 7 * i, born + 119, 1);
    }
  }
}

class BudgetBirthsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    Scrapes scrapes;
    FirstErrors(Service("young"), true, scrapes);
    FirstErrors(Service("bare"), false, scrapes);

    // Restarted, and its errors born again, higher than they were.
    const Service reborn("reborn");
    reborn.Up(scrapes, "a", 0, 299, -1000);
    reborn.Up(scrapes, "a", 300, kEnd, 300);
    scrapes.Flat(reborn.Requests("a", "200"), 0, 299, 100);
    scrapes.Flat(reborn.Requests("a", "200"), 300, kEnd, 20);
    scrapes.Flat(reborn.Requests("a", "500"), 0, 299, 5);
    scrapes.Flat(reborn.Requests("a", "500"), 310, kEnd, 7);

    // An old pod that Prometheus finds late.
    const Service found("found");
    found.Up(scrapes, "old", 300, kEnd, -10000);
    scrapes.Flat(found.Requests("old", "200"), 300, kEnd, 100'000);
    scrapes.Flat(found.Requests("old", "500"), 300, kEnd, 10'000);
    found.Up(scrapes, "known", 0, kEnd, -10000);
    scrapes.Flat(found.Requests("known", "200"), 0, kEnd, 10);

    // No `up`, and series that come and go: only what they gained happened.
    const Service sparse("sparse");
    scrapes.Flat(sparse.Requests("a", "200"), 0, kEnd, 10);
    scrapes.Flat(sparse.Requests("a", "500"), 0, 100, 1'000'000);
    scrapes.Flat(sparse.Requests("a", "500"), 300, 310, 1'000'003);
    scrapes.Flat(sparse.Requests("a", "500"), 320, 330, 1'000'004);
    scrapes.Flat(sparse.Requests("a", "500"), 500, kEnd, 1'000'004);

    // Samples that say nothing come before what the counter held all along.
    const Service nan("nan");
    nan.Up(scrapes, "a", 0, kEnd, -10000);
    scrapes.Flat(nan.Requests("a", "200"), 0, kEnd, 10);
    scrapes.Flat(nan.Requests("a", "500"), 300, 302, std::nan(""));
    scrapes.Flat(nan.Requests("a", "500"), 303, kEnd, 500);
    bed_ = new BudgetBed(scrapes.OpenMetrics());
  }
  static void TearDownTestSuite() { delete bed_; }

  static core::BudgetPlan Plan(const std::string& job) {
    using Op = core::LabelMatcher::Op;
    core::BudgetPlan plan;
    const core::LabelMatcher of{"job", Op::kEqual, job};
    plan.indicator = core::Indicator(
        core::CounterIndicator{{"http_requests_total", {of}},
                               {"http_requests_total", {of, {"code", Op::kMatch, "5.."}}},
                               false});
    plan.at = AtMinute(kEnd);
    plan.first = plan.at - hours(12) + minutes(20);
    plan.period = hours(12);
    plan.chunk = hours(1);
    plan.windows = {minutes(5), hours(1), hours(3), hours(6)};
    plan.scrape_interval = minutes(1);
    return plan;
  }

  core::BudgetReading Read(const core::BudgetPlan& plan, const std::string& key = "") {
    ports::MetricsConnection connection;
    connection.address = bed_->address();
    connection.timeout = std::chrono::seconds(60);
    core::BudgetReading reading = budgets_.ReadBudget(key, connection, plan);
    EXPECT_EQ(reading.source, core::SourceProblem::kNone) << reading.message;
    return reading;
  }

  static double BadOf(const std::vector<core::WindowCounts>& windows) {
    double bad = 0;
    for (const core::WindowCounts& window : windows) bad += window.counts.bad;
    return bad;
  }

  static inline BudgetBed* bed_ = nullptr;
  adapters::prometheus::PrometheusBudgets budgets_;
};

TEST_F(BudgetBirthsTest, AnErrorThatBeginsItsSeriesIsAnError) {
  for (const std::string job : {"young", "bare"}) {
    const core::BudgetReading reading = Read(Plan(job));
    EXPECT_DOUBLE_EQ(BadOf(reading.series.at(0).chunks), kDeploys * kPods) << job;
  }
}

TEST_F(BudgetBirthsTest, BurnWindowsHaveTheirs) {
  core::BudgetPlan plan = Plan("young");
  plan.at = AtMinute(60 + 4 * 120 + 45);  // the fifth deploy's first three errors
  plan.first = plan.at - hours(5);
  const core::BudgetReading reading = Read(plan);
  const auto& windows = reading.series.at(0).windows;
  EXPECT_DOUBLE_EQ(windows.at(0).counts.bad, 1) << "5 minutes";
  EXPECT_DOUBLE_EQ(windows.at(1).counts.bad, 3) << "1 hour";
  EXPECT_DOUBLE_EQ(windows.at(2).counts.bad, 7) << "3 hours";
  EXPECT_DOUBLE_EQ(windows.at(3).counts.bad, 12) << "6 hours, longer than the budget window";
  EXPECT_DOUBLE_EQ(BadOf(reading.series.at(0).chunks), 11) << "5 hours";
}

TEST_F(BudgetBirthsTest, WhatIsRememberedHasThemToo) {
  for (int minute = 400; minute <= kEnd; minute += 40) {
    core::BudgetPlan plan = Plan("young");
    plan.at = AtMinute(minute);
    plan.first = plan.at - hours(6);
    const core::BudgetReading remembered = Read(plan, "key");
    const core::BudgetReading again = Read(plan);
    ASSERT_EQ(remembered.series.at(0).chunks.size(), again.series.at(0).chunks.size());
    EXPECT_DOUBLE_EQ(BadOf(remembered.series[0].chunks), BadOf(again.series[0].chunks)) << minute;
    for (std::size_t i = 0; i < plan.windows.size(); ++i) {
      EXPECT_DOUBLE_EQ(remembered.series[0].windows.at(i).counts.bad,
                       again.series[0].windows.at(i).counts.bad)
          << minute << ", window " << i;
    }
  }
}

TEST_F(BudgetBirthsTest, ErrorsBornAgainHigherAreAllCounted) {
  const core::BudgetReading reading = Read(Plan("reborn"));
  EXPECT_DOUBLE_EQ(BadOf(reading.series.at(0).chunks), 7);
}

TEST_F(BudgetBirthsTest, WhatAnOldPodHeldWhenItWasFoundIsNotCounted) {
  const core::BudgetReading reading = Read(Plan("found"));
  EXPECT_DOUBLE_EQ(BadOf(reading.series.at(0).chunks), 0);
  EXPECT_THAT(reading.warnings, Contains(HasSubstr("when it was first seen is not counted")));
}

TEST_F(BudgetBirthsTest, ASeriesThatComesBackWithoutUpAddsWhatItGained) {
  const core::BudgetReading reading = Read(Plan("sparse"));
  EXPECT_NEAR(BadOf(reading.series.at(0).chunks), 4, .1) << "one of them by increase()";
}

TEST_F(BudgetBirthsTest, AfterSamplesThatAreNoNumbersNothingIsBorn) {
  const core::BudgetReading reading = Read(Plan("nan"));
  // VictoriaMetrics does not keep such samples.
  EXPECT_DOUBLE_EQ(BadOf(reading.series.at(0).chunks), testing::IsVictoriaMetrics() ? 500 : 0);
}

TEST_F(BudgetBirthsTest, RecordedBucketsHaveThoseOfTheLastHours) {
  core::BudgetPlan plan = Plan("young");
  plan.service = "shop";
  plan.objective = "young";
  plan.windows = {minutes(5), hours(1), hours(3), hours(6), hours(9)};
  const spec::SliEvents events = spec::BucketOf(std::get<core::Indicator>(plan.indicator));
  const auto rule = [&](std::string_view name, const std::string& expression) {
    return rules::Rule{std::string(name),
                       "",
                       expression + " or vector(0)",
                       {{"sloth_id", "shop-young"},
                        {"sloth_service", plan.service},
                        {"sloth_slo", plan.objective}},
                       {}};
  };
  bed_->Record(
      {{{rule(spec::kTotalBucket, events.total), rule(spec::kBadBucket, events.bad)}, AtMinute(5)}},
      plan.at);
  const core::BudgetReading reading = Read(plan);
  ASSERT_EQ(reading.origin, core::BudgetOrigin::kSlogateRules);
  const auto& windows = reading.series.at(0).windows;
  EXPECT_DOUBLE_EQ(windows.at(1).counts.bad, 0) << "1 hour";
  EXPECT_DOUBLE_EQ(windows.at(2).counts.bad, 4) << "3 hours";
  EXPECT_DOUBLE_EQ(windows.at(3).counts.bad, 8) << "6 hours";
  EXPECT_DOUBLE_EQ(windows.at(4).counts.bad, 8) << "9 hours, recorded";
  EXPECT_DOUBLE_EQ(BadOf(reading.series.at(0).chunks), 8) << "all, recorded";

  // Those of a reading before are remembered.
  core::BudgetPlan earlier = plan;
  earlier.at -= hours(4);
  earlier.first -= hours(4);
  Read(earlier, "key");
  EXPECT_DOUBLE_EQ(BadOf(Read(plan, "key").series.at(0).chunks), 16);
}

}  // namespace
}  // namespace slogate::tests

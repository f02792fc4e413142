// Pods that are scraped twice, in a budget read from a real Prometheus: each event counts once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "integration/budgets/budget_bed.h"
#include "integration/budgets/scrapes.h"

namespace slogate::tests {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kEnd = 12 * 60;  // minutes

// A process that answers ten requests a minute, two of them with errors.
void Answer(const ScrapedTarget& target, int from, int to, Scrapes& scrapes) {
  target.Up(scrapes, from, to, -1000);
  for (int minute = from; minute <= to; ++minute) {
    scrapes.Add(target.Requests("200"), minute, 8 * (1000 + minute));
    scrapes.Add(target.Requests("500"), minute, 2 * (1000 + minute));
  }
}

ScrapedTarget PodOf(const std::string& app, const std::string& pod, const std::string& job,
                    const std::string& port = "80") {
  return {"job=\"" + job + "\",instance=\"" + pod + ":" + port + "\",namespace=\"" + app +
          "\",pod=\"" + pod + "\""};
}

class BudgetDoublesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    Scrapes scrapes;
    for (const char* const pod : {"a", "b"}) {
      Answer(PodOf("once", pod, "pods"), 0, kEnd, scrapes);
      Answer(PodOf("twice", pod, "pods"), 0, kEnd, scrapes);
      Answer(PodOf("twice", pod, "shop"), 0, kEnd, scrapes);
      Answer(PodOf("ends", pod, "pods"), 0, kEnd, scrapes);
      Answer(PodOf("ends", pod, "shop"), 0, 400, scrapes);
    }
    Answer(PodOf("mixed", "a", "pods"), 0, kEnd, scrapes);
    Answer(PodOf("mixed", "a", "shop"), 0, kEnd, scrapes);
    Answer(PodOf("mixed", "b", "pods"), 0, kEnd, scrapes);
    Answer(PodOf("ports", "a", "pods", "80"), 0, kEnd, scrapes);
    Answer(PodOf("ports", "a", "pods", "81"), 0, kEnd, scrapes);
    for (const char* const replica : {"0", "1"}) {
      Answer({"job=\"vm\",instance=\"a:80\",namespace=\"pair\",prometheus_replica=\"" +
              std::string(replica) + "\""},
             0, kEnd, scrapes);
    }
    // Its error begins its series, in both jobs.
    for (const char* const job : {"pods", "shop"}) {
      const ScrapedTarget target = PodOf("born", "a", job);
      target.Up(scrapes, 0, kEnd, -1000);
      for (int minute = 0; minute <= kEnd; ++minute) {
        scrapes.Add(target.Requests("200"), minute, minute);
      }
      scrapes.Flat(target.Requests("500"), 600, kEnd, 1);
    }
    bed_ = new BudgetBed(scrapes.OpenMetrics());
  }
  static void TearDownTestSuite() { delete bed_; }

  static core::BudgetPlan Plan(const std::string& app) {
    using Op = core::LabelMatcher::Op;
    core::BudgetPlan plan;
    const core::LabelMatcher of{"namespace", Op::kEqual, app};
    plan.indicator = core::Indicator(
        core::CounterIndicator{{"http_requests_total", {of}},
                               {"http_requests_total", {of, {"code", Op::kMatch, "5.."}}},
                               false});
    plan.at = AtMinute(kEnd);
    plan.first = plan.at - hours(12) + minutes(20);
    plan.period = hours(12);
    plan.chunk = hours(1);
    plan.windows = {minutes(30), hours(3), hours(8)};
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

  static void ExpectRate(const std::vector<core::WindowCounts>& windows, double per_minute) {
    for (const core::WindowCounts& window : windows) {
      const double events =
          per_minute * std::chrono::duration<double, std::ratio<60>>(window.length).count();
      EXPECT_NEAR(window.counts.total, events, .01 * events);
      EXPECT_NEAR(window.counts.bad, .2 * events, .002 * events);
    }
  }

  static inline BudgetBed* bed_ = nullptr;
  adapters::prometheus::PrometheusBudgets budgets_;
};

TEST_F(BudgetDoublesTest, PodsThatTwoJobsScrapeCountOnce) {
  const core::BudgetReading reading = Read(Plan("twice"));
  ExpectRate(reading.series.at(0).chunks, 20);
  ExpectRate(reading.series.at(0).windows, 20);
  EXPECT_THAT(reading.warnings,
              Contains(HasSubstr("scraped twice, and counted once: pod a by jobs pods, shop")));
}

TEST_F(BudgetDoublesTest, OthersStayAsTheyAre) {
  const core::BudgetReading once = Read(Plan("once"));
  ExpectRate(once.series.at(0).chunks, 20);
  EXPECT_THAT(once.warnings, Each(Not(HasSubstr("twice"))));
  const core::BudgetReading ports = Read(Plan("ports"));
  ExpectRate(ports.series.at(0).chunks, 20);
  EXPECT_THAT(ports.warnings, Each(Not(HasSubstr("twice"))));
  ExpectRate(Read(Plan("mixed")).series.at(0).chunks, 20);
}

TEST_F(BudgetDoublesTest, APairOfServersCountsOnce) {
  const core::BudgetReading reading = Read(Plan("pair"));
  ExpectRate(reading.series.at(0).chunks, 10);
  EXPECT_THAT(reading.warnings, Contains(HasSubstr("by several servers of job vm")));
}

TEST_F(BudgetDoublesTest, AJobThatEndedCountsOnceToo) {
  const core::BudgetReading reading = Read(Plan("ends"));
  const auto& chunks = reading.series.at(0).chunks;
  ExpectRate(chunks, 20);
  ExpectRate(reading.series.at(0).windows, 20);
}

TEST_F(BudgetDoublesTest, WhatIsRememberedCountsOnce) {
  for (int minute = 300; minute <= kEnd; minute += 60) {
    core::BudgetPlan plan = Plan("ends");
    plan.at = AtMinute(minute);
    plan.first = plan.at - hours(4);
    const core::BudgetReading reading = Read(plan, "key");
    ExpectRate(reading.series.at(0).chunks, 20);
    if (minute - 8 * 60 >= 0) ExpectRate(reading.series.at(0).windows, 20);
  }
}

TEST_F(BudgetDoublesTest, CohortsCountOnce) {
  core::BudgetPlan plan = Plan("twice");
  plan.cohort_label = "code";
  const core::BudgetReading reading = Read(plan);
  ASSERT_EQ(reading.series.size(), 3U);
  ExpectRate(reading.series[0].chunks, 20);
  EXPECT_EQ(reading.series[1].cohort, "200");
  EXPECT_NEAR(reading.series[1].windows.at(1).counts.total, 16 * 180, 20);
  EXPECT_NEAR(reading.series[2].windows.at(1).counts.bad, 4 * 180, 5);
}

TEST_F(BudgetDoublesTest, AnErrorThatBeginsItsSeriesTwiceIsOneError) {
  double bad = 0;
  for (const core::WindowCounts& chunk : Read(Plan("born")).series.at(0).chunks) {
    bad += chunk.counts.bad;
  }
  EXPECT_DOUBLE_EQ(bad, 1);
}

}  // namespace
}  // namespace slogate::tests

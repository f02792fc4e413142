// What every source of budgets promises: the same of the fake and of Prometheus' answers.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "support/fake_budget_source.h"

namespace slogate::tests {
namespace {

using core::SourceProblem;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

const core::TimePoint kAt{hours(480'000)};
constexpr double kEvents = 1000;
constexpr double kBadShare = 0.02;

core::BudgetPlan Plan() {
  core::BudgetPlan plan;
  plan.indicator =
      core::Indicator(core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false});
  plan.first = kAt - hours(4);
  plan.at = kAt;
  plan.period = hours(4);
  plan.chunk = hours(1);
  plan.windows = {minutes(5), minutes(60)};
  plan.scrape_interval = std::chrono::seconds(15);
  return plan;
}

// Behind each: two of a hundred events are bad, whenever one checks.
class World {
 public:
  virtual ~World() = default;
  virtual ports::BudgetSource& source() = 0;
  virtual void Break() = 0;
};

class FakeWorld : public World {
 public:
  FakeWorld() { source_.Set("availability", {kBadShare, kBadShare, kEvents}); }
  ports::BudgetSource& source() override { return source_; }
  void Break() override {
    source_.Set("availability", {0, 0, kEvents, SourceProblem::kServerError, "broken"});
  }

 private:
  FakeBudgetSource source_;
};

class PrometheusWorld : public World {
 public:
  ports::BudgetSource& source() override { return source_; }
  void Break() override { broken_ = true; }

 private:
  using Response = adapters::http::HttpResult<adapters::http::Response>;

  Response Answer(const adapters::http::OutgoingRequest& request) const {
    if (broken_) return adapters::http::Response{500, {}, ""};
    const bool range = request.url.find("query_range") != std::string::npos;
    json result = json::array();
    const auto add = [&](const std::string& tag, double value) {
      json series = {{"metric", {{"slogate_part", tag}}}};
      const auto at = [&](int hours_ago) {
        const auto seconds = (kAt - hours(hours_ago)).time_since_epoch().count() / 1000;
        return json::array({seconds, std::to_string(value)});
      };
      if (range) {
        series["values"] = {at(3), at(2), at(1), at(0)};
      } else {
        series["value"] = at(0);
      }
      result.push_back(std::move(series));
    };
    for (const std::string& window :
         range ? std::vector<std::string>{"0"} : std::vector<std::string>{"1", "2"}) {
      add("t" + window, kEvents);
      add("p" + window, kEvents * kBadShare);
    }
    const json data = {{"resultType", range ? "matrix" : "vector"}, {"result", result}};
    return adapters::http::Response{200, {}, json{{"status", "success"}, {"data", data}}.dump()};
  }

  bool broken_ = false;
  adapters::prometheus::PrometheusBudgets source_{
      [this](const adapters::http::Tls&, const adapters::http::OutgoingRequest& request) {
        return Answer(request);
      }};
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<World>()> make;
};

class BudgetSourceTest : public ::testing::TestWithParam<Kind> {
 protected:
  core::BudgetReading Read(const std::string& key) {
    ports::MetricsConnection connection;
    connection.address = "http://prometheus:9090";
    return world_->source().ReadBudget(key, connection, Plan());
  }

  std::unique_ptr<World> world_ = GetParam().make();
};

void ExpectShare(const core::WindowCounts& counts) {
  EXPECT_EQ(counts.problem, core::CountProblem::kNone);
  EXPECT_GT(counts.counts.total, 0);
  EXPECT_NEAR(counts.counts.bad, kBadShare * counts.counts.total, 1e-6);
}

TEST_P(BudgetSourceTest, ChunksMakeUpTheBudgetWindow) {
  const core::BudgetReading reading = Read("shop/availability");
  ASSERT_EQ(reading.source, SourceProblem::kNone) << reading.message;
  ASSERT_EQ(reading.series.size(), 1U);
  EXPECT_EQ(reading.series[0].cohort, "");
  core::TimePoint reached = Plan().first;
  for (const core::WindowCounts& chunk : reading.series[0].chunks) {
    EXPECT_EQ(chunk.end - chunk.length, reached);
    ExpectShare(chunk);
    reached = chunk.end;
  }
  EXPECT_EQ(reached, Plan().at);
}

TEST_P(BudgetSourceTest, WindowsComeInThePlansOrder) {
  const core::BudgetReading reading = Read("shop/availability");
  ASSERT_EQ(reading.series.size(), 1U) << reading.message;
  ASSERT_EQ(reading.series[0].windows.size(), Plan().windows.size());
  for (std::size_t i = 0; i < Plan().windows.size(); ++i) {
    EXPECT_EQ(reading.series[0].windows[i].length, Plan().windows[i]);
    EXPECT_EQ(reading.series[0].windows[i].end, Plan().at);
    ExpectShare(reading.series[0].windows[i]);
  }
}

TEST_P(BudgetSourceTest, WhatIsForgottenIsReadAgainAlike) {
  const core::BudgetReading first = Read("shop/availability");
  world_->source().ForgetBudgets("shop/");
  const core::BudgetReading again = Read("shop/availability");
  ASSERT_EQ(first.series.size(), again.series.size());
  ASSERT_EQ(first.series[0].chunks.size(), again.series[0].chunks.size());
  for (std::size_t i = 0; i < first.series[0].chunks.size(); ++i) {
    EXPECT_EQ(first.series[0].chunks[i].counts, again.series[0].chunks[i].counts);
  }
}

TEST_P(BudgetSourceTest, AFailureIsNoCount) {
  Read("shop/availability");
  world_->Break();
  const core::BudgetReading reading = Read("shop/availability");
  EXPECT_EQ(reading.source, SourceProblem::kServerError);
  EXPECT_FALSE(reading.message.empty());
  EXPECT_TRUE(reading.series.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Sources, BudgetSourceTest,
    ::testing::Values(Kind{"Fake", [] { return std::make_unique<FakeWorld>(); }},
                      Kind{"Prometheus", [] { return std::make_unique<PrometheusWorld>(); }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace slogate::tests

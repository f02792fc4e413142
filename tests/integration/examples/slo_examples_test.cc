// The files of examples/slo as they stand: their rules before promtool, and the program's verdict
// on a real Prometheus whose services fail at known rates.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "integration/budgets/budget_bed.h"
#include "places.h"
#include "support/built_servers.h"
#include "support/process.h"

namespace slogate::tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double kClose = 1e-6;
// Noon of 31 March: all but half a day of the month has passed.
constexpr int kNow = (30 * 24 + 12) * 60;
constexpr const char* kNowText = "2026-03-31T12:00:00Z";
constexpr double kShareOfMonth = 30.5 / 31;

struct Counter {
  std::string series;
  double per_minute = 0;
};

// 10,000 events a minute, unless few of a kind are reported apart.
const std::vector<Counter>& Counters() {
  static const std::vector<Counter> kCounters = {
      {R"(http_requests_total{job="shop",code="200"})", 9995},
      {R"(http_requests_total{job="shop",code="503"})", 5},
      {R"(http_requests_total{job="orders-api",cluster="a",code="200"})", 9995},
      {R"(http_requests_total{job="orders-api",cluster="a",code="503"})", 5},
      {R"(http_requests_total{job="orders-api",cluster="b",code="200"})", 1999},
      {R"(http_requests_total{job="orders-api",cluster="b",code="503"})", 1},
      {R"(basket_requests_total{job="basket",region="eu",code="200"})", 9990},
      {R"(basket_requests_total{job="basket",region="eu",code="500"})", 10},
      {R"(basket_requests_total{job="basket",region="us",code="200"})", 99},
      {R"(basket_requests_total{job="basket",region="us",code="500"})", 1},
      {R"(step_requests_total{step="search",result="ok"})", 9980},
      {R"(step_requests_total{step="search",result="failed"})", 20},
      {R"(step_requests_total{step="recommend",result="ok"})", 9800},
      {R"(step_requests_total{step="recommend",result="failed"})", 200},
      {R"(step_requests_total{step="pay",result="ok"})", 9995},
      {R"(step_requests_total{step="pay",result="failed"})", 5},
      {R"(search_duration_seconds_count{job="search"})", 10000},
      {R"(search_duration_seconds_bucket{job="search",le="0.3"})", 9800},
      {R"(search_duration_seconds_bucket{job="search",le="3.0"})", 9950},
      {R"(search_queue_seconds_count{job="search"})", 10000},
      {R"(search_queue_seconds_bucket{job="search",le="0.1"})", 9500},
      {R"(checkouts_total{result="ok"})", 9900},
      {R"(checkouts_total{result="refused"})", 100},
      {R"(graded_answers_total{job="assistant"})", 10000},
      {R"(graded_answers_score_total{job="assistant"})", 9500},
      {R"(answer_relevance_count{job="assistant"})", 10000},
      {R"(answer_relevance_sum{job="assistant"})", 8000},
      {R"(playback_starts_total{region="eu-west",result="ok"})", 9980},
      {R"(playback_starts_total{region="eu-west",result="failed"})", 20},
      {R"(playback_starts_total{region="ap-south",result="ok"})", 970},
      {R"(playback_starts_total{region="ap-south",result="failed"})", 30},
      {R"(helpdesk_requests_total{outcome="answered"})", 10000},
      {R"(helpdesk_duration_seconds_count)", 10000},
      {R"(helpdesk_duration_seconds_bucket{le="3"})", 9800},
      {R"(helpdesk_retrievals_total{result="relevant"})", 9920},
      {R"(helpdesk_retrievals_total{result="empty"})", 50},
      {R"(helpdesk_retrievals_total{result="weak"})", 30},
      {R"(accounts_requests_total{code="200"})", 9995},
      {R"(accounts_requests_total{code="429"})", 5},
      {R"(logins_total{result="ok"})", 9950},
      {R"(logins_total{result="failed"})", 50},
      {R"(orders_total{code="201"})", 9980},
      {R"(orders_total{code="500"})", 20},
      {R"(order_duration_seconds_count)", 10000},
      {R"(order_duration_seconds_bucket{le="0.5"})", 9950},
      {R"(payments_total{result="ok"})", 9998},
      {R"(payments_total{result="error"})", 2},
      {R"(payment_duration_seconds_count)", 10000},
      {R"(payment_duration_seconds_bucket{le="1.0"})", 9900},
      {R"(pipeline_requests_total{outcome="ok"})", 9990},
      {R"(pipeline_requests_total{outcome="error"})", 10},
      {R"(pipeline_duration_seconds_count)", 10000},
      {R"(pipeline_duration_seconds_bucket{le="3.0"})", 9800},
      {R"(pipeline_retrievals_total{result="relevant"})", 9950},
      {R"(pipeline_retrievals_total{result="none"})", 50},
      {R"(pipeline_answers_total{verdict="good"})", 9800},
      {R"(pipeline_answers_total{verdict="slow"})", 200}};
  return kCounters;
}

std::string OpenMetrics() {
  std::string text;
  for (const Counter& counter : Counters()) {
    for (int minute = 0; minute <= kNow; ++minute) {
      const auto value = static_cast<long long>(counter.per_minute * minute);
      text += counter.series + " " + std::to_string(value) + " " +
              std::to_string(AtMinute(minute).time_since_epoch().count() / 1000) + "\n";
    }
  }
  return text + "# EOF\n";
}

struct Verdict {
  int exit_code = 0;
  std::string action;
  std::map<std::string, double> remaining;  // by objective: 1 - bad ratio / (1 - target)
};

const std::map<std::string, Verdict>& Verdicts() {
  // A journey's visitors: one of 500 finds nothing, a tenth of one in 50 leaves, one in 2,000
  // cannot pay.
  static const double kLost = 1 - 0.998 * (1 - 0.1 * 0.02) * 0.9995;
  static const std::map<std::string, Verdict> kVerdicts = {
      {"ai-pipeline",
       {0,
        "Allow",
        {{"availability", 1 - 0.001 / 0.005},
         {"latency", 1 - 0.02 / 0.05},
         {"retrieval", 1 - 0.005 / 0.02},
         {"good-answers", 1 - 0.02 / 0.07}}}},
      {"availability", {0, "Allow", {{"availability", 1 - 0.0005 / 0.001}}}},
      {"journey",
       {0,
        "Allow",
        {{"search", 1 - 0.002 / 0.005},
         {"recommend", 1 - 0.02 / 0.05},
         {"pay", 1 - 0.0005 / 0.001},
         {"buy", 1 - kLost / 0.015}}}},
      // What only foretells warns at most.
      {"latency",
       {0,
        "Warn",
        {{"fast", 1 - 0.02 / 0.05},
         {"tolerable", 1 - 0.005 / 0.01},
         {"short-queue", 1 - 0.05 / 0.02}}}},
      {"openslo", {1, "Block", {{"checkout", 1 - 0.01 / 0.005}}}},
      // All together are well; the budget of one region is spent, which blocks as in Pyrra.
      {"pyrra", {1, "Block", {{"availability", 1 - 11.0 / 10'100 / 0.005}}}},
      {"quality", {1, "Block", {{"groundedness", 1 - 0.05 / 0.1}, {"relevance", 1 - 0.2 / 0.15}}}},
      // One region's budget is spent.
      {"regions", {0, "Warn", {{"starts", 1 - 50.0 / 11'000 / 0.005}}}},
      {"sloth-assistant",
       {0,
        "Allow",
        {{"availability", 1},
         {"latency-3s", 1 - 0.02 / 0.05},
         {"retrieval-quality", 1 - 0.008 / 0.02}}}},
      {"sloth-clusters", {0, "Allow", {{"requests", 1 - 0.0005 / 0.001}}}},
      {"sloth-object",
       {0, "Allow", {{"availability", 1 - 0.0005 / 0.001}, {"logins", 1 - 0.005 / 0.01}}}},
      {"sloth-orders",
       {1, "Block", {{"availability", 1 - 0.002 / 0.001}, {"latency-500ms", 1 - 0.005 / 0.01}}}},
      {"tiers",
       {0,
        "Allow",
        {{"availability", 1 - kShareOfMonth * 0.0002 / 0.001},
         {"latency", 1 - kShareOfMonth * 0.01 / 0.02}}}}};
  return kVerdicts;
}

std::vector<fs::path> Examples() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(SLOGATE_SOURCE_DIR "/examples/slo")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class SloExamplesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { bed_ = std::make_unique<BudgetBed>(OpenMetrics()); }
  static void TearDownTestSuite() { bed_.reset(); }

  int Run(const std::vector<std::string>& arguments) const {
    testing::Process process = testing::Process::Start({arguments, {}, folder_.File("log")});
    return process.Wait(std::chrono::seconds(60)).value_or(-1);
  }
  std::string Log() const { return demo::ReadFile(folder_.File("log")); }

  static inline std::unique_ptr<BudgetBed> bed_;
  const demo::TemporaryFolder folder_{"slogate-examples"};
};

void ExpectVerdict(const json& slo, const Verdict& verdict) {
  EXPECT_EQ(slo["action"], verdict.action);
  ASSERT_EQ(slo["objectives"].size(), verdict.remaining.size());
  for (const json& objective : slo["objectives"]) {
    const auto name = objective["name"].get<std::string>();
    ASSERT_EQ(verdict.remaining.count(name), 1U) << name;
    const json& budget = objective["budgets"][0];
    EXPECT_NEAR(budget["remaining"].get<double>(), verdict.remaining.at(name), kClose) << name;
    EXPECT_FALSE(budget["provisional"].get<bool>()) << name;
    EXPECT_EQ(objective["origin"], "Counters") << name;
  }
}

TEST_F(SloExamplesTest, GetTheVerdictThatTheirServicesEarn) {
  std::size_t checked = 0;
  for (const fs::path& file : Examples()) {
    SCOPED_TRACE(file.filename().string());
    ASSERT_EQ(Verdicts().count(file.stem().string()), 1U);
    const Verdict& verdict = Verdicts().at(file.stem().string());
    const std::string report = folder_.File("report.json");
    EXPECT_EQ(Run({SLOGATE_GATE, "check", "-f", file.string(), "--prometheus", bed_->address(),
                   "--at", kNowText, "--report", "json=" + report}),
              verdict.exit_code)
        << Log();
    const json read = json::parse(demo::ReadFile(report), nullptr, false);
    ASSERT_TRUE(read.is_object()) << Log();
    ASSERT_EQ(read["slos"].size(), 1U);
    ExpectVerdict(read["slos"][0], verdict);
    ++checked;
  }
  EXPECT_EQ(checked, Verdicts().size());
}

TEST_F(SloExamplesTest, GetRulesThatPromtoolAccepts) {
  for (const fs::path& file : Examples()) {
    SCOPED_TRACE(file.filename().string());
    const std::string rules = folder_.File("rules.yaml");
    ASSERT_EQ(Run({SLOGATE_GATE, "rules", "-f", file.string(), "-o", rules}), 0) << Log();
    EXPECT_EQ(Run({testing::PromtoolProgram(), "check", "rules", rules}), 0) << Log();
  }
}

}  // namespace
}  // namespace slogate::tests

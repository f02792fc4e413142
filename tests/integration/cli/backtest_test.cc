// gate backtest against a real Prometheus that was given hours of the past.
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>

#include "adapters/http/client.h"
#include "demo/machine/loopback.h"
#include "places.h"
#include "spec/text/units.h"
#include "support/built_servers.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::Process;

constexpr int kScrape = 15;         // seconds
constexpr int kHistory = 5 * 3600;  // of the baseline alone
constexpr int kRollout = 2 * 3600;
constexpr int kOnset = 30 * 60;  // into the rollout: the second canary turns bad

constexpr const char* kPolicy = R"(apiVersion: slogate.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: shop}
spec:
  workload: {ref: {name: shop}}
  routes: [httpRoute: {name: shop, canaryService: shop-canary, baselineService: shop-baseline}]
  tracks: {revisionLabel: version}
  objectives:
    - name: availability
      dimension: availability
      target: 99
      indicator: {counters: {total: http_requests_total, bad: 'http_requests_total{code="500"}'}}
  steps:
    - {weight: 20, minDuration: 20m, minEvents: 500}
    - {weight: 50, minDuration: 20m, minEvents: 500, require: ProvenNotWorse}
)";

// Counters of one track as every scrape saw them.
class Track {
 public:
  Track(std::string version, double requests_per_scrape, std::uint64_t seed)
      : version_(std::move(version)), requests_(requests_per_scrape), random_(seed) {}

  void Scrape(std::int64_t at, double error_rate, bool serves) {
    if (!serves) return;
    if (start_ == 0) start_ = at - 5;
    bad_ += std::poisson_distribution<int>(requests_ * error_rate)(random_);
    good_ += std::poisson_distribution<int>(requests_ * (1 - error_rate))(random_);
    Write(good_text_, at, "http_requests_total", R"(,code="200")", good_);
    Write(bad_text_, at, "http_requests_total", R"(,code="500")", bad_);
    Write(up_text_, at, "up", "", 1);
    Write(start_text_, at, "process_start_time_seconds", "", start_);
  }

  std::string Requests() const { return good_text_.str() + bad_text_.str(); }
  std::string Ups() const { return up_text_.str(); }
  std::string Starts() const { return start_text_.str(); }

 private:
  void Write(std::ostringstream& out, std::int64_t at, const char* name, const char* label,
             std::int64_t value) const {
    out << name << "{job=\"shop\",instance=\"" << version_ << "\",version=\"" << version_ << "\""
        << label << "} " << value << " " << at << "\n";
  }

  const std::string version_;
  const double requests_;
  std::mt19937_64 random_;
  std::int64_t start_ = 0;
  std::int64_t good_ = 0;
  std::int64_t bad_ = 0;
  std::ostringstream good_text_;
  std::ostringstream bad_text_;
  std::ostringstream up_text_;
  std::ostringstream start_text_;
};

// A Prometheus on loopback whose past is a good canary (v2) and one that turns bad (v3), both
// beside one baseline (v1).
class Past {
 public:
  Past() : folder_("slogate-backtest"), port_(demo::FreePort()) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t end = std::chrono::duration_cast<seconds>(now).count() / 3600 * 3600 - 3600;
    from_ = end - kRollout;
    end_ = end;
    demo::WriteFile(folder_.File("past.txt"), OpenMetrics());
    Import();
    Start();
  }

  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::int64_t from() const { return from_; }
  std::int64_t end() const { return end_; }
  const demo::TemporaryFolder& folder() const { return folder_; }

 private:
  std::string OpenMetrics() const {
    Track baseline("v1", 40 * kScrape, 1);
    Track good("v2", 10 * kScrape, 2);
    Track bad("v3", 10 * kScrape, 3);
    for (std::int64_t at = from_ - kHistory; at <= end_; at += kScrape) {
      baseline.Scrape(at, 0.005, true);
      good.Scrape(at, 0.005, at > from_ - 60);
      bad.Scrape(at, at < from_ + kOnset ? 0.005 : 0.025, at > from_ - 60);
    }
    return "# TYPE http_requests counter\n" + baseline.Requests() + good.Requests() +
           bad.Requests() + "# TYPE up gauge\n" + baseline.Ups() + good.Ups() + bad.Ups() +
           "# TYPE process_start_time_seconds gauge\n" + baseline.Starts() + good.Starts() +
           bad.Starts() + "# EOF\n";
  }

  void Import() {
    Process tool = Process::Start(
        {.arguments = {PromtoolProgram(), "tsdb", "create-blocks-from", "openmetrics",
                       folder_.File("past.txt"), folder_.File("data")},
         .environment = {},
         .log_path = folder_.File("promtool.log")});
    if (tool.Wait(seconds(60)) != 0) {
      throw std::runtime_error(demo::ReadFile(folder_.File("promtool.log")));
    }
  }

  void Start() {
    demo::WriteFile(folder_.File("prometheus.yml"), "global: {scrape_interval: 15s}\n");
    process_ = Process::Start(
        {.arguments = {PrometheusProgram(), "--config.file=" + folder_.File("prometheus.yml"),
                       "--storage.tsdb.path=" + folder_.File("data"),
                       "--web.listen-address=127.0.0.1:" + std::to_string(port_)},
         .environment = {},
         .log_path = folder_.File("prometheus.log")});
    adapters::http::Client client;
    adapters::http::OutgoingRequest request;
    request.url = address() + "/-/ready";
    const bool ready = demo::Await(
        [&] {
          const auto response = client.Send(request);
          return response && response->status == 200;
        },
        seconds(60));
    if (!ready) throw std::runtime_error(demo::ReadFile(folder_.File("prometheus.log")));
  }

  demo::TemporaryFolder folder_;
  const int port_;
  std::int64_t from_ = 0;
  std::int64_t end_ = 0;
  Process process_;
};

class BacktestIntegrationTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    past_ = std::make_unique<Past>();
    demo::WriteFile(past_->folder().File("policy.yaml"), kPolicy);
  }
  static void TearDownTestSuite() { past_.reset(); }

  // What the program says of this canary from `from` on, as JSON.
  static json Replay(const std::string& canary, int expected_code) {
    const std::string log = past_->folder().File(canary + ".json");
    Process gate = Process::Start(
        {.arguments = {SLOGATE_GATE, "backtest", "-f", past_->folder().File("policy.yaml"),
                       "--from", std::to_string(past_->from()), "--to",
                       std::to_string(past_->end()), "--prometheus", past_->address(),
                       "--canary-revision", canary, "--baseline-revision", "v1", "-o", "json"},
         .environment = {},
         .log_path = log});
    EXPECT_EQ(gate.Wait(seconds(60)), expected_code) << demo::ReadFile(log);
    return json::parse(demo::ReadFile(log), nullptr, false);
  }

  static std::int64_t SecondsOf(const json& entry) {
    const auto at = spec::ParseTime(entry.value("at", ""));
    return at ? std::chrono::duration_cast<seconds>(at->time_since_epoch()).count() : 0;
  }

  static std::unique_ptr<Past> past_;
};

std::unique_ptr<Past> BacktestIntegrationTest::past_;

TEST_F(BacktestIntegrationTest, AGoodCanaryWouldBePromoted) {
  const json answer = Replay("v2", 0);
  EXPECT_EQ(answer.value("outcome", ""), "WouldPromote") << answer.dump(1);
  ASSERT_FALSE(answer.at("decisions").empty());
  EXPECT_EQ(answer.at("decisions").back().value("reason", ""), "AllStepsPassed");
  EXPECT_EQ(answer.at("objectives").at(0).value("verdict", ""), "Pass");
  EXPECT_TRUE(answer.at("warnings").empty()) << answer.dump(1);
}

// Not a moment before the onset, and within minutes of it.
TEST_F(BacktestIntegrationTest, ACanaryThatTurnsBadWouldBeRolledBack) {
  const json answer = Replay("v3", 1);
  EXPECT_EQ(answer.value("outcome", ""), "WouldRollBack") << answer.dump(1);
  ASSERT_FALSE(answer.at("decisions").empty());
  const json& last = answer.at("decisions").back();
  EXPECT_EQ(last.value("reason", ""), "CanaryWorse");
  EXPECT_GT(SecondsOf(last), past_->from() + kOnset);
  EXPECT_LT(SecondsOf(last), past_->from() + kOnset + 15 * 60);
  EXPECT_EQ(answer.at("failedObjectives"), json::array({"availability"}));
}

TEST_F(BacktestIntegrationTest, ARevisionThatNeverServedIsUndecided) {
  const json answer = Replay("v9", 3);
  EXPECT_EQ(answer.value("outcome", ""), "Undecided") << answer.dump(1);
}

// Of the baseline alone, as it was: 40 requests a second, one in 200 of them bad, no bursts.
TEST_F(BacktestIntegrationTest, APlanMeasuresTheBaseline) {
  const std::string log = past_->folder().File("plan.json");
  Process gate =
      Process::Start({.arguments = {SLOGATE_GATE, "plan", "-f", past_->folder().File("policy.yaml"),
                                    "--prometheus", past_->address(), "--baseline-revision", "v1",
                                    "--lookback", "6h", "-o", "json"},
                      .environment = {},
                      .log_path = log});
  EXPECT_EQ(gate.Wait(seconds(60)), 0) << demo::ReadFile(log);
  const json answer = json::parse(demo::ReadFile(log), nullptr, false);
  ASSERT_TRUE(answer.is_object()) << demo::ReadFile(log);
  const json& objective = answer.at("objectives").at(0);
  EXPECT_NEAR(objective.value("eventsPerSecond", 0.0), 40, 0.5);
  EXPECT_NEAR(objective.value("badRate", 0.0), 0.005, 0.0005);
  EXPECT_EQ(objective.at("dispersion").value("measured", false), true);
  EXPECT_LT(objective.at("dispersion").value("overdispersion", 9.0), 1.5);
  EXPECT_EQ(answer.value("measuredOver", ""), "6h");
}

}  // namespace
}  // namespace slogate::testing

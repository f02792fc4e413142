// What is made of servers and proxies that answer in their own way, by everything that reads: the
// counts of a rollout, its history, budgets, the catalogue, and the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "adapters/prometheus/api/catalogue.h"
#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "adapters/prometheus/evidence/prometheus_source.h"
#include "integration/budgets/budget_bed.h"
#include "places.h"
#include "slogate/core/budget.h"
#include "spec/text/units.h"
#include "support/dialect_front.h"

namespace slogate::tests {
namespace {

using core::SourceProblem;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::AllOf;
using testing::Dialect;
using testing::DialectFront;
using ::testing::HasSubstr;
using ::testing::Not;
using Op = core::LabelMatcher::Op;

constexpr core::Duration kLength = minutes(4);
constexpr core::Duration kInterval = minutes(1);
constexpr core::TimePoint kEnd = kWorldBegin + hours(96);
constexpr const char* kToken = "s3cret-token";

// Two tracks, scraped once a minute for four days: 100 requests each, of which one fails.
std::string Past() {
  std::ostringstream requests;
  std::ostringstream ups;
  std::ostringstream starts;
  for (const std::string track : {"canary", "baseline"}) {
    const std::string labels = "job=\"shop\",instance=\"" + track + "\",track=\"" + track + "\"";
    const auto begin = kWorldBegin.time_since_epoch() / std::chrono::seconds(1);
    for (const auto& [code, each] : {std::pair("200", 99), std::pair("500", 1)}) {
      for (int minute = 0; minute <= 96 * 60; ++minute) {
        requests << "requests_total{" << labels << ",code=\"" << code << "\"} " << each * minute
                 << " " << begin + 60 * minute << "\n";
      }
    }
    for (int minute = 0; minute <= 96 * 60; ++minute) {
      ups << "up{" << labels << "} 1 " << begin + 60 * minute << "\n";
      starts << "process_start_time_seconds{" << labels << "} " << begin - 60 << " "
             << begin + 60 * minute << "\n";
    }
  }
  return "# TYPE requests counter\n" + requests.str() + "# TYPE up gauge\n" + ups.str() +
         "# TYPE process_start_time_seconds gauge\n" + starts.str() + "# EOF\n";
}

constexpr const char* kSlo = R"(apiVersion: slogate.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: shop}
spec:
  service: shop
  window: 3d
  prometheus: {address: 'http://prometheus.example.test', scrapeInterval: 1m, timeout: 2s}
  objectives:
    - name: availability
      dimension: availability
      target: 95
      indicator: {counters: {total: requests_total, bad: 'requests_total{code="500"}'}}
)";

constexpr const char* kPolicy = R"(apiVersion: slogate.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: shop}
spec:
  workload: {ref: {name: shop}}
  routes: [httpRoute: {name: shop, canaryService: c, baselineService: b}]
  prometheus: {address: 'http://prometheus.example.test', scrapeInterval: 1m, timeout: 2s}
  tracks: {canary: 'track="canary"', baseline: 'track="baseline"'}
  objectives:
    - name: availability
      dimension: availability
      target: 95
      indicator: {counters: {total: requests_total, bad: 'requests_total{code="500"}'}}
)";

struct Row {
  const char* name;
  Dialect dialect;
  SourceProblem problem = SourceProblem::kNone;
  const char* words = "";  // of the message
  bool has_tenant = false;
  int slo_exit = 4;                   // of `gate check`, when there is a problem
  const char* methods = "POST POST";  // of two questions
};

const Row kRows[] = {
    {"Prometheus", Dialect::kPrometheus},
    {"Gzip", Dialect::kGzip},
    {"Infos", Dialect::kInfos},
    {"OldInfos", Dialect::kOldInfos},
    {"VictoriaMetrics", Dialect::kVictoria},
    {.name = "PostAnswered405", .dialect = Dialect::kPost405, .methods = "POST GET GET"},
    {.name = "PostAnswered403", .dialect = Dialect::kPost403, .methods = "POST GET GET"},
    {.name = "BusyOnce", .dialect = Dialect::kBusyOnce, .methods = "POST POST POST POST"},
    {"Tenant", Dialect::kTenant, SourceProblem::kNone, "", true},
    {"ThanosPartial", Dialect::kThanosPartial, SourceProblem::kPartial,
     "the answer is partial: receive series from Addr: 10.0.3.7:10901"},
    {"VictoriaMetricsPartial", Dialect::kVictoriaPartial, SourceProblem::kPartial, "isPartial"},
    {"CortexPartial", Dialect::kCortexPartial, SourceProblem::kPartial, "may contain partial data"},
    {"QueryWarning", Dialect::kQueryWarning, SourceProblem::kBadQuery,
     "encountered a mix of histograms and floats", false, 2},
    {"UrlTooLong", Dialect::kPost405Get414, SourceProblem::kTooLarge,
     "is too long for a URL there (many take 8190), and POST was answered 405", false, 4,
     "POST GET POST GET"},
    {"NoMethod", Dialect::kNoGetNoPost, SourceProblem::kUnauthorized, "(blocked by policy 7)",
     false, 4, "POST GET POST GET"},
    {"LoginRedirect", Dialect::kLogin302, SourceProblem::kUnauthorized,
     "a redirect to https://sso.example.test/login, which is not followed; it leads to a login "
     "page"},
    {"Moved", Dialect::kMoved308, SourceProblem::kNotPrometheus,
     "a redirect to https://metrics.example.test/prometheus/api/v1/query"},
    {"LoginPage", Dialect::kLoginPage, SourceProblem::kUnauthorized, "(Sign in)"},
    {"Busy", Dialect::kBusy, SourceProblem::kServerError, "(slow down); it asks to wait 2m"},
    {"NoTenant", Dialect::kTenant, SourceProblem::kUnauthorized, "(no org id); name the tenant"},
    {"Forbidden", Dialect::kForbidden, SourceProblem::kUnauthorized, "(not for Bearer ... of ...)",
     true, 4, "POST GET POST GET"},
    {"CutShort", Dialect::kCutShort, SourceProblem::kMalformed, ""},
    {"Silent", Dialect::kSilent, SourceProblem::kTimeout, ""},
};

class Bed : public ::testing::Environment {
 public:
  void SetUp() override { bed_ = std::make_unique<BudgetBed>(Past()); }
  void TearDown() override { bed_.reset(); }
  std::string address() const { return bed_->address(); }

 private:
  std::unique_ptr<BudgetBed> bed_;
};

const auto* const kBed = static_cast<Bed*>(::testing::AddGlobalTestEnvironment(new Bed));

struct Ran {
  int code = -1;
  std::string output;  // in one line: tables break sentences anywhere
};

class DialectsTest : public ::testing::TestWithParam<Row> {
 protected:
  DialectsTest() {
    demo::WriteFile(folder_.File("slo.yaml"), kSlo);
    demo::WriteFile(folder_.File("policy.yaml"), kPolicy);
    demo::WriteFile(folder_.File("token"), kToken);
    front_.Set(GetParam().dialect);
    connection_.address = front_.address();
    connection_.timeout = std::chrono::seconds(2);
    connection_.bearer_token = kToken;
    if (GetParam().has_tenant) connection_.headers["X-Scope-OrgID"] = "shop";
    plan_.canary = {{"track", Op::kEqual, "canary"}};
    plan_.baseline = {{"track", Op::kEqual, "baseline"}};
    plan_.block_length = kLength;
    plan_.scrape_interval = kInterval;
    plan_.indicators = {core::CounterIndicator{
        {"requests_total", {}}, {"requests_total", {{"code", Op::kEqual, "500"}}}, false}};
    plan_.first_block = (kEnd - hours(1)).time_since_epoch() / kLength;
  }

  bool Whole() const { return GetParam().problem == SourceProblem::kNone; }

  void ExpectProblem(SourceProblem problem, const std::string& message) const {
    EXPECT_EQ(problem, GetParam().problem) << message;
    EXPECT_THAT(message, AllOf(HasSubstr(GetParam().words), Not(HasSubstr(kToken))));
  }

  Ran Gate(std::vector<std::string> arguments, const std::string& address) {
    arguments.insert(arguments.begin(), SLOGATE_GATE);
    arguments.insert(arguments.end(),
                     {"--prometheus", address, "--bearer-token-file", folder_.File("token")});
    if (GetParam().has_tenant) {
      arguments.insert(arguments.end(), {"--header", "X-Scope-OrgID: shop"});
    }
    const std::string log = folder_.File("log" + std::to_string(++runs_));
    testing::Process gate = testing::Process::Start(
        {.arguments = arguments, .environment = {{"COLUMNS", "1000"}}, .log_path = log});
    const int code = gate.Wait(std::chrono::seconds(120)).value_or(-1);
    std::istringstream words(demo::ReadFile(log));
    std::string line;
    for (std::string word; words >> word;) line += word + " ";
    return {code, line};
  }

  // The same as without the front, or the problem's exit code and words.
  void ExpectOfGate(const std::vector<std::string>& arguments, int exit_of_problem) {
    const Ran ran = Gate(arguments, front_.address());
    EXPECT_THAT(ran.output, Not(HasSubstr(kToken)));
    if (Whole()) {
      const Ran direct = Gate(arguments, kBed->address());
      EXPECT_NE(direct.code, 4) << direct.output;
      EXPECT_EQ(ran.code, direct.code) << ran.output << "\n" << direct.output;
      return;
    }
    EXPECT_EQ(ran.code, exit_of_problem) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr(GetParam().words));
  }

  const demo::TemporaryFolder folder_{"slogate-dialects"};
  DialectFront front_{kBed->address()};
  ports::MetricsConnection connection_;
  core::ReadingPlan plan_;
  int runs_ = 0;
};

TEST_P(DialectsTest, EvidenceIsCountedWholeOrNotAtAll) {
  const core::EvidenceReading reading =
      adapters::prometheus::PrometheusSource().Count("shop", connection_, plan_, kEnd);
  ExpectProblem(reading.source, reading.message);
  if (!Whole()) {
    EXPECT_TRUE(reading.blocks.empty());
    return;
  }
  ASSERT_EQ(reading.blocks.size(), 14U);  // the last one is closed a minute later
  for (const core::Block& block : reading.blocks) {
    EXPECT_EQ(block.objectives.at(0).counts, (core::PairedCounts{{400, 4}, {400, 4}}));
    EXPECT_FALSE(block.objectives[0].noted);
  }
}

TEST_P(DialectsTest, HistoryIsReadWholeOrNotAtAll) {
  const core::HistoryReading history =
      adapters::prometheus::PrometheusSource().History(connection_, plan_, kEnd);
  ExpectProblem(history.source, history.message);
  if (!Whole()) return;
  ASSERT_EQ(history.objectives.at(0).blocks.size(), 14U);
  EXPECT_EQ(history.objectives[0].blocks[0], (core::Counts{400, 4}));
}

TEST_P(DialectsTest, BudgetsAreReadWholeOrNotAtAll) {
  const std::vector<core::ServiceLevelObjective> slos = SlosIn(folder_.File("slo.yaml"));
  const auto plan = core::PlanBudget(slos.at(0), slos[0].objectives.at(0), kEnd);
  ASSERT_TRUE(plan);
  const core::BudgetReading reading =
      adapters::prometheus::PrometheusBudgets().ReadBudget("shop", connection_, *plan);
  ExpectProblem(reading.source, reading.message);
  EXPECT_EQ(reading.series.empty(), !Whole());
  core::Counts sum;
  for (const core::BudgetSeries& series : reading.series) {
    for (const core::WindowCounts& chunk : series.chunks) {
      sum.total += chunk.counts.total;
      sum.bad += chunk.counts.bad;
    }
  }
  if (Whole()) {
    EXPECT_NEAR(sum.total, 2 * 100 * 72 * 60, 1000);
    EXPECT_NEAR(sum.bad, 2 * 72 * 60, 10);
  }
}

TEST_P(DialectsTest, TheCatalogueIsWholeOrFails) {
  adapters::prometheus::PrometheusCatalogue catalogue;
  const auto series = catalogue.Series(connection_, {"requests_total"}, kEnd);
  EXPECT_EQ(series.has_value(), Whole());
  if (series) {
    EXPECT_EQ(series->size(), 4U);
  } else {
    EXPECT_THAT(series.error().message, AllOf(HasSubstr(GetParam().words), Not(HasSubstr(kToken))));
  }
}

TEST_P(DialectsTest, GateCheckOfObjectives) {
  ExpectOfGate({"check", "-f", folder_.File("slo.yaml"), "--at", spec::ToSecondsText(kEnd)},
               GetParam().slo_exit);
}

TEST_P(DialectsTest, GateCheckOfAPolicy) {
  ExpectOfGate({"check", "-f", folder_.File("policy.yaml"), "--lookback", "1h", "--at",
                spec::ToSecondsText(kEnd)},
               4);
}

TEST_P(DialectsTest, GateValidate) {
  ExpectOfGate({"validate", "-f", folder_.File("slo.yaml")}, 4);
}

// Redirects are not followed, wherever they lead; GET follows a refused POST once.
TEST_P(DialectsTest, NothingIsAskedTwiceInVain) {
  adapters::prometheus::PrometheusCatalogue catalogue;
  for (int i = 0; i < 2; ++i) {
    static_cast<void>(catalogue.Series(connection_, {"requests_total"}, kEnd));
  }
  std::string methods;
  for (const testing::HttpRequest& request : front_.requests()) {
    methods += (methods.empty() ? "" : " ") + request.method;
  }
  EXPECT_EQ(methods, GetParam().methods);
}

INSTANTIATE_TEST_SUITE_P(Servers, DialectsTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace slogate::tests

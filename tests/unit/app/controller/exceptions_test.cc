// Any port may throw at any call: that look fails, is counted, and the rollout still ends right.
#include <gtest/gtest.h>

#include <map>
#include <new>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "app/controller/reconciler.h"
#include "support/controller_bed.h"

namespace slogate::app {
namespace {

using core::Phase;
using std::chrono::seconds;

const ports::Key kKey{"shop", "checkout"};

// Which calls throw, by name: the next so many.
class Trips {
 public:
  void Track(const std::string& call, int times) { left_[call] = times; }
  int thrown() const { return thrown_; }

  void Pass(const std::string& call) {
    int& left = left_[call];
    if (left == 0) return;
    --left;
    ++thrown_;
    if (thrown_ % 2 == 0) throw std::bad_alloc();
    nlohmann::json("text").at("field");  // throws
  }

 private:
  std::map<std::string, int> left_;
  int thrown_ = 0;
};

// The fakes behind ports that may throw before they do anything.
struct Tripped : ports::PolicyStore,
                 ports::WorkloadStore,
                 ports::TrafficRouter,
                 ports::MetricsSource,
                 ports::BudgetSource,
                 ports::SecretStore,
                 ports::EventSink {
  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override {
    trips.Pass("Get");
    return policies.Get(key);
  }
  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override {
    trips.Pass("WriteStatus");
    return policies.WriteStatus(record, state);
  }
  ports::Result<void> SetGuard(const ports::PolicyRecord& record, bool guarded) override {
    trips.Pass("SetGuard");
    return policies.SetGuard(record, guarded);
  }
  void Watch(const OnChange&, const OnWatchFailure&) override {}
  void Stop() override {}
  ports::Result<core::WorkloadView> Observe(const ports::PolicyRecord& record) override {
    trips.Pass("ObserveWorkload");
    return workloads.Observe(record);
  }
  ports::Result<void> Apply(const ports::PolicyRecord& record,
                            const core::Action& action) override {
    trips.Pass("Apply");
    return workloads.Apply(record, action);
  }
  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override {
    trips.Pass("ObserveRoute");
    return router.Observe(ns, route, steps);
  }
  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route, int percent,
                                 const std::optional<std::string>& version) override {
    trips.Pass("SetWeights " + route.name);
    return router.SetWeights(ns, route, percent, version);
  }
  core::EvidenceReading Count(const std::string& key, const ports::MetricsConnection& connection,
                              const core::ReadingPlan& plan, core::TimePoint now) override {
    trips.Pass("Count");
    return source.Count(key, connection, plan, now);
  }
  core::HistoryReading History(const ports::MetricsConnection& connection,
                               const core::ReadingPlan& plan, core::TimePoint now) override {
    trips.Pass("History");
    return source.History(connection, plan, now);
  }
  void Forget(const std::string& key) override {
    trips.Pass("Forget");
    source.Forget(key);
  }
  core::BudgetReading ReadBudget(const std::string& key, const ports::MetricsConnection& connection,
                                 const core::BudgetPlan& plan) override {
    trips.Pass("ReadBudget");
    return budgets.ReadBudget(key, connection, plan);
  }
  void ForgetBudgets(const std::string& prefix) override { budgets.ForgetBudgets(prefix); }
  ports::Result<std::string> Read(const std::string& ns, const core::SecretKey& secret) override {
    trips.Pass("ReadSecret");
    return secrets.Read(ns, secret);
  }
  void Record(const ports::PolicyRecord& record, const core::HistoryEntry& entry) override {
    trips.Pass("RecordEvent");
    events.Record(record, entry);
  }

  Trips trips;
  demo::MemoryPolicyStore policies;
  demo::MemoryWorkloadStore workloads;
  demo::MemoryRouter router;
  tests::FakeMetricsSource source;
  tests::FakeBudgetSource budgets;
  demo::MemorySecretStore secrets;
  demo::MemoryEventSink events;
};

core::Policy MakePolicy() {
  core::Policy policy = tests::SamplePolicy();
  policy.routes = {tests::RouteTo("one"), tests::RouteTo("two")};
  policy.prometheus.bearer_token = core::SecretKey{"token", "value"};
  policy.budget = core::RolloutBudget{};
  policy.steps.back().require = core::Require::kProvenNotWorse;
  return policy;
}

class ExceptionsTest : public ::testing::TestWithParam<std::string> {
 protected:
  ExceptionsTest() {
    ports_.policies.Put(kKey, MakePolicy());
    ports_.workloads.Deploy("shop", "app", "v1");
    demo::MemoryRoute route;
    route.rules = {{0, 100}};
    ports_.router.Put("shop", "one", route);
    ports_.router.Put("shop", "two", route);
    ports_.secrets.Put("shop", {"token", "value"}, "secret");
    Traffic(0.01);
  }

  void Traffic(double bad_share) {
    tests::FakeTraffic traffic;
    traffic.history_blocks = 1000;
    traffic.canary.bad_share = bad_share;
    ports_.source.SetTraffic(traffic);
  }

  CheckOutcome Check() {
    const CheckOutcome outcome = reconciler_.Reconcile(kKey);
    if (outcome.result != CheckOutcome::Result::kChanged) clock_.Advance(seconds(5));
    return outcome;
  }
  bool RunUntil(Phase phase) {
    for (int check = 0; check < 2000 && State().phase != phase; ++check) Check();
    return State().phase == phase;
  }
  void StartRelease() {
    ASSERT_TRUE(RunUntil(Phase::kReady)) << State().message;
    ports_.workloads.Deploy("shop", "app", "v2");
    for (int check = 0; check < 200 && State().stage != core::StepStage::kBaking; ++check) Check();
    ASSERT_EQ(State().stage, core::StepStage::kBaking) << State().message;
  }
  core::RolloutState State() { return ports_.policies.Get(kKey)->state; }
  int Weight(const char* route) { return ports_.router.Find("shop", route)->rules.front().first; }
  double Counted() const {
    double sum = 0;
    std::istringstream lines(metrics_.Render());
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("slogate_exceptions_total{")) continue;
      sum += std::stod(line.substr(line.rfind(' ')));
    }
    return sum;
  }

  tests::FakeClock clock_;
  Tripped ports_;
  std::ostringstream lines_;
  Log log_{LogLevel::kInfo, LogFormat::kText, lines_};
  ControllerMetrics metrics_{[] { return Load{}; }};
  Reconciler reconciler_{
      {ports_, ports_, ports_, ports_, ports_, ports_, ports_, clock_},
      {},
      [](const std::string&) { return ports::Fail(ports::ErrorCode::kNotFound, "no files"); },
      log_,
      metrics_,
      [] { return true; }};
};

TEST_P(ExceptionsTest, AGoodReleaseIsPromotedAllTheSame) {
  ports_.trips.Track(GetParam(), 3);
  ASSERT_TRUE(RunUntil(Phase::kReady)) << State().message;
  ports_.workloads.Deploy("shop", "app", "v2");
  ASSERT_TRUE(RunUntil(Phase::kPromoted)) << State().message;
  ASSERT_EQ(ports_.trips.thrown(), 3);
  EXPECT_EQ(Counted(), 3);
  EXPECT_NE(lines_.str().find("Exception was caught where="), std::string::npos);
  EXPECT_EQ(lines_.str().find("secret"), std::string::npos);
}

TEST_P(ExceptionsTest, ABadReleaseIsRolledBackAllTheSame) {
  StartRelease();
  Traffic(0.2);
  ports_.trips.Track(GetParam(), 3);
  ASSERT_TRUE(RunUntil(Phase::kRolledBack)) << State().message;
  EXPECT_EQ(Weight("one"), 0);
  EXPECT_EQ(Weight("two"), 0);
  EXPECT_EQ(Counted(), ports_.trips.thrown());
}

INSTANTIATE_TEST_SUITE_P(AtEveryCall, ExceptionsTest,
                         ::testing::Values("Get", "SetGuard", "WriteStatus", "ObserveWorkload",
                                           "Apply", "ObserveRoute", "SetWeights one", "Count",
                                           "History", "ReadBudget", "ReadSecret", "RecordEvent"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, ' ');
                           return name;
                         });

TEST_F(ExceptionsTest, ALookThatThrowsIsTriedAgainWithBackOff) {
  ports_.trips.Track("Get", 1);
  const CheckOutcome outcome = reconciler_.Reconcile(kKey);
  EXPECT_EQ(outcome.result, CheckOutcome::Result::kFailed);
  EXPECT_EQ(outcome.retry, Retry::kBackoff);
  EXPECT_NE(lines_.str().find("Reconcile failed policy=shop/checkout error=\"internal error\""),
            std::string::npos)
      << lines_.str();
}

TEST_F(ExceptionsTest, TrafficLeavesByTheOtherRoutesWhileOneThrows) {
  StartRelease();
  ports_.trips.Track("SetWeights one", -1);
  Traffic(0.2);
  for (int check = 0; check < 200 && Weight("two") > 0; ++check) Check();
  EXPECT_EQ(Weight("two"), 0);
  EXPECT_EQ(State().phase, Phase::kRollingBack);
  ports_.trips.Track("SetWeights one", 0);
  ASSERT_TRUE(RunUntil(Phase::kRolledBack));
  EXPECT_EQ(Weight("one"), 0);
}

TEST_F(ExceptionsTest, CountsThatThrowNeverDecideAndDoNotHoldBackAPerson) {
  StartRelease();
  ports_.trips.Track("Count", -1);
  for (int check = 0; check < 500; ++check) {
    Check();
    ASSERT_EQ(core::ActivePhase(State()), Phase::kProgressing) << State().message;
    ASSERT_EQ(State().step, 0);
  }
  EXPECT_EQ(State().reason, core::Reason::kSourceFailed);
  ports_.policies.Edit(kKey, [](ports::PolicyRecord& record) {
    record.requests.abort = core::Request{"v2", 0, "ann", "noon", "v2 by ann at noon"};
  });
  ASSERT_TRUE(RunUntil(Phase::kRolledBack)) << State().message;
  EXPECT_EQ(State().rejected_reason, core::Reason::kAbortedByPerson);
}

}  // namespace
}  // namespace slogate::app

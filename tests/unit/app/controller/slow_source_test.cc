// A metrics source that does not answer keeps nobody waiting who asks it for nothing: neither a
// person who stops the rollout, nor pods that are lost, nor the policies of others.
#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <sstream>
#include <string>

#include "app/controller/reconciler.h"
#include "support/fakes.h"

namespace slogate::app {
namespace {

using core::Phase;
using std::chrono::minutes;
using std::chrono::seconds;
using namespace std::chrono_literals;

const ports::Key kKey{"shop", "checkout"};

// Answers like the one behind it, or not before it is let go.
class StuckSource : public ports::MetricsSource {
 public:
  explicit StuckSource(ports::MetricsSource& source) : source_(source) {}

  void Stick() { stuck_ = true; }
  void LetGo() {
    stuck_ = false;
    go_.release(100);
  }

  core::EvidenceReading Count(const std::string& key, const ports::MetricsConnection& connection,
                              const core::ReadingPlan& plan, core::TimePoint now) override {
    Pass();
    return source_.Count(key, connection, plan, now);
  }
  core::HistoryReading History(const ports::MetricsConnection& connection,
                               const core::ReadingPlan& plan, core::TimePoint now) override {
    Pass();
    return source_.History(connection, plan, now);
  }
  void Forget(const std::string& key) override { source_.Forget(key); }

 private:
  void Pass() {
    if (stuck_) go_.acquire();
  }

  ports::MetricsSource& source_;
  std::atomic<bool> stuck_ = false;
  std::counting_semaphore<> go_{0};
};

core::Policy MakePolicy() {
  core::Policy policy;
  policy.workload.deployment = "app";
  policy.workload.canary_deployment = "app-canary";
  policy.workload.scale_down_delay = seconds(0);
  core::Route route;
  route.name = "app";
  route.canary_service = "app-canary";
  route.baseline_service = "app";
  policy.routes = {route};
  policy.prometheus.address = "http://prometheus:9090";
  policy.prometheus.scrape_interval = seconds(5);
  policy.tracks.canary = {{"track", core::LabelMatcher::Op::kEqual, "canary"}};
  policy.tracks.baseline = {{"track", core::LabelMatcher::Op::kEqual, "baseline"}};
  core::Objective objective;
  objective.name = "availability";
  objective.indicator = core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false};
  policy.objectives = {objective};
  policy.steps = {{.weight_percent = 10, .min_duration = minutes(2)},
                  {.weight_percent = 50, .min_duration = minutes(2)}};
  policy.steps.back().require = core::Require::kProvenNotWorse;
  return policy;
}

class SlowSourceTest : public ::testing::Test {
 protected:
  SlowSourceTest() {
    policies_.Put(kKey, MakePolicy());
    workloads_.Deploy("shop", "app", "v1");
    demo::MemoryRoute route;
    route.rules = {{0, 100}};
    router_.Put("shop", "app", route);
    tests::FakeTraffic traffic;
    traffic.history_blocks = 1000;
    fake_source_.SetTraffic(traffic);
  }
  ~SlowSourceTest() override { source_.LetGo(); }

  CheckOutcome Look() { return reconciler_.Reconcile(kKey); }
  core::RolloutState State() { return policies_.Get(kKey)->state; }
  int Weight() { return router_.Find("shop", "app")->rules.front().first; }

  // Looks five seconds apart until `reached`, as the controller does: at once after a change, and
  // when a reading that it did not wait for has ended.
  template <typename Reached>
  bool LookUntil(Reached reached) {
    for (int look = 0; look < 2000 && !reached(); ++look) {
      if (Look().result == CheckOutcome::Result::kChanged) continue;
      clock_.Advance(seconds(5));
    }
    return reached();
  }
  // The canary has 10 % of the traffic, and the source stops answering.
  void StickWhileBaking() {
    ASSERT_TRUE(LookUntil([&] { return State().phase == Phase::kReady; }));
    workloads_.Deploy("shop", "app", "v2");
    ASSERT_TRUE(LookUntil([&] {
      return Weight() == 10 && State().stage == core::StepStage::kBaking;
    })) << State().message;
    source_.Stick();
  }

  tests::FakeClock clock_;
  demo::MemoryPolicyStore policies_;
  demo::MemoryWorkloadStore workloads_;
  demo::MemoryRouter router_;
  tests::FakeMetricsSource fake_source_;
  StuckSource source_{fake_source_};
  tests::FakeBudgetSource budgets_;
  demo::MemorySecretStore secrets_;
  demo::MemoryEventSink events_;
  std::ostringstream lines_;
  Log log_{LogLevel::kInfo, LogFormat::kText, lines_};
  ControllerMetrics metrics_{[] { return std::size_t{0}; }};
  std::counting_semaphore<> ended_{0};
  Reconciler reconciler_{
      {policies_, workloads_, router_, source_, budgets_, secrets_, events_, clock_, nullptr,
       &desk_},
      {},
      [](const std::string&) { return ports::Fail(ports::ErrorCode::kNotFound, "no files"); },
      log_,
      metrics_,
      [] { return true; }};
  SourceDesk desk_{{.patience = core::Duration(20)},
                   [this](const ports::Key&) { ended_.release(); }};
};

TEST_F(SlowSourceTest, NothingIsDecidedBeforeItAnswers) {
  StickWhileBaking();
  for (int look = 0; look < 100; ++look) {
    Look();
    clock_.Advance(seconds(30));
  }
  EXPECT_EQ(State().phase, Phase::kProgressing);
  EXPECT_EQ(State().step, 0);
  EXPECT_EQ(Weight(), 10);
  source_.LetGo();
  EXPECT_TRUE(LookUntil([&] { return State().phase == Phase::kPromoted; })) << State().message;
}

TEST_F(SlowSourceTest, AnAbortTakesEffectAtOnce) {
  StickWhileBaking();
  Look();
  policies_.Edit(kKey, [](ports::PolicyRecord& record) {
    record.requests.abort = core::Request{"v2", 0, "ann", "noon", "v2 by ann at noon"};
  });
  for (int look = 0; look < 5 && Weight() != 0; ++look) Look();
  EXPECT_EQ(Weight(), 0);
  EXPECT_EQ(State().rejected_reason, core::Reason::kAbortedByPerson);
}

TEST_F(SlowSourceTest, ACanaryWithoutPodsLosesItsTrafficAtOnce) {
  StickWhileBaking();
  Look();
  workloads_.Edit("shop", "app-canary", [](demo::MemoryDeployment& canary) {
    canary.current_pods = 0;
    canary.running_behaviour = demo::PodBehaviour::kNever;
  });
  for (int look = 0; look < 5 && Weight() != 0; ++look) Look();
  EXPECT_EQ(Weight(), 0) << State().message;
}

TEST_F(SlowSourceTest, WhenThePolicyGoesItsReadingEndsUnheard) {
  StickWhileBaking();
  Look();
  policies_.Remove(kKey);
  EXPECT_EQ(Look().result, CheckOutcome::Result::kGone);
  EXPECT_TRUE(fake_source_.forgotten().empty());
  source_.LetGo();
  ASSERT_TRUE(ended_.try_acquire_for(60s));
  EXPECT_EQ(fake_source_.forgotten().size(), 1U);
}

}  // namespace
}  // namespace slogate::app

// A controller that dies after any of its writes and comes back after up to an hour, while pods and
// routes go on: the rollout has the same end, by the same weights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <climits>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "app/controller/reconciler.h"
#include "support/controller_bed.h"

namespace slogate::app {
namespace {

using core::Phase;
using core::Promotion;
using std::chrono::minutes;
using std::chrono::seconds;

const ports::Key kKey{"shop", "checkout"};

struct End {
  Phase phase = Phase::kPending;
  std::string production;    // the revision that runs
  std::vector<int> weights;  // in the order written
  bool canary = false;       // a managed one is there still

  friend bool operator==(const End&, const End&) = default;
  friend void PrintTo(const End& end, std::ostream* out) {
    *out << core::ToString(end.phase) << " with " << end.production << ", weights "
         << ::testing::PrintToString(end.weights) << (end.canary ? ", a canary" : "");
  }
};

core::Policy PolicyOf(Promotion promotion) {
  core::Policy policy = tests::SamplePolicy();
  policy.workload.promotion = promotion;
  policy.workload.scale_down_delay = core::Workload{}.scale_down_delay;
  return policy;
}

// A rollout in a world of its own, with a controller that is away once.
class InterruptedRollout {
 public:
  InterruptedRollout(Promotion promotion, bool bad, core::Duration away)
      : external_(promotion == Promotion::kExternal), away_(away) {
    tests::FakeTraffic traffic;
    traffic.history_blocks = 1000;
    if (bad) traffic.canary.bad_share = 0.1;
    source_.SetTraffic(traffic);
    world_.policies.Put(kKey, PolicyOf(promotion));
    world_.router.Put("shop", "app", {.rules = {{0, 100}}});
    world_.workloads.Deploy("shop", "app", "v1");
    if (external_) world_.workloads.Deploy("shop", "app-canary", "v1");
    Start();
  }

  // The controller dies once it has written as often as that since the release.
  End Run(int writes_before_death) {
    EXPECT_TRUE(RunUntil([this] { return State().phase == Phase::kReady; })) << State().message;
    world_.workloads.Deploy("shop", external_ ? "app-canary" : "app", "v2");
    last_write_ = Writes() + writes_before_death;
    EXPECT_TRUE(RunUntil([this] { return AtEnd(); })) << State().message;
    const auto production = world_.workloads.Find("shop", "app");
    return {State().phase, production->running_revision, world_.router.written(), HasCanary()};
  }

  bool died() const { return died_; }

 private:
  int Writes() const {
    return world_.policies.status_writes() + world_.workloads.changes() +
           static_cast<int>(world_.router.written().size());
  }
  core::RolloutState State() const { return world_.policies.Peek(kKey).state; }
  bool HasCanary() const {
    return !external_ && world_.workloads.Find("shop", "app-canary").has_value();
  }
  int Weight() const { return world_.router.Find("shop", "app")->rules.front().first; }
  bool AtEnd() const {
    const Phase phase = State().phase;
    return (phase == Phase::kPromoted || phase == Phase::kRolledBack) && !HasCanary() &&
           Weight() == 0;
  }

  void Start() {
    reconciler_ = std::make_unique<Reconciler>(
        ReconcilerPorts{world_.policies, world_.workloads, world_.router, source_, budgets_,
                        world_.secrets, world_.events, clock_},
        Providers{},
        [](const std::string&) { return ports::Fail(ports::ErrorCode::kNotFound, "no files"); },
        log_, metrics_, [this] { return Writes() < last_write_; });
  }

  void Die() {
    died_ = true;
    last_write_ = INT_MAX;
    reconciler_.reset();
    for (core::Duration gone{0}; gone < away_; gone += seconds(30)) Pass(seconds(30));
    Start();
  }

  // What goes on without a controller.
  void Pass(core::Duration length) {
    clock_.Advance(length);
    world_.Advance();
    if (external_ && State().phase == Phase::kPromoting && Weight() == 100) {
      world_.workloads.Deploy("shop", "app", "v2");
    }
  }

  template <typename Condition>
  bool RunUntil(const Condition& reached) {
    constexpr int kChecks = 3000;
    for (int check = 0; check < kChecks && !reached(); ++check) {
      if (reconciler_->Reconcile(kKey).result != CheckOutcome::Result::kChanged) {
        Pass(seconds(5));
      }
      if (Writes() >= last_write_) Die();
    }
    return reached();
  }

  const bool external_;
  const core::Duration away_;
  tests::FakeClock clock_;
  demo::World world_{clock_, {.pods = seconds(20), .routes = seconds(3)}};
  tests::FakeMetricsSource source_;
  tests::FakeBudgetSource budgets_;
  std::ostringstream lines_;
  Log log_{LogLevel::kError, LogFormat::kText, lines_};
  ControllerMetrics metrics_{[] { return Load{}; }};
  int last_write_ = INT_MAX;
  bool died_ = false;
  std::unique_ptr<Reconciler> reconciler_;
};

struct Case {
  const char* name;
  Promotion promotion;
  bool bad;
  core::Duration away;
};

class RestartsTest : public ::testing::TestWithParam<Case> {};

TEST_P(RestartsTest, TheEndIsTheSameAfterADeathAtAnyWrite) {
  const Case& param = GetParam();
  const auto run = [&](int writes_before_death, bool& died) {
    InterruptedRollout rollout(param.promotion, param.bad, param.away);
    const End end = rollout.Run(writes_before_death);
    died = rollout.died();
    return end;
  };
  bool died = false;
  const End undisturbed = run(INT_MAX / 2, died);
  ASSERT_FALSE(died);
  EXPECT_EQ(undisturbed.phase, param.bad ? Phase::kRolledBack : Phase::kPromoted);
  EXPECT_EQ(undisturbed.production, param.bad ? "v1" : "v2");
  int deaths = 0;
  do {
    EXPECT_EQ(run(deaths + 1, died), undisturbed) << "died after write " << deaths + 1;
    if (died) ++deaths;
  } while (died && !HasFailure());
  EXPECT_GT(deaths, 8) << "a rollout takes more writes than that";
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const core::Duration away : {core::Duration(seconds(30)), core::Duration(minutes(7)),
                                    core::Duration(std::chrono::hours(1))}) {
    cases.push_back({"ManagedGood", Promotion::kManaged, false, away});
    cases.push_back({"ManagedBad", Promotion::kManaged, true, away});
    cases.push_back({"ExternalGood", Promotion::kExternal, false, away});
    cases.push_back({"ExternalBad", Promotion::kExternal, true, away});
  }
  return cases;
}

std::string NameOf(const ::testing::TestParamInfo<Case>& param) {
  return param.param.name + std::to_string(param.param.away.count() / 1000) + "s";
}

INSTANTIATE_TEST_SUITE_P(Gaps, RestartsTest, ::testing::ValuesIn(Cases()), NameOf);

}  // namespace
}  // namespace slogate::app

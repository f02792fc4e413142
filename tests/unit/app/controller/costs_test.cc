// What one event costs the API server and Prometheus. A change that costs more changes this table.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "support/controller_bed.h"

namespace slogate::app {
namespace {

using core::Phase;
using std::chrono::minutes;
using std::chrono::seconds;

// Calls of ports; each is a request, or a few that the adapters' tests count.
struct Costs {
  int policy_reads = 0;
  int workload_reads = 0;
  int route_reads = 0;
  int secret_reads = 0;
  int status_writes = 0;
  int workload_writes = 0;
  int weight_writes = 0;
  int histories = 0;  // of Prometheus, as are the rest
  int counts = 0;
  int budgets = 0;

  friend bool operator==(const Costs&, const Costs&) = default;
  friend void PrintTo(const Costs& costs, std::ostream* out) {
    *out << "reads: " << costs.policy_reads << " policy, " << costs.workload_reads << " workload, "
         << costs.route_reads << " route, " << costs.secret_reads
         << " secret; writes: " << costs.status_writes << " status, " << costs.workload_writes
         << " workload, " << costs.weight_writes << " weight; Prometheus: " << costs.histories
         << " histories, " << costs.counts << " counts, " << costs.budgets << " budgets";
  }
};

class CountingSecrets : public ports::SecretStore {
 public:
  ports::Result<std::string> Read(const std::string&, const core::SecretKey&) override {
    ++reads;
    return "token";
  }
  int reads = 0;
};

// With a Secret and a budget.
class CostsTest : public tests::ControllerBed {
 protected:
  CostsTest() {
    core::Policy policy = tests::SamplePolicy();
    policy.prometheus.bearer_token = core::SecretKey{"prometheus", "token"};
    policy.budget = core::RolloutBudget{};
    Put(policy);
    policies_.Follow(true);
    workloads_.OnChange([this](const std::string& ns, const std::string& name) {
      policies_.TouchDeployment(ns, name);
    });
    router_.OnChange(
        [this](const std::string& ns, const std::string& name) { policies_.TouchRoute(ns, name); });
  }

  Costs Sum() const {
    return {policies_.gets(),
            workloads_.checks(),
            router_.checks(),
            secrets_read_.reads,
            policies_.status_writes(),
            workloads_.changes(),
            static_cast<int>(router_.written().size()),
            source_.histories(),
            source_.counts(),
            static_cast<int>(budgets_.requested().size())};
  }
  // Of looks until one has nothing more to do.
  Costs Settle() {
    const Costs before = Sum();
    while (reconciler_.Reconcile(kKey).result == CheckOutcome::Result::kChanged) {
    }
    Costs after = Sum();
    for (int Costs::*const field :
         {&Costs::policy_reads, &Costs::workload_reads, &Costs::route_reads, &Costs::secret_reads,
          &Costs::status_writes, &Costs::workload_writes, &Costs::weight_writes, &Costs::histories,
          &Costs::counts, &Costs::budgets}) {
      after.*field -= before.*field;
    }
    return after;
  }
  template <typename Reached>
  void RunUntil(Reached reached) {
    for (int look = 0; look < 2000 && !reached(); ++look) {
      Settle();
      clock_.Advance(seconds(5));
    }
    ASSERT_TRUE(reached()) << State().message;
  }
  void RunToBaking() {
    RunUntil([&] { return State().phase == Phase::kReady; });
    workloads_.Deploy("shop", "app", "v2");
    RunUntil([&] { return Weight() == 10 && State().stage == core::StepStage::kBaking; });
    clock_.Advance(minutes(1));
    Settle();
    Settle();
  }

  CountingSecrets secrets_read_;
  Reconciler reconciler_ = MakeReconciler(
      {policies_, workloads_, router_, source_, budgets_, secrets_read_, events_, clock_});
};

TEST_F(CostsTest, ALookAtRest) {
  RunUntil([&] { return State().phase == Phase::kReady; });
  Settle();
  clock_.Advance(seconds(1));
  EXPECT_EQ(Settle(), (Costs{.secret_reads = 1}));
}

TEST_F(CostsTest, ALookWhileBaking) {
  RunToBaking();
  clock_.Advance(seconds(20));
  EXPECT_EQ(Settle(), (Costs{.secret_reads = 1, .counts = 1}));
}

TEST_F(CostsTest, AWatchThatTellsOfAChange) {
  RunUntil([&] { return State().phase == Phase::kReady; });
  Settle();
  policies_.Touch(kKey);
  EXPECT_EQ(Settle(),
            (Costs{.policy_reads = 1, .workload_reads = 1, .route_reads = 1, .secret_reads = 1}));
}

TEST_F(CostsTest, ALookWhileAWatchIsDown) {
  RunUntil([&] { return State().phase == Phase::kReady; });
  policies_.Follow(false);
  Settle();
  EXPECT_EQ(Settle(),
            (Costs{.policy_reads = 1, .workload_reads = 1, .route_reads = 1, .secret_reads = 1}));
}

TEST_F(CostsTest, AnAbort) {
  RunToBaking();
  policies_.Edit(kKey, [](ports::PolicyRecord& record) {
    record.requests.abort = core::Request{"v2", 0, "ann", "noon", "v2 by ann at noon"};
  });
  EXPECT_EQ(Settle(), (Costs{.policy_reads = 2,
                             .workload_reads = 2,
                             .route_reads = 2,
                             .secret_reads = 1,
                             .status_writes = 2,
                             .weight_writes = 1,
                             .counts = 1}));
}

TEST_F(CostsTest, AStart) {
  RunUntil([&] { return State().phase == Phase::kReady; });
  workloads_.Deploy("shop", "app", "v2");
  const Costs before = Sum();
  RunUntil([&] { return Weight() == 10; });
  EXPECT_EQ(Sum().histories - before.histories, 1);
  EXPECT_EQ(Sum().weight_writes - before.weight_writes, 1);
}

}  // namespace
}  // namespace slogate::app

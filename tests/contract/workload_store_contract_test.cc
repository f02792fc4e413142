// What every WorkloadStore promises of a Managed rollout, held against the one in memory and the
// one on a real cluster.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "contract/policies.h"
#include "contract/workload_objects.h"
#include "contract/workload_worlds.h"

namespace slogate::testing {
namespace {

using core::Action;
using core::WorkloadView;
using Kind = core::Action::Kind;

bool Complete(const core::TrackView& track, int pods) {
  return track.exists && track.settled && track.desired == pods && track.available == pods;
}

class WorkloadStoreContractTest : public ::testing::TestWithParam<const char*> {
 protected:
  WorkloadStoreContractTest() : world_(MakeWorkloadWorld(GetParam())) {}

  ports::Result<void> Try(const Action& action) {
    return world_->store().Apply(world_->Record(), action);
  }
  void Apply(const Action& action) {
    const auto applied = ApplyAgainstOthers(world_->store(), world_->Record(), action);
    ASSERT_TRUE(applied.has_value()) << applied.error().message;
  }
  void Apply(Kind kind) { Apply({.kind = kind, .value = 0, .revision = {}}); }
  void ExpectRefused(const Action& action, ports::ErrorCode code) {
    const auto applied = Try(action);
    ASSERT_FALSE(applied.has_value());
    EXPECT_EQ(applied.error().code, code) << applied.error().message;
  }
  WorkloadView Await(const std::function<bool(const WorkloadView&)>& wanted) {
    return world_->AwaitView(wanted);
  }
  WorkloadView Now() {
    return Await([](const auto&) { return true; });
  }
  WorkloadView AwaitBaseline(int pods = 2) {
    return Await([&](const auto& view) { return Complete(view.baseline, pods); });
  }
  WorkloadView AwaitCanary(const std::string& revision, int pods) {
    return Await([&](const auto& view) {
      return Complete(view.canary, pods) && view.canary.revision == revision;
    });
  }
  // Deploys and adopts release 1, and deploys release 2, which is held.
  WorkloadView HoldSecond() {
    world_->Deploy("1");
    const std::string first = AwaitBaseline().baseline.revision;
    Apply(Kind::kAdopt);
    world_->Deploy("2");
    return Await([&](const auto& view) {
      return view.held && !view.template_revision.empty() && view.template_revision != first;
    });
  }

  std::unique_ptr<WorkloadWorld> world_;
};

TEST_P(WorkloadStoreContractTest, AnAbsentDeploymentIsAProblemThatNamesIt) {
  const WorkloadView view = Now();
  EXPECT_FALSE(view.canary.exists);
  EXPECT_FALSE(view.baseline.exists);
  EXPECT_NE(view.problem.find(kContractDeployment), std::string::npos) << view.problem;
}

TEST_P(WorkloadStoreContractTest, ActingOnAnAbsentDeploymentIsNotFound) {
  for (const Kind kind :
       {Kind::kAdopt, Kind::kEnsureServices, Kind::kEnsureCanary, Kind::kScaleCanary, Kind::kHold,
        Kind::kRelease, Kind::kRestore, Kind::kUndo}) {
    ExpectRefused({.kind = kind, .value = 1, .revision = "1"}, ports::ErrorCode::kNotFound);
  }
  Apply(Kind::kRemoveCanary);
  Apply(Kind::kLeave);
}

TEST_P(WorkloadStoreContractTest, SeesARunningDeployment) {
  world_->Deploy("1");
  const WorkloadView view = AwaitBaseline();
  EXPECT_EQ(view.problem, "");
  EXPECT_NE(view.baseline.revision, "");
  EXPECT_NE(view.baseline.pod_template_hash, "");
  EXPECT_EQ(view.baseline.available_any, 2);
  EXPECT_EQ(view.baseline.restarts, 0);
  EXPECT_EQ(view.template_revision, view.baseline.revision);
  EXPECT_EQ(view.held_by, core::HoldBy::kAdmission);
  EXPECT_FALSE(view.held);
  EXPECT_FALSE(view.adopted);
  EXPECT_FALSE(view.canary.exists);
  EXPECT_FALSE(view.services_exist);
}

TEST_P(WorkloadStoreContractTest, WhatIsNotAdoptedIsNotHeld) {
  world_->Deploy("1");
  const std::string first = AwaitBaseline().baseline.revision;
  world_->Deploy("2");
  const WorkloadView view = Await(
      [&](const auto& now) { return Complete(now.baseline, 2) && now.baseline.revision != first; });
  EXPECT_FALSE(view.held);
}

TEST_P(WorkloadStoreContractTest, AdoptingHoldsWhatComesNext) {
  world_->Deploy("1");
  AwaitBaseline();
  Apply(Kind::kAdopt);
  Apply(Kind::kAdopt);
  const WorkloadView adopted = AwaitBaseline();
  EXPECT_TRUE(adopted.adopted);
  EXPECT_FALSE(adopted.held);
  world_->Deploy("2");
  const WorkloadView held = Await([&](const auto& view) {
    return !view.template_revision.empty() && view.template_revision != adopted.template_revision;
  });
  EXPECT_TRUE(held.held);
  EXPECT_EQ(held.baseline.revision, adopted.baseline.revision);
  EXPECT_TRUE(Complete(held.baseline, 2)) << "production runs on";
}

TEST_P(WorkloadStoreContractTest, MakesTheServicesOfTheCanary) {
  world_->Deploy("1");
  EXPECT_FALSE(Now().services_exist);
  Apply(Kind::kEnsureServices);
  Apply(Kind::kEnsureServices);
  EXPECT_TRUE(Now().services_exist);
}

TEST_P(WorkloadStoreContractTest, TheCanaryRunsTheHeldRevisionBesideProduction) {
  const WorkloadView held = HoldSecond();
  const Action ensure{Kind::kEnsureCanary, 1, held.template_revision};
  Apply(ensure);
  Apply(ensure);
  const WorkloadView view = AwaitCanary(held.template_revision, 1);
  EXPECT_EQ(view.problem, "");
  EXPECT_TRUE(Complete(view.baseline, 2));
  EXPECT_EQ(view.baseline.revision, held.baseline.revision);
  EXPECT_TRUE(view.held);
}

TEST_P(WorkloadStoreContractTest, MakesTheCanaryOfTheNamedRevisionAndNoOther) {
  const WorkloadView held = HoldSecond();
  ExpectRefused({Kind::kEnsureCanary, 1, held.baseline.revision}, ports::ErrorCode::kConflict);
  EXPECT_FALSE(Now().canary.exists);
}

TEST_P(WorkloadStoreContractTest, ACanaryOfAnEarlierRevisionIsReplaced) {
  const WorkloadView held = HoldSecond();
  Apply({Kind::kEnsureCanary, 1, held.template_revision});
  AwaitCanary(held.template_revision, 1);
  world_->Deploy("3");
  const std::string third =
      Await([&](const auto& view) {
        return !view.template_revision.empty() && view.template_revision != held.template_revision;
      }).template_revision;
  Apply({Kind::kEnsureCanary, 2, third});
  AwaitCanary(third, 2);
}

TEST_P(WorkloadStoreContractTest, PodsOfAnEarlierRevisionDoNotCountForTheNewOne) {
  const WorkloadView held = HoldSecond();
  Apply({Kind::kEnsureCanary, 2, held.template_revision});
  AwaitCanary(held.template_revision, 2);
  world_->KeepPodsFromStarting();
  world_->Deploy("3");
  const std::string third =
      Await([&](const auto& view) {
        return !view.template_revision.empty() && view.template_revision != held.template_revision;
      }).template_revision;
  Apply({Kind::kEnsureCanary, 2, third});
  const WorkloadView view = Await([&](const auto& now) { return now.canary.revision == third; });
  EXPECT_EQ(view.canary.available, 0);
  EXPECT_EQ(view.canary.available_any, 2);
  EXPECT_FALSE(view.canary.settled);
}

TEST_P(WorkloadStoreContractTest, ScalesAndRemovesTheCanaryAlone) {
  const WorkloadView held = HoldSecond();
  Apply({Kind::kEnsureCanary, 1, held.template_revision});
  Apply({Kind::kScaleCanary, 3, {}});
  AwaitCanary(held.template_revision, 3);
  Apply({Kind::kScaleCanary, 0, {}});
  AwaitCanary(held.template_revision, 0);
  Apply(Kind::kRemoveCanary);
  Apply(Kind::kRemoveCanary);
  const WorkloadView view = Await([](const auto& now) { return !now.canary.exists; });
  EXPECT_TRUE(Complete(view.baseline, 2));
}

TEST_P(WorkloadStoreContractTest, ReleasesTheNamedRevisionAndNoOther) {
  const WorkloadView held = HoldSecond();
  ExpectRefused({Kind::kRelease, 0, held.baseline.revision}, ports::ErrorCode::kConflict);
  EXPECT_TRUE(Now().held);
  Apply({Kind::kRelease, 0, held.template_revision});
  Apply({Kind::kRelease, 0, held.template_revision});
  const WorkloadView view = Await([&](const auto& now) {
    return Complete(now.baseline, 2) && now.baseline.revision == held.template_revision;
  });
  EXPECT_FALSE(view.held);
  EXPECT_TRUE(view.adopted);
}

TEST_P(WorkloadStoreContractTest, RestoresTheTemplateThatRuns) {
  const WorkloadView held = HoldSecond();
  ExpectRefused({Kind::kRestore, 0, "another"}, ports::ErrorCode::kConflict);
  EXPECT_TRUE(Now().held);
  Apply({Kind::kRestore, 0, held.template_revision});
  Apply({Kind::kRestore, 0, held.template_revision});
  const WorkloadView view = Await([&](const auto& now) {
    return now.template_revision == held.baseline.revision && Complete(now.baseline, 2);
  });
  EXPECT_FALSE(view.held);
  EXPECT_EQ(view.baseline.pod_template_hash, held.baseline.pod_template_hash)
      << "no pod was replaced";
}

TEST_P(WorkloadStoreContractTest, GoesBackToWhatProductionRanBeforeAndHoldsIt) {
  const WorkloadView held = HoldSecond();
  EXPECT_EQ(held.previous_revision, "") << "the held revision never ran";
  const std::string first = held.baseline.revision;
  const std::string second = held.template_revision;
  Apply({Kind::kRelease, 0, second});
  const WorkloadView released = Await([&](const auto& view) {
    return Complete(view.baseline, 2) && view.baseline.revision == second;
  });
  EXPECT_EQ(released.previous_revision, first);
  const Action undo{.kind = Kind::kUndo, .value = 0, .revision = first, .undone = second};
  Apply(undo);
  Apply(undo);
  const WorkloadView undone =
      Await([&](const auto& view) { return view.template_revision == first; });
  EXPECT_TRUE(undone.held);
  EXPECT_EQ(undone.baseline.revision, second) << "it runs on until the template is released";
  EXPECT_TRUE(Complete(undone.baseline, 2));
  Apply({Kind::kRelease, 0, first});
  const WorkloadView back = Await([&](const auto& view) {
    return Complete(view.baseline, 2) && view.baseline.revision == first;
  });
  EXPECT_EQ(back.previous_revision, second);
}

TEST_P(WorkloadStoreContractTest, GoesBackOnlyFromTheNamedRevisionAndToOneThatIsKept) {
  const WorkloadView held = HoldSecond();
  const std::string first = held.baseline.revision;
  const std::string second = held.template_revision;
  ExpectRefused({.kind = Kind::kUndo, .value = 0, .revision = "gone", .undone = second},
                ports::ErrorCode::kConflict);
  ExpectRefused({.kind = Kind::kUndo, .value = 0, .revision = "gone", .undone = first},
                ports::ErrorCode::kNotFound);
  EXPECT_EQ(Now().template_revision, second);
}

TEST_P(WorkloadStoreContractTest, WhatWasRejectedIsNotWhatProductionRanBefore) {
  const WorkloadView held = HoldSecond();
  Apply({Kind::kRelease, 0, held.template_revision});
  Await([&](const auto& view) {
    return Complete(view.baseline, 2) && view.baseline.revision == held.template_revision;
  });
  ports::PolicyRecord record = world_->Record();
  record.state.rejected_revision = held.baseline.revision;
  const auto view = world_->store().Observe(record);
  ASSERT_TRUE(view.has_value()) << view.error().message;
  EXPECT_EQ(view->previous_revision, "");
}

TEST_P(WorkloadStoreContractTest, LeavingTakesTheLabelAndKeepsWhatIsHeld) {
  const WorkloadView held = HoldSecond();
  EXPECT_TRUE(held.labelled);
  Apply(Kind::kLeave);
  Apply(Kind::kLeave);
  const WorkloadView view = Now();
  EXPECT_FALSE(view.labelled);
  EXPECT_FALSE(view.adopted);
  EXPECT_TRUE(view.held);
  EXPECT_EQ(view.baseline.pod_template_hash, held.baseline.pod_template_hash);
}

TEST_P(WorkloadStoreContractTest, LeavingReleasesTheNamedRevisionAndNoOther) {
  const WorkloadView held = HoldSecond();
  ExpectRefused({Kind::kLeave, 0, held.baseline.revision}, ports::ErrorCode::kConflict);
  EXPECT_TRUE(Now().labelled);
  Apply({Kind::kLeave, 0, held.template_revision});
  Apply({Kind::kLeave, 0, held.template_revision});
  const WorkloadView view = Await([&](const auto& now) {
    return Complete(now.baseline, 2) && now.baseline.revision == held.template_revision;
  });
  EXPECT_FALSE(view.held);
  EXPECT_FALSE(view.labelled);
}

TEST_P(WorkloadStoreContractTest, HoldsWhatWasReleased) {
  const WorkloadView held = HoldSecond();
  world_->KeepPodsFromStarting();
  Apply({Kind::kRelease, 0, held.template_revision});
  Apply(Kind::kHold);
  Apply(Kind::kHold);
  EXPECT_TRUE(Now().held);
}

TEST_P(WorkloadStoreContractTest, AReleaseIsTheSameWheneverItComes) {
  const WorkloadView held = HoldSecond();
  world_->Deploy("1");
  Await([&](const auto& view) { return view.template_revision == held.baseline.revision; });
  world_->Deploy("2");
  Await([&](const auto& view) { return view.template_revision == held.template_revision; });
}

TEST_P(WorkloadStoreContractTest, WhatIsPausedAtRestNeedsNoLabel) {
  world_->Deploy("1");
  AwaitBaseline();
  ports::PolicyRecord record = world_->Record();
  record.policy->workload.hold = core::HoldBy::kPaused;
  const auto view = world_->store().Observe(record);
  ASSERT_TRUE(view.has_value()) << view.error().message;
  EXPECT_EQ(view->held_by, core::HoldBy::kPaused);
  EXPECT_TRUE(view->adopted);
}

TEST_P(WorkloadStoreContractTest, WeightsAreNotItsBusiness) {
  world_->Deploy("1");
  ExpectRefused({.kind = Kind::kSetWeights, .value = 10, .revision = {}},
                ports::ErrorCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(Stores, WorkloadStoreContractTest, ::testing::Values("Memory", "Kube"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace slogate::testing

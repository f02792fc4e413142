// A stored status whose parts do not belong together is unreadable, and says which part.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "spec/status/status_json.h"
#include "support/status_decisions.h"
#include "unit/core/rollout/small_world.h"
#include "unit/spec/status/random_state.h"

namespace slogate::spec {
namespace {

using namespace std::chrono_literals;
using core::Phase;
using nlohmann::json;

json Stored(const core::RolloutState& state, const core::SmallWorld& world) {
  return json::parse(StatusToJson(state, &world.policy, 1, nullptr, world.now).dump());
}

// The status of a rollout in the second of its steps.
json BakingStatus() {
  static const json status = [] {
    core::SmallWorld world(core::Promotion::kManaged, 1);
    EXPECT_TRUE(world.RunTo(Phase::kReady, 10min));
    world.Release("v2");
    for (int check = 0; check < 10'000; ++check) {
      if (world.state.step == 1 && world.state.stage == core::StepStage::kBaking) break;
      world.Check();
    }
    return Stored(world.state, world);
  }();
  return status;
}

json ResultingStatus(Phase phase, const char* revision) {
  core::SmallWorld world(core::Promotion::kManaged, 1);
  EXPECT_TRUE(world.RunTo(Phase::kReady, 10min));
  world.behaviour["bad"] = {{0.5, 0.5, 0.5}};
  world.Release(revision);
  EXPECT_TRUE(world.RunTo(phase, 5h));
  return Stored(world.state, world);
}

constexpr const char* kAbsent = "absent";

struct Change {
  const char* pointer;
  const char* value;  // JSON, or kAbsent
};

struct Fault {
  std::vector<Change> changes;
  const char* message;  // that it begins with
};

void ExpectUnreadable(const json& sound, const std::vector<Fault>& faults) {
  const auto whole = StateFromStatusJson(sound);
  ASSERT_TRUE(whole) << whole.error().message;
  for (const Fault& fault : faults) {
    json status = sound;
    for (const auto& [pointer, value] : fault.changes) {
      const json::json_pointer place(pointer);
      if (value == kAbsent) {
        json& parent = status.at(place.parent_pointer());
        if (parent.is_array()) {
          parent.erase(std::stoul(place.back()));
        } else {
          parent.erase(place.back());
        }
      } else {
        status[place] = json::parse(value);
      }
    }
    const auto read = StateFromStatusJson(status);
    ASSERT_FALSE(read) << fault.message << "; nevertheless: " << tests::ProblemOfDecidingOn(*read);
    EXPECT_TRUE(read.error().message.starts_with(fault.message)) << read.error().message;
  }
}

TEST(StatusAgreementTest, WhatAStepNeedsIsThere) {
  ExpectUnreadable(
      BakingStatus(),
      {{{{"/frozen", kAbsent}}, "status.frozen: is missing, but phase is Progressing"},
       {{{"/frozen", kAbsent}, {"/progress/stage", "\"Moving\""}}, "status.frozen: is missing"},
       {{{"/frozen", kAbsent},
         {"/phase", "\"Paused\""},
         {"/progress/pausedPhase", "\"Progressing\""},
         {"/progress/stage", "\"Starting\""}},
        "status.frozen: is missing"},
       {{{"/frozen/blockLength", kAbsent}}, "status.frozen.blockLength: is missing"},
       {{{"/frozen/blockLength", "\"0s\""}}, "status.frozen.blockLength: \"0s\" is out of range"},
       {{{"/frozen/blockLength", "\"1s\""}}, "status.frozen.blockLength: is 1s"},
       {{{"/frozen/scrapeInterval", kAbsent}}, "status.frozen.scrapeInterval: is missing"},
       {{{"/frozen/steps", kAbsent}}, "status.frozen.steps: is missing"},
       {{{"/frozen/steps", "[]"}}, "status.frozen.steps: is empty"},
       {{{"/frozen/steps/0/minDuration", kAbsent}},
        "status.frozen.steps[0].minDuration: is missing"},
       {{{"/frozen/steps/1/weight", "0"}}, "status.frozen.steps[1].weight: 0 is out of range"},
       {{{"/frozen/steps/1/weight", "100"}}, "status.frozen.steps[1].weight: 100 is out of range"},
       {{{"/frozen/objectives", "[]"}}, "status.frozen.objectives: is empty"},
       {{{"/frozen/objectives", kAbsent}}, "status.frozen.objectives: is missing"},
       {{{"/frozen/objectives/0/mode", "\"Report\""},
         {"/frozen/objectives/1/mode", "\"Report\""},
         {"/frozen/objectives/2/mode", "\"Report\""}},
        "status.frozen.objectives: are all in mode Report"},
       {{{"/frozen/alpha", "1"}}, "status.frozen.alpha: 1 is out of range"},
       {{{"/frozen/alpha", "0"}}, "status.frozen.alpha: 0 is out of range"},
       {{{"/frozen/alpha", kAbsent}}, "status.frozen.alpha: is missing"},
       {{{"/frozen/promotionAlpha", "1"}}, "status.frozen.promotionAlpha: 1 is out of range"},
       {{{"/frozen/origin", kAbsent}}, "status.frozen.origin: is missing"},
       {{{"/frozen/canary", kAbsent}}, "status.frozen.canary: is missing"},
       {{{"/frozen/baseline", "\"\""}}, "status.frozen.baseline: has no label matcher"},
       {{{"/frozen/objectives/0/targetRatio", "1"}},
        "status.frozen.objectives[0].targetRatio: 1 is out of range"},
       {{{"/frozen/objectives/0/parameters/tolerance", "1e308"}},
        "status.frozen.objectives[0].parameters.tolerance: 1e+308 is out of range"},
       {{{"/frozen/objectives/0/parameters/promotionMargin", "0"}},
        "status.frozen.objectives[0].parameters.promotionMargin: 0 is out of range"},
       {{{"/frozen/objectives/0/parameters/tau", kAbsent}},
        "status.frozen.objectives[0].parameters.tau: is missing"},
       {{{"/frozen/objectives/0/parameters/maxOverdispersion", "1e200"}},
        "status.frozen.objectives[0].parameters.maxOverdispersion: 1e+200 is out of range"},
       {{{"/frozen/objectives/0/cohorts", "{\"values\": [\"de\"]}"}},
        "status.frozen.objectives[0].cohorts.by: is missing"}});
}

TEST(StatusAgreementTest, TheStepAndItsWeightBelongTogether) {
  ExpectUnreadable(
      BakingStatus(),
      {{{{"/progress/stepIndex", "2"}}, "status.progress.stepIndex: is 2, but there are 2 steps"},
       {{{"/progress/stepIndex", "2147483647"}}, "status.progress.stepIndex: 2147483647 is out"},
       {{{"/weight", "99"}}, "status.weight: is 99, but step 2 has weight 50"},
       {{{"/weight", "20"}}, "status.weight: is 20, but step 2 has weight 50"},
       {{{"/weight", "51"}, {"/progress/lowered", "true"}},
        "status.weight: is 51, but step 2 has weight 50"},
       {{{"/phase", "\"RollingBack\""}, {"/rejectedRevision", "\"v2\""}},
        "status.weight: is 50, but phase RollingBack has weight 0"},
       {{{"/phase", "\"Ready\""}}, "status.weight: is 50, but phase Ready has weight 0"},
       {{{"/phase", "\"Initializing\""}}, "status.phase: 'Initializing' is unknown"},
       {{{"/phase", "\"Promoting\""}, {"/weight", "101"}}, "status.weight: 101 is out of range"},
       {{{"/progress/stage", "\"Starting\""}}, "status.weight: is 50, but stage Starting has"},
       {{{"/phase", "\"Paused\""}, {"/progress/pausedPhase", "\"Ready\""}},
        "status.progress.pausedPhase: is Ready, but only Progressing and Promoting are paused"},
       {{{"/phase", "\"Paused\""}, {"/progress/pausedPhase", kAbsent}},
        "status.progress.pausedPhase: is Pending, but"},
       {{{"/candidateRevision", kAbsent}},
        "status.candidateRevision: is missing, but phase is Progressing"},
       {{{"/phase", "\"RolledBack\""}, {"/weight", "0"}},
        "status.rejectedRevision: is missing, but phase is RolledBack"},
       {{{"/attempts", "2147483647"}}, "status.attempts: 2147483647 is out of range"}});
}

TEST(StatusAgreementTest, WhatIsToBeGivenBackHasNames) {
  ExpectUnreadable(
      BakingStatus(),
      {{{{"/adopted/deployment", R"("../secrets/x")"}},
        "status.adopted.deployment: '../secrets/x' is no name"},
       {{{"/adopted/deployment", kAbsent}}, "status.adopted.deployment: is missing"},
       {{{"/moved/0/name", R"("a/b")"}}, "status.moved[0].name: 'a/b' is no name"},
       {{{"/moved/0/name", R"("")"}}, "status.moved[0].name: is missing"},
       {{{"/moved/0/canaryIngress", R"("..")"}}, "status.moved[0].canaryIngress: '..' is no name"},
       {{{"/moved/0/kind", kAbsent}}, "status.moved[0].kind: is missing"},
       {{{"/adopted/hold", R"("Webhook")"}}, "status.adopted.hold: 'Webhook' is unknown"}});
}

TEST(StatusAgreementTest, TimesAreThereAndEvidenceIsOfThisRollout) {
  ExpectUnreadable(
      BakingStatus(),
      {{{{"/progress/phaseBegan", kAbsent}}, "status.progress.phaseBegan: is missing, but phase"},
       {{{"/progress/stageBegan", kAbsent}}, "status.progress.stageBegan: is missing, but phase"},
       {{{"/progress/stepFirstBlock", "0"}},
        "status.progress.stepFirstBlock: is 0, but the rollout began"},
       {{{"/progress/stepFirstBlock", "9007199254740992"}},
        "status.progress.stepFirstBlock: 9007199254740992 is out of range"},
       {{{"/checkpoint", kAbsent}},
        "status.checkpoint.objectives: are 0, but the rollout has 3 objectives"},
       {{{"/checkpoint/objectives/2", kAbsent}},
        "status.checkpoint.objectives: are 2, but the rollout has 3 objectives"},
       {{{"/checkpoint/objectives/0/rollout/canary", R"({"total": 5, "bad": 6})"}},
        "status.checkpoint.objectives[0].rollout.canary.bad: is 6.0, but total is 5.0"},
       {{{"/checkpoint/objectives/0/rollout/canary/total", "1e200"}},
        "status.checkpoint.objectives[0].rollout.canary.total: 1e+200 is out of range"},
       {{{"/checkpoint/objectives/0/startedWeight", kAbsent}},
        "status.checkpoint.objectives[0].startedWeight: is missing"},
       {{{"/checkpoint/objectives/0/cohorts", R"([{"share": [0,0,0,0,0,0,0,0], "rollout": {}}])"}},
        "status.checkpoint.objectives[0].cohorts: are 1, but the objective has 0"},
       {{{"/progress/waived", R"(["Baking"])"}},
        "status.progress.waived: 'Baking' is no reason of an error budget"},
       {{{"/progress/waived", R"(["BudgetSpent", "BudgetSpent"])"}},
        "status.progress.waived: has BudgetSpent twice"},
       {{{"/budgets", R"([{"objective": "errors", "burn": 1e300}])"}},
        "status.budgets[0].burn: 1e+300 is out of range"}});
}

TEST(StatusAgreementTest, WhatEndedKeepsWhatTheNextLookNeeds) {
  ExpectUnreadable(ResultingStatus(Phase::kPromoted, "v2"),
                   {{{{"/progress/phaseBegan", kAbsent}}, "status.progress.phaseBegan"},
                    {{{"/weight", "5"}}, "status.weight: is 5, but phase Promoted has weight 0"}});
  ExpectUnreadable(ResultingStatus(Phase::kRolledBack, "bad"),
                   {{{{"/rejectedRevision", kAbsent}}, "status.rejectedRevision: is missing"}});
  ExpectUnreadable(
      json::parse(R"({"phase": "Pending"})"),
      {{{{"/progress", R"({"stepIndex": 1})"}}, "status.progress.stepIndex: is 1, but"},
       {{{"/progress", R"({"stepFirstBlock": 1})"}}, "status.progress.stepFirstBlock: is 1, but"},
       {{{"/checkpoint", R"({"objectives": [{}]})"}}, "status.checkpoint.objectives"}});
}

TEST(StatusAgreementTest, EveryStateThatCanBeStoredCanBeDecidedOn) {
  RandomStates states(23);
  for (std::size_t i = 0; i < 60; ++i) {
    const std::string problem = tests::ProblemOfDecidingOn(states.Next(), i);
    ASSERT_EQ(problem, "") << "state " << i;
  }
}

// Stored and read between any two checks, as the controller does. Troubles come often and the seeds
// are chosen, so that few checks pass through many states.
TEST(StatusAgreementTest, ARolloutOfManyTroublesStaysReadable) {
  std::set<std::tuple<Phase, Phase, core::StepStage, core::Reason, int>> states;
  for (const unsigned seed : {4U, 5U, 18U, 19U}) {
    std::mt19937 random(seed);
    core::SmallWorld world(seed % 2 == 0 ? core::Promotion::kManaged : core::Promotion::kExternal,
                           seed);
    world.policy.budget.emplace();
    world.behaviour["v3"] = {{0.2, 0.02, 0.05}};
    for (int check = 0; check < 150; ++check) {
      if (random() % 50 == 0) world.Release("v" + std::to_string(2 + random() % 3));
      if (random() % 25 == 0) world.traffic = random() % 3 != 0;
      if (random() % 25 == 0) world.pods_start = random() % 3 != 0;
      if (random() % 25 == 0) world.accepted = random() % 3 != 0;
      if (random() % 75 == 0) world.percent = static_cast<int>(random() % 101);
      if (random() % 25 == 0) world.requests.resume = std::to_string(random());
      if (random() % 75 == 0) world.policy.retry = std::to_string(random());
      if (random() % 125 == 0) world.now -= 2min;  // another controller's clock
      world.source =
          random() % 20 == 0 ? core::SourceProblem::kTimeout : core::SourceProblem::kNone;
      if (world.state.phase == Phase::kPromoting && !world.policy.dry_run &&
          world.policy.workload.promotion == core::Promotion::kExternal) {
        world.CarryOver(world.state.candidate_revision);
      }
      world.Check();
      auto read = StateFromStatusJson(Stored(world.state, world));
      ASSERT_TRUE(read) << "seed " << seed << ", check " << check << ": " << read.error().message
                        << "\n"
                        << Stored(world.state, world).dump(1);
      world.state = std::move(*read);
      states.emplace(world.state.phase, world.state.paused_phase, world.state.stage,
                     world.state.reason, world.state.step);
    }
  }
  EXPECT_GE(states.size(), 25U);
}

}  // namespace
}  // namespace slogate::spec

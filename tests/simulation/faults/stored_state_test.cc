// What the simulation keeps of a status is what its text would say.
#include "simulation/faults/stored_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "simulation/faults/fault_rollout.h"
#include "unit/spec/status/random_state.h"

namespace slogate::faults {
namespace {

using core::RolloutState;
using std::chrono::seconds;

ports::PolicyRecord RecordOf(std::size_t routes) {
  ports::PolicyRecord record;
  record.generation = 7;
  record.policy = ScenarioOf(1).policy;
  record.policy->routes.resize(routes, record.policy->routes.front());
  return record;
}

TEST(StoredStateTest, IsReadAsItsText) {
  spec::RandomStates states(21);
  RolloutState before;
  for (int i = 0; i < 300; ++i) {
    const RolloutState state = states.Next();
    ports::PolicyRecord record = RecordOf(state.observed_percents.size());
    record.state = AsRead(before, record.policy->routes.size());
    EXPECT_EQ(Contradiction(record, state), "") << "news";
    record.state = AsRead(state, record.policy->routes.size());
    EXPECT_EQ(Contradiction(record, state), "") << "no news";
    if (HasFailure()) return;
    before = state;
  }
}

struct Change {
  std::string of;
  std::function<void(RolloutState&)> make;
  bool news = true;
};

std::vector<Change> ChangesOfFields() {
  using S = RolloutState;
  return {
      {"phase", [](S& s) { s.phase = core::Phase::kPromoting; }},
      {"paused phase", [](S& s) { s.paused_phase = core::Phase::kPromoting; }},
      {"reason", [](S& s) { s.reason = core::Reason::kWeightDrift; }},
      {"message", [](S& s) { s.message += "!"; }},
      {"waits since", [](S& s) { s.waits_since = s.phase_began; }},
      {"edited", [](S& s) { s.edited = !s.edited; }},
      {"phase began", [](S& s) { s.phase_began += seconds(1); }},
      {"stable", [](S& s) { s.stable_revision += "!"; }},
      {"previous", [](S& s) { s.previous_revision += "!"; }},
      {"candidate", [](S& s) { s.candidate_revision += "!"; }},
      {"rejected", [](S& s) { s.rejected_revision += "!"; }},
      {"rejected reason", [](S& s) { s.rejected_reason = core::Reason::kWeightDrift; }},
      {"failed objectives", [](S& s) { s.failed_objectives.push_back("availability"); }},
      {"attempts", [](S& s) { ++s.attempts; }},
      {"retry", [](S& s) { s.retry += "!"; }},
      {"resume", [](S& s) { s.resume += "!"; }},
      {"stage began", [](S& s) { s.stage_began += seconds(1); }},
      {"first block", [](S& s) { ++s.step_first_block; }},
      {"weight", [](S& s) { s.desired_percent = 1; }},
      {"lowered", [](S& s) { s.lowered = true; }},
      {"observed", [](S& s) { s.observed_percents[0] = 55; }},
      {"note", [](S& s) { s.route_notes[0] += "!"; }},
      {"adopted",
       [](S& s) {
         s.adopted = {"app2", core::HoldBy::kPaused, core::OnDelete::kHold};
       }},
      {"moved", [](S& s) { s.moved.emplace_back().name = "app2"; }},
      {"giving back", [](S& s) { s.giving_back_since = s.phase_began + seconds(7); }},
      {"missing", [](S& s) { s.missing_since = s.phase_began + seconds(7); }},
      {"pods",
       [](S& s) {
         s.pods_awaited = {s.phase_began, s.phase_began + seconds(7)};
       }},
      {"old restarts", [](S& s) { ++s.old_restarts.canary; }},
      {"approved", [](S& s) { s.approved->revision += "!"; }},
      {"approval's text", [](S& s) { s.approved->text += "!"; }, false},
      {"waived", [](S& s) { s.waived.push_back(core::Reason::kBudgetUnknown); }},
      {"old requests", [](S& s) { s.old_requests.abort += "!"; }},
      {"undo",
       [](S& s) {
         s.undo = {"v7", "v8", "v9"};
       }},
      {"undo honoured", [](S& s) { s.undo_honoured += "!"; }},
      {"after promotion", [](S& s) { ++s.after_promotion.restarts_before; }},
      {"frozen", [](S& s) { s.frozen->steps[0].min_duration += seconds(1); }},
      {"frozen parameters", [](S& s) { s.frozen->objectives[0].parameters.r1 += 0.01; }},
      {"blocks", [](S& s) { ++s.checkpoint.blocks_absorbed; }},
      {"blocks of the step", [](S& s) { ++s.checkpoint.step_blocks; }, false},
      {"capital", [](S& s) { s.checkpoint.objectives[0].fast[1] += 0.25; }},
      {"newest counts", [](S& s) { ++s.checkpoint.objectives[0].newest.total; }, false},
      {"verdict", [](S& s) { s.verdicts.pop_back(); }},
      {"a verdict's message", [](S& s) { s.verdicts[0].message += "!"; }},
      {"promotion", [](S& s) { s.verdicts[0].promotion_tenths ^= 1; }},
      {"evidence", [](S& s) { s.verdicts[0].evidence.rollback += 1; }, false},
      {"counts", [](S& s) { ++s.verdicts[0].counts.canary.total; }, false},
      {"cohorts", [](S& s) { s.verdicts[0].cohorts.pop_back(); }},
      {"a cohort's verdict",
       [](S& s) {
         auto& cohort = s.verdicts[0].cohorts[0];
         cohort.verdict = cohort.verdict == core::Verdict::kFail ? core::Verdict::kInconclusive
                                                                 : core::Verdict::kFail;
         cohort.rollback_tenths = 7;
       }},
      {"a cohort that is seen",
       [](S& s) { s.verdicts[0].cohorts[0].unseen = !s.verdicts[0].cohorts[0].unseen; }, false},
      {"budgets", [](S& s) { s.budgets.emplace_back().objective = "availability"; }},
      {"spent", [](S& s) { ++s.budgets[0].spent_percent; }},
      {"coverage",
       [](S& s) {
         s.coverage = core::CoverageStatus{true, "Covered2", "all"};
       }},
      {"history", [](S& s) { ++s.history[0].repeats; }},
  };
}

// With one of everything that a change needs.
RolloutState FullState(spec::RandomStates& states) {
  while (true) {
    RolloutState state = states.Next();
    if (!state.frozen || state.verdicts.empty() || state.verdicts[0].cohorts.empty()) continue;
    if (state.frozen->objectives[0].cohorts.size() != 1) continue;
    if (state.history.empty() || state.history.size() == core::kLongestHistory) continue;
    if (state.phase != core::Phase::kReady || state.observed_percents.empty()) continue;
    if (!state.approved || state.budgets.empty()) continue;
    state.verdicts[0].cohorts[0].rollback_tenths = 7;  // listed
    state.verdicts[0].promotion_tenths = 4;
    return state;
  }
}

TEST(StoredStateTest, SaysTheSameExactlyWhenItsTextDoes) {
  spec::RandomStates states(22);
  for (int i = 0; i < 3; ++i) {
    const RolloutState state = FullState(states);
    ports::PolicyRecord record = RecordOf(state.observed_percents.size());
    record.state = AsRead(state, record.policy->routes.size());
    for (const Change& change : ChangesOfFields()) {
      RolloutState changed = state;
      change.make(changed);
      const RolloutState read = AsRead(changed, record.policy->routes.size());
      EXPECT_EQ(SaysTheSame(record.state, read), !change.news) << change.of;
      // Some of them no controller stores; what is read of those is not asked for.
      EXPECT_EQ(TextSaysTheSame(record, changed), !change.news) << change.of;
    }
  }
}

TEST(StoredStateTest, ATextThatContradictsIsTold) {
  spec::RandomStates states(23);
  const RolloutState state = FullState(states);
  ports::PolicyRecord record = RecordOf(state.observed_percents.size());
  record.state = AsRead(state, record.policy->routes.size());
  ASSERT_EQ(Contradiction(record, state), "");
  ++record.state.checkpoint.step_blocks;  // which no text has
  EXPECT_THAT(Contradiction(record, state), ::testing::StartsWith("no news is taken for"));
}

std::vector<std::string> StoryOf(std::uint64_t seed, Statuses statuses) {
  return FaultRollout(ScenarioOf(seed), Bug::kNone, true, statuses).Run().story;
}

TEST(StoredStateTest, ARolloutIsTheSameWithValuesAsWithText) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    ASSERT_EQ(StoryOf(seed, Statuses::kText), StoryOf(seed, Statuses::kValues)) << seed;
  }
}

TEST(StoredStateTest, EachStatusOfARolloutIsReadAsItsText) {
  for (std::uint64_t seed = 41; seed <= 80; ++seed) {
    const auto broken =
        FaultRollout(ScenarioOf(seed), Bug::kNone, false, Statuses::kChecked).Run().broken;
    ASSERT_FALSE(broken) << seed << ": " << broken->promise << ": " << broken->how;
  }
}

}  // namespace
}  // namespace slogate::faults

#include "spec/status/status_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "spec/policy/policy_yaml.h"
#include "unit/spec/policy/crd_schema.h"
#include "unit/spec/policy/sample_policy.h"
#include "unit/spec/status/random_state.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr core::TimePoint kNow(std::chrono::milliseconds(1'795'291'200'250));

core::Policy PolicyWithRoutes(std::size_t count) {
  core::Policy policy = PolicyFromJson(SamplePolicy()).value();
  policy.routes.resize(count, policy.routes.front());
  return policy;
}

json StatusOf(const core::RolloutState& state) {
  const core::Policy policy = PolicyWithRoutes(state.observed_percents.size());
  return StatusToJson(state, &policy, 7, nullptr, kNow);
}

// `stored` has no counts of cohorts that nothing points at.
void ExpectSameCohorts(const std::vector<core::CohortVerdict>& given,
                       const std::vector<core::CohortVerdict>& stored) {
  ASSERT_EQ(given.size(), stored.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    EXPECT_EQ(given[i].value, stored[i].value);
    EXPECT_EQ(given[i].verdict, stored[i].verdict);
    EXPECT_EQ(given[i].unseen, stored[i].unseen);
    const bool listed = given[i].verdict == core::Verdict::kFail || given[i].rollback_tenths >= 5;
    EXPECT_EQ(stored[i].rollback_tenths, listed ? given[i].rollback_tenths : 0);
    EXPECT_EQ(stored[i].counts, listed ? given[i].counts : core::PairedCounts{});
  }
}

void ExpectSame(const core::RolloutState& a, const core::RolloutState& b) {
  EXPECT_EQ(a.phase, b.phase);
  EXPECT_EQ(a.paused_phase, b.paused_phase);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.message, b.message);
  EXPECT_EQ(a.phase_began, b.phase_began);
  EXPECT_EQ(a.stable_revision, b.stable_revision);
  EXPECT_EQ(a.candidate_revision, b.candidate_revision);
  EXPECT_EQ(a.rejected_revision, b.rejected_revision);
  EXPECT_EQ(a.rejected_reason, b.rejected_reason);
  EXPECT_EQ(a.failed_objectives, b.failed_objectives);
  EXPECT_EQ(a.attempts, b.attempts);
  EXPECT_EQ(a.retry, b.retry);
  EXPECT_EQ(a.resume, b.resume);
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.stage, b.stage);
  EXPECT_EQ(a.stage_began, b.stage_began);
  EXPECT_EQ(a.step_first_block, b.step_first_block);
  EXPECT_EQ(a.desired_percent, b.desired_percent);
  EXPECT_EQ(a.observed_percents, b.observed_percents);
  EXPECT_EQ(a.route_notes, b.route_notes);
  EXPECT_EQ(a.adopted, b.adopted);
  EXPECT_EQ(a.moved, b.moved);
  EXPECT_EQ(a.waits_since, b.waits_since);
  EXPECT_EQ(a.edited, b.edited);
  EXPECT_EQ(a.giving_back_since, b.giving_back_since);
  EXPECT_EQ(a.missing_since, b.missing_since);
  EXPECT_EQ(a.pods_awaited, b.pods_awaited);
  EXPECT_EQ(a.old_restarts, b.old_restarts);
  EXPECT_EQ(a.approved, b.approved);
  EXPECT_EQ(a.old_requests, b.old_requests);
  EXPECT_EQ(a.frozen, b.frozen);
  EXPECT_EQ(a.checkpoint, b.checkpoint);
  EXPECT_EQ(a.history, b.history);
  ASSERT_EQ(a.verdicts.size(), b.verdicts.size());
  for (std::size_t i = 0; i < a.verdicts.size(); ++i) {
    EXPECT_EQ(a.verdicts[i].objective, b.verdicts[i].objective);
    EXPECT_EQ(a.verdicts[i].dimension, b.verdicts[i].dimension);
    EXPECT_EQ(a.verdicts[i].verdict, b.verdicts[i].verdict);
    EXPECT_EQ(a.verdicts[i].reason, b.verdicts[i].reason);
    EXPECT_EQ(a.verdicts[i].message, b.verdicts[i].message);
    EXPECT_EQ(a.verdicts[i].counts, b.verdicts[i].counts);
    EXPECT_EQ(a.verdicts[i].rollback_tenths, b.verdicts[i].rollback_tenths);
    EXPECT_EQ(a.verdicts[i].promotion_tenths, b.verdicts[i].promotion_tenths);
    EXPECT_EQ(a.verdicts[i].limit_tenths, b.verdicts[i].limit_tenths);
    EXPECT_EQ(a.verdicts[i].shift_tenths, b.verdicts[i].shift_tenths);
    EXPECT_EQ(a.verdicts[i].shift_shown, b.verdicts[i].shift_shown);
    ExpectSameCohorts(a.verdicts[i].cohorts, b.verdicts[i].cohorts);
  }
}

TEST(StatusJsonTest, ReadsBackWhatItWrites) {
  RandomStates states(11);
  for (int i = 0; i < 300; ++i) {
    const core::RolloutState state = states.Next();
    const std::string stored = StatusOf(state).dump();
    const auto read = StateFromStatusJson(json::parse(stored));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    ExpectSame(state, *read);
    if (HasFailure()) return;
  }
}

TEST(StatusJsonTest, FitsTheSchema) {
  const json schema = PolicySchema()["properties"]["status"];
  RandomStates states(13);
  for (int i = 0; i < 100; ++i) {
    for (const std::string& problem : SchemaProblems(schema, StatusOf(states.Next()), "status")) {
      ADD_FAILURE() << problem;
    }
    if (HasFailure()) return;
  }
}

TEST(StatusJsonTest, IsTheSameUntilSomethingNewIsSaid) {
  RandomStates states(14);
  core::RolloutState state = states.Next();
  while (state.verdicts.empty() || state.verdicts[0].cohorts.empty()) state = states.Next();
  const core::Policy policy = PolicyWithRoutes(state.observed_percents.size());
  const json first = StatusToJson(state, &policy, 7, nullptr, kNow);
  for (auto& verdict : state.verdicts) {
    verdict.counts.canary.total += 1000;
    verdict.evidence.rollback += 0.1;
    for (core::CohortVerdict& cohort : verdict.cohorts) {
      cohort.unseen = !cohort.unseen;
      cohort.counts.canary.total += 10;
    }
  }
  EXPECT_EQ(StatusToJson(state, &policy, 7, first, kNow + std::chrono::hours(1)), first);
}

TEST(StatusJsonTest, TellsNewCountsAlongWithOtherNews) {
  core::RolloutState state;
  state.verdicts.emplace_back().objective = "latency";
  const json first = StatusOf(state);
  state.verdicts[0].counts = {{1000, 13}, {9000, 17}};
  state.verdicts[0].rollback_tenths = 3;
  const json second = StatusToJson(state, nullptr, 7, first, kNow);
  EXPECT_EQ(second["verdicts"][0]["canary"], json::parse(R"({"total": 1000, "bad": 13})"));
  EXPECT_EQ(second["verdicts"][0]["baseline"], json::parse(R"({"total": 9000, "bad": 17})"));
}

TEST(StatusJsonTest, TellsPeopleTheStepAndTheWeights) {
  core::RolloutState state;
  state.step = 1;
  state.frozen.emplace();
  state.frozen->steps.resize(3);
  state.desired_percent = 25;
  state.observed_percents = {5, std::nullopt};
  state.route_notes = {"5 % is 1 of 4 pods, 25 %", ""};
  const json status = StatusOf(state);
  EXPECT_EQ(status["step"], 2);
  EXPECT_EQ(status["steps"], 3);
  EXPECT_EQ(status["weight"], 25);
  EXPECT_EQ(status["routes"], json::parse(R"([{"name": "shop", "desiredWeight": 25,
      "observedWeight": 5, "note": "5 % is 1 of 4 pods, 25 %"},
      {"name": "shop", "desiredWeight": 25}])"));
  EXPECT_EQ(status["observedGeneration"], 7);
  EXPECT_EQ(StatusOf(core::RolloutState{})["step"], 0);
}

TEST(StatusJsonTest, TellsWhatIsToBeSaidOfCohorts) {
  core::RolloutState state;
  core::ObjectiveVerdict& verdict = state.verdicts.emplace_back();
  verdict.objective = "latency";
  const auto add = [&](const char* value, core::Verdict shown, bool unseen, int tenths) {
    verdict.cohorts.push_back({value, shown, unseen, {{1000, 50}, {9000, 90}}, tenths});
  };
  add("de", core::Verdict::kFail, false, 10);
  add("en", core::Verdict::kInconclusive, false, 0);
  add("fr", core::Verdict::kInconclusive, false, 7);
  add("is", core::Verdict::kInconclusive, true, 0);
  EXPECT_EQ(StatusOf(state)["verdicts"][0]["cohorts"], json::parse(R"({"seen": 3,
      "worse": [{"value": "de", "rollbackPercent": 100, "canary": {"total": 1000, "bad": 50},
                 "baseline": {"total": 9000, "bad": 90}}],
      "pointing": [{"value": "fr", "rollbackPercent": 70, "canary": {"total": 1000, "bad": 50},
                    "baseline": {"total": 9000, "bad": 90}}],
      "unseen": ["is"]})"));
}

TEST(StatusJsonTest, KeepsAnyValueOfALabel) {
  RandomStates states(19);
  core::RolloutState state = states.Next();
  while (!state.frozen) state = states.Next();
  state.checkpoint.objectives[0] = {};
  state.verdicts.clear();
  core::FrozenObjective& objective = state.frozen->objectives[0];
  objective.cohort_label = "language";
  objective.cohorts = {"", "a\nb\x01", "\xc3\xa9", std::string(200, 'x')};
  const auto read = StateFromStatusJson(json::parse(StatusOf(state).dump()));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  objective.cohorts.back() = std::string(125, 'x') + "...";
  EXPECT_EQ(read->frozen->objectives[0].cohorts, objective.cohorts);
}

TEST(StatusJsonTest, KeepsTheRoutesWhenThePolicyIsUnsound) {
  const json previous = json::parse(R"({"routes": [{"name": "shop", "observedWeight": 5}]})");
  const json status = StatusToJson({}, nullptr, 8, previous, kNow);
  EXPECT_EQ(status["routes"], previous["routes"]);
}

TEST(StatusJsonTest, CutsAndCleansTexts) {
  core::RolloutState state;
  state.message = std::string(5000, 'x') + "\xff\x01";
  state.verdicts.resize(1);
  state.verdicts[0].message = "bad \xff byte and \x01 control";
  for (int i = 0; i < 50; ++i) state.history.push_back({.message = std::to_string(i)});
  const json status = StatusOf(state);
  EXPECT_EQ(status["message"].get<std::string>().size(), 1024U);
  EXPECT_EQ(status["verdicts"][0]["message"], "bad ? byte and ? control");
  ASSERT_EQ(status["history"].size(), core::kLongestHistory);
  EXPECT_EQ(status["history"].back()["message"], "49");
  EXPECT_TRUE(StateFromStatusJson(json::parse(status.dump())).has_value());
}

// etcd takes objects of 1.5 MiB.
TEST(StatusJsonTest, IsBoundedInSize) {
  RandomStates states(15);
  EXPECT_LT(StatusOf(states.Largest()).dump().size(), 1'200'000U);
}

TEST(StatusJsonTest, AFreshPolicyHasAFreshState) {
  for (const json& status : {json(), json::object()}) {
    const auto state = StateFromStatusJson(status);
    ASSERT_TRUE(state.has_value());
    ExpectSame(*state, core::RolloutState{});
  }
}

TEST(StatusJsonTest, IgnoresFieldsOfTheFuture) {
  RandomStates states(16);
  const core::RolloutState state = states.Next();
  json status = StatusOf(state);
  status["future"] = {{"a", 1}};
  status["progress"]["future"] = "b";
  const auto read = StateFromStatusJson(status);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  ExpectSame(state, *read);
}

TEST(StatusJsonTest, RefusesWhatItCannotUnderstand) {
  const std::vector<std::pair<const char*, const char*>> wrong = {
      {"/phase", R"("Dancing")"},
      {"/phase", "5"},
      {"/reason", R"("Because")"},
      {"/weight", "101"},
      {"/weight", R"("5")"},
      {"/progress", "[]"},
      {"/progress/stepIndex", "-1"},
      {"/progress/stepIndex", "99"},
      {"/progress/stage", R"("Resting")"},
      {"/progress/phaseBegan", R"("yesterday")"},
      {"/history", "{}"},
      {"/frozen", "5"},
      {"/frozen/alpha", "2"},
      {"/frozen/blockLength", R"("long")"},
      {"/frozen/canary", R"("service=")"},
      {"/frozen/objectives/0/indicator", "{}"},
      {"/checkpoint/blocksAbsorbed", "-1"},
      {"/checkpoint/objectives", "[]x"},
      {"/checkpoint/objectives/0/capital/share", "[1, 2]"},
      {"/checkpoint/objectives/0/capital/share", R"(["a",1,1,1,1,1,1,1])"},
      {"/checkpoint/objectives/0/capital/share", "[-1,1,1,1,1,1,1,1]"},
      {"/checkpoint/objectives/0/capital/share", "[1e301,1,1,1,1,1,1,1]"},
      {"/checkpoint/objectives/0/capital/ratio", "null"},
      {"/checkpoint/objectives/0/score", R"({"spread": [1]})"},
      {"/checkpoint/objectives/0/cohorts", "{}"},
      {"/checkpoint/objectives/0/cohorts", "[{},{},{},{},{}]"},
      {"/checkpoint/objectives/0/bounds", R"([{"share": [1]}])"},
      {"/frozen/objectives/0/cohorts", "[]"},
      {"/frozen/objectives/0/cohorts", R"({"values": [5]})"},
      {"/frozen/objectives/0/cohorts", R"({"leftOut": -1})"},
      {"/frozen/objectives/0/bounds", R"(["1"])"},
      {"/frozen/objectives/0/shift", R"("Sometimes")"},
      {"/frozen/objectives/0/slowSteps", "[-1]"},
      {"/frozen/objectives/0/slowSteps", R"(["12"])"},
      {"/frozen/objectives/0/parameters/limit", "1.5"},
      {"/frozen/objectives/0/calibration", R"({"incidents": -1})"},
      {"/frozen/objectives/0/calibration", R"({"leftOutFrom": "noon"})"},
      {"/checkpoint/objectives/0/capital/limit", "[1]"},
      {"/verdicts", R"([{"limitPercent": 101}])"},
      {"/frozen/objectives/0/calibration", R"({"aaTest": "Maybe"})"},
      {"/frozen/objectives/0/calibration", R"({"podSpread": -1})"},
      {"/frozen/objectives/0/parameters/expectedBad", "2"},
      {"/frozen/objectives/0/parameters/batches", R"({"longest": 0, "every": 5, "wait": 32})"},
      {"/frozen/objectives/0/parameters/batches", R"({"longest": 1, "every": 5})"},
      {"/budgets", R"([{"known": false, "remainingPercent": 1e12}])"},
      {"/verdicts", R"([{"shiftPercent": 101}])"},
      {"/verdicts", R"([{"cohorts": {"worse": [{}]}}])"},
      {"/verdicts", R"([{"cohorts": {"pointing": 5}}])"},
      {"/verdicts", R"([{"cohorts": {"unseen": [5]}}])"},
      {"/checkpoint/objectives/0/startedWeight", "1.5"},
      {"/checkpoint/objectives/0/rollout/canary/total", "-1"}};
  RandomStates states(17);
  core::RolloutState state = states.Next();
  while (state.checkpoint.objectives.empty()) state = states.Next();
  for (const auto& [pointer, value] : wrong) {
    json status = StatusOf(state);
    json replaced = json::parse(value, nullptr, false);
    if (replaced.is_discarded()) replaced = json(17, json::object());
    status[json::json_pointer(pointer)] = replaced;
    const auto read = StateFromStatusJson(status);
    ASSERT_FALSE(read.has_value()) << pointer << " " << value;
    EXPECT_EQ(read.error().code, ports::ErrorCode::kMalformedResponse);
    EXPECT_NE(read.error().message.find("status."), std::string::npos) << read.error().message;
  }
}

// Whatever is read can be stored and read again.
TEST(StatusJsonTest, SurvivesAnyValueAnywhere) {
  RandomStates states(18);
  core::RolloutState state = states.Next();
  while (state.checkpoint.objectives.empty() || state.history.empty()) state = states.Next();
  // One of each is enough, and there are many places to spoil.
  state.frozen->objectives.resize(1);
  state.checkpoint.objectives.resize(1);
  state.verdicts.resize(std::min<std::size_t>(1, state.verdicts.size()));
  state.history.resize(1);
  const json status = StatusOf(state);
  const std::vector<json> wrong = {nullptr,
                                   true,
                                   -1,
                                   1e300,
                                   "",
                                   "\xff",
                                   json::array(),
                                   json::object(),
                                   json::array({nullptr, 1, "a"})};
  const json flat = status.flatten();
  for (const auto& [pointer, leaf] : flat.items()) {
    // The first of a list of numbers stands for all.
    if (leaf.is_number() && std::isdigit(pointer.back()) != 0 && !pointer.ends_with("/0")) continue;
    for (const json& value : wrong) {
      json spoilt = status;
      spoilt[json::json_pointer(pointer)] = value;
      const auto read = StateFromStatusJson(spoilt);
      if (!read) continue;
      const json stored = StatusToJson(*read, nullptr, 1, spoilt, kNow);
      ASSERT_TRUE(StateFromStatusJson(stored)) << pointer << " " << value;
    }
  }
}

}  // namespace
}  // namespace slogate::spec

// Every rule that is written for ten objectives and for composites and journeys, and budgets read
// from what the rules record, on a real Prometheus with 36 days of events, against the events
// themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "integration/budgets/budget_bed.h"
#include "integration/budgets/true_budget.h"
#include "integration/budgets/true_rules.h"
#include "integration/budgets/true_wholes.h"
#include "spec/slo/sli_promql.h"
#include "spec/text/units.h"

namespace slogate::tests {
namespace {

using core::BudgetOrigin;
using std::chrono::hours;
using std::chrono::minutes;

constexpr int kDay = 24 * 60;
constexpr int kRounds = 6;

// At which buckets end: in each of the last incidents, and at random.
std::vector<int> AlignedTimes() {
  std::vector<int> times = {31 * kDay + 12 * 60 + 5, 33 * kDay + 20 * 60, 33 * kDay + 23 * 60,
                            35 * kDay + 7 * 60 + 10};
  std::mt19937_64 engine(5);
  while (times.size() < 8) {
    times.push_back(31 * kDay + 60 + 5 * static_cast<int>(engine() % (5 * kDay / 5 - 12)));
  }
  std::sort(times.begin(), times.end());
  return times;
}

std::vector<int> RandomTimes() {
  std::mt19937_64 engine(43);
  std::vector<int> times;
  for (int i = 0; i < 12; ++i) {
    times.push_back(31 * kDay + 60 + static_cast<int>(engine() % (5 * kDay - 60)));
  }
  std::sort(times.begin(), times.end());
  return times;
}

struct RuleOf {
  const core::ServiceLevelObjective* slo = nullptr;
  const core::SloObjective* objective = nullptr;
  rules::Rule rule;
};

// Made of other objectives, not of counters.
bool IsBounded(const RuleOf& rule) {
  const auto* composite = std::get_if<core::CompositeIndicator>(&rule.objective->indicator);
  return composite != nullptr && !composite->per_request;
}
bool IsJourney(const RuleOf& rule) {
  return std::holds_alternative<core::JourneyIndicator>(rule.objective->indicator);
}
// Not of a journey with a step that is only bounded.
bool HasEvents(const RuleOf& rule) {
  return !std::holds_alternative<core::RatioIndicator>(rule.objective->indicator) &&
         core::SloId(*rule.slo, *rule.objective) != "kiosk-trip";
}

int RoundOfPeriodRatio(const RuleOf& rule) {
  if (HasEvents(rule)) return 4;
  return IsJourney(rule) ? 5 : 2;
}

// Recorded from buckets, and by journeys from such.
bool IsOfLongWindow(const std::string& name) {
  constexpr std::string_view kRatio = ":ratio_rate";
  const std::size_t at = name.find(kRatio);
  return at != std::string::npos &&
         spec::ParseDuration(name.substr(at + kRatio.size())).value() > spec::kLongestRawWindow;
}

// When what a recording rule needs has been recorded.
int RoundOf(const RuleOf& rule) {
  const std::string& name = rule.rule.record;
  const std::string period = spec::PromqlDuration(core::NominalLength(rule.slo->window));
  if (name == spec::RatioName(period)) return RoundOfPeriodRatio(rule);
  if (name == spec::BestRatioName(period)) return 4;
  if (name == spec::kTotalBucket) return IsBounded(rule) ? 1 : 2;
  if (name == spec::kBadBucket) return IsBounded(rule) ? 2 : 1;
  if (name == spec::kCohortTotalBucket || name == spec::kBestBadBucket) return 2;
  static const std::set<std::string_view> kSums = {spec::kPeriodTotal, spec::kPeriodBad,
                                                   spec::kBestPeriodBad, spec::kCohortPeriodTotal,
                                                   spec::kCohortPeriodBad};
  if (kSums.count(name) > 0) return 3;
  if (name == spec::kCohortObjective) return 4;
  if (name == spec::kPeriodBurn) return 6;
  if (IsOfLongWindow(name) && IsJourney(rule)) return 4;
  if (IsOfLongWindow(name)) return HasEvents(rule) ? 3 : 1;
  if (name.starts_with("slo:sli_error_at_best:")) return 2;
  if (name.starts_with("slo:sli_error:")) return IsJourney(rule) ? 2 : 1;
  return name == spec::kCohortBadBucket || name.starts_with("slo:cohort_error:") ? 1 : 0;
}

// Over all the days: what other rules sum up.
bool IsSummed(const RuleOf& rule) {
  static const std::set<std::string_view> kBuckets = {
      spec::kTotalBucket, spec::kBadBucket, spec::kBestBadBucket, spec::kCohortTotalBucket,
      spec::kCohortBadBucket};
  return kBuckets.count(rule.rule.record) > 0 ||
         (rule.rule.record == spec::RatioName("5m") &&
          std::holds_alternative<core::RatioIndicator>(rule.objective->indicator));
}

class RecordedBudgetTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new EventWorld(7);
    bed_ = new BudgetBed(*world_);
    slos_ = new std::vector<core::ServiceLevelObjective>(TenSlos());
    for (core::ServiceLevelObjective& slo : WholeSlos()) slos_->push_back(std::move(slo));
    for (const core::ServiceLevelObjective& slo : *slos_) AddRules(slo);
    for (int round = 1; round <= kRounds; ++round) Record(round);
  }
  static void TearDownTestSuite() {
    rules_.clear();
    truths_.clear();
    delete slos_;
    delete bed_;
    delete world_;
  }

  static void AddRules(const core::ServiceLevelObjective& slo) {
    for (const rules::RuleGroup& group : rules::RulesOf(slo)) {
      const auto objective = std::find_if(
          slo.objectives.begin(), slo.objectives.end(),
          [&](const auto& each) { return group.name.ends_with("-" + core::SloId(slo, each)); });
      ASSERT_NE(objective, slo.objectives.end()) << group.name;
      for (const rules::Rule& rule : group.rules) rules_.push_back({&slo, &*objective, rule});
    }
  }

  static void Record(int round) {
    std::vector<rules::Rule> summed;
    std::vector<rules::Rule> others;
    for (const RuleOf& rule : rules_) {
      if (rule.rule.record.empty() || RoundOf(rule) != round) continue;
      (IsSummed(rule) ? summed : others).push_back(rule.rule);
    }
    bed_->Record({{summed, kWorldBegin}, {others, AtMinute(31 * kDay)}}, AtMinute(kWorldMinutes));
  }

  core::BudgetReading Read(const core::BudgetPlan& plan) {
    ports::MetricsConnection connection;
    connection.address = bed_->address();
    connection.timeout = std::chrono::seconds(60);
    core::BudgetReading reading = budgets_.ReadBudget("", connection, plan);
    EXPECT_EQ(reading.source, core::SourceProblem::kNone) << reading.message;
    return reading;
  }

  static inline EventWorld* world_ = nullptr;
  static inline BudgetBed* bed_ = nullptr;
  static inline std::vector<core::ServiceLevelObjective>* slos_ = nullptr;
  static const TrueRules& TruthOf(const RuleOf& rule) {
    const std::string id = core::SloId(*rule.slo, *rule.objective);
    return truths_.try_emplace(id, *world_, *rule.slo, *rule.objective).first->second;
  }

  static inline std::vector<RuleOf> rules_;
  static inline std::map<std::string, TrueRules> truths_;
  adapters::prometheus::PrometheusBudgets budgets_;
};

TrueValues Given(const adapters::prometheus::Reply& reply) {
  TrueValues values;
  for (const auto& [labels, samples] : reply.series) {
    const std::string& cohort = adapters::prometheus::ValueOf(labels, spec::kCohortLabel);
    EXPECT_TRUE(values.emplace(cohort, samples.front().value).second) << "several series";
  }
  return values;
}

TEST_F(RecordedBudgetTest, EveryRecordingRuleGivesWhatTheEventsGive) {
  for (const RuleOf& each : rules_) {
    if (each.rule.record.empty()) continue;
    const TrueRules& truth = TruthOf(each);
    for (const int minute : AlignedTimes()) {
      SCOPED_TRACE(core::SloId(*each.slo, *each.objective) + " " + each.rule.record +
                   " at minute " + std::to_string(minute));
      const TrueValues expected = truth.Of(each.rule.record, minute);
      const TrueValues given = Given(bed_->Ask(each.rule.expression, AtMinute(minute)));
      ASSERT_EQ(given.size(), expected.size());
      for (const auto& [cohort, value] : expected) {
        ASSERT_EQ(given.count(cohort), 1U) << cohort;
        ExpectClose(given.at(cohort), value, kExact, "cohort " + cohort);
      }
    }
  }
}

// Nothing was recorded in a quarter of an hour, and something in the last day.
bool IsMissed(const EventWorld& world, const RuleOf& rule, int minute) {
  const TrueIndicator truth(world, core::SloId(*rule.slo, *rule.objective));
  return truth.Buckets(minute - kDay, minute) && !truth.Buckets(minute - 15, minute);
}

TEST_F(RecordedBudgetTest, EveryAlertFiresExactlyWhenTheEventsSaySo) {
  int fired = 0;
  int silent = 0;
  for (const RuleOf& each : rules_) {
    if (each.rule.alert.empty()) continue;
    const TrueRules& truth = TruthOf(each);
    const auto severity = std::find(each.rule.labels.begin(), each.rule.labels.end(),
                                    std::pair<std::string, std::string>("sloth_severity", "page"));
    const auto which =
        severity == each.rule.labels.end() ? core::Severity::kTicket : core::Severity::kPage;
    for (const int minute : AlignedTimes()) {
      SCOPED_TRACE(each.rule.alert + " at minute " + std::to_string(minute));
      const bool of_cohorts = each.rule.alert.ends_with("Cohort");
      const bool expected = each.rule.alert.ends_with("NoData") ? IsMissed(*world_, each, minute)
                            : of_cohorts                        ? truth.CohortFires(minute)
                                                                : truth.Fires(which, minute);
      const bool fires = !bed_->Ask(each.rule.expression, AtMinute(minute)).series.empty();
      EXPECT_EQ(fires, expected);
      ++(fires ? fired : silent);
    }
  }
  EXPECT_GT(fired, 20);
  EXPECT_GT(silent, 20);
}

// Newest five minutes apart, a budget of buckets is that of the counters.
TEST_F(RecordedBudgetTest, BudgetsAreReadFromBuckets) {
  for (const RuleOf& each : rules_) {
    if (each.rule.record != spec::kTotalBucket || IsBounded(each) || IsJourney(each)) continue;
    const TrueIndicator truth(*world_, core::SloId(*each.slo, *each.objective));
    for (const int minute : RandomTimes()) {
      const auto plan = core::PlanBudget(*each.slo, *each.objective, AtMinute(minute));
      SCOPED_TRACE(plan->service + " at minute " + std::to_string(minute));
      const core::BudgetReading reading = Read(*plan);
      EXPECT_EQ(reading.origin, BudgetOrigin::kSlogateRules);
      const core::BudgetVerdict verdict = core::JudgeBudget(
          {each.objective->target, {}, each.slo->window, {}, 1}, reading.series.at(0), plan->at);
      const auto buckets = truth.Buckets(MinuteOf(plan->first), minute);
      ASSERT_TRUE(buckets);
      ExpectClose(verdict.events, buckets->total, kExact, "events");
      ExpectClose(verdict.bad, buckets->bad, kExact, "bad events");
      for (const core::BurnReading& burn : verdict.burns) {
        const auto whole = static_cast<int>(burn.window / minutes(1));
        const auto count = burn.window <= spec::kLongestRawWindow
                               ? truth.Over(minute, burn.window)
                               : truth.Buckets(minute - whole, minute);
        if (!count || count->unknown || count->total <= 0) continue;
        ASSERT_TRUE(burn.burn);
        ExpectClose(*burn.burn, count->ratio() / (1 - each.objective->target), kExact, "burn");
      }
    }
  }
}

TEST_F(RecordedBudgetTest, WholesAreReadFromBucketsOfTheirParts) {
  const CountOver buckets = [](const TrueIndicator& whole, int end, core::Duration length) {
    const int begin = end - static_cast<int>(length / minutes(1));
    return whole.FromBuckets(begin, end, TrueIndicator::PartBuckets::kOfParts);
  };
  const CountOver windows = [&](const TrueIndicator& whole, int end, core::Duration length) {
    return length <= spec::kLongestRawWindow ? whole.Over(end, length)
                                             : buckets(whole, end, length);
  };
  for (const core::ServiceLevelObjective& slo : WholeSlos()) {
    for (const int minute : RandomTimes()) {
      const core::TimePoint at = AtMinute(minute);
      const auto readings =
          ReadAll(slo, at, [&](const core::BudgetPlan& plan) { return Read(plan); });
      const auto summary = core::JudgeSlo(slo, readings, core::ChangePriority::kNormal, at);
      for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
        const core::SloObjective& objective = slo.objectives[i];
        if (core::PlanBudget(slo, objective, at)) continue;
        SCOPED_TRACE(core::SloId(slo, objective) + " at minute " + std::to_string(minute));
        EXPECT_EQ(summary.objectives.at(i).origin, BudgetOrigin::kSlogateRules);
        ExpectWhole({*world_, slo, objective, at}, summary.objectives[i].verdicts.front(),
                    readings[0].series[0].chunks, {buckets, windows});
      }
    }
  }
}

TEST_F(RecordedBudgetTest, RatiosAreReadFromSlothsSeries) {
  const auto slo = std::find_if(slos_->begin(), slos_->end(),
                                [](const auto& each) { return each.service == "sloth-newborn"; });
  ASSERT_NE(slo, slos_->end());
  const TrueIndicator truth(*world_, "sloth-newborn-ratio");
  for (const int minute : RandomTimes()) {
    const auto plan = core::PlanBudget(*slo, slo->objectives[0], AtMinute(minute));
    const core::BudgetReading reading = Read(*plan);
    EXPECT_EQ(reading.origin, BudgetOrigin::kSlothRules);
    const core::BudgetVerdict verdict =
        core::JudgeBudget({0.99, {}, slo->window, {}, 1}, reading.series.at(0), plan->at);
    // As of the newest evaluation.
    const int newest = minute - minute % 5;
    const auto mean = truth.MeanRatio(newest - 30 * kDay, newest);
    EXPECT_FALSE(verdict.counted);
    ExpectClose(verdict.remaining, 1 - *mean / 0.01, kExact, "remaining");
    ExpectSince(*plan, verdict, truth);
  }
}

}  // namespace
}  // namespace slogate::tests

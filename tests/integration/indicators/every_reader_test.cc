// Every kind of indicator before everything that reads one, on a real Prometheus. What the shop has
// served is known, so that each cell of the table compares with the true number of events.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "adapters/prometheus/evidence/prometheus_source.h"
#include "integration/budgets/budget_bed.h"
#include "integration/budgets/true_budget.h"
#include "integration/budgets/true_wholes.h"
#include "integration/indicators/indicator_rows.h"
#include "integration/indicators/known_traffic.h"
#include "places.h"
#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"
#include "spec/slo/sli_promql.h"
#include "spec/slo/slo_file.h"
#include "spec/slo/slo_import.h"
#include "spec/text/units.h"
#include "support/process.h"

namespace slogate::tests {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

constexpr double kBudgetShare = 0.2;  // every target is 80 %
constexpr core::Duration kBlock = 4 * kScrapeInterval;
constexpr core::Duration kRollout = hours(2);
constexpr core::Duration kBefore = hours(4);

constexpr const char* kByTrack = R"({canary: 'track="canary"', baseline: 'track="baseline"'})";
constexpr const char* kByRevision = R"({revisionLabel: track, common: 'job="shop"'})";
constexpr const char* kByRevisionAlone = "{revisionLabel: track}";

core::Counts During(const Traffic& traffic, const IndicatorRow& row, core::Duration length) {
  const auto scrapes = static_cast<double>(length / kScrapeInterval);
  return {scrapes * traffic.events, scrapes * traffic.bad * row.bad, 0};
}

void ExpectCounts(const core::Counts& counted, const core::Counts& truth, const std::string& what) {
  ExpectClose(counted.total, truth.total, kExact, what + ", all");
  ExpectClose(counted.bad, truth.bad, kExact, what + ", bad");
}

void ExpectCounts(const core::WindowCounts& window, const Traffic& traffic,
                  const IndicatorRow& row) {
  const std::string what = "window of " + std::to_string(window.length.count()) + " ms";
  ASSERT_EQ(window.problem, core::CountProblem::kNone) << what;
  ExpectCounts(window.counts, During(traffic, row, window.length), what);
}

double RatioOf(const IndicatorRow& row) { return row.bad * kCanary.bad / kCanary.events; }
double RemainingOf(const IndicatorRow& row) { return 1 - RatioOf(row) / kBudgetShare; }

[[noreturn]] void ThrowMistakes(const std::string& text,
                                const std::vector<spec::Mistake>& mistakes) {
  std::string why = text;
  for (const spec::Mistake& mistake : mistakes) why += "\n" + spec::ToString(mistake);
  throw std::runtime_error(why);
}

core::Policy PolicyOf(const IndicatorRow& row, const std::string& tracks) {
  const std::string text = PolicyText(row, tracks);
  const spec::ParsedPolicy parsed = spec::ParseFile(text, row.name).policies.at(0);
  if (!parsed.policy) ThrowMistakes(text, parsed.mistakes);
  return *parsed.policy;
}

core::ServiceLevelObjective SloOf(const IndicatorRow& row, const std::string& service) {
  const std::string text = SloText(row, service);
  const spec::ParsedSlo parsed = spec::ParseFile(text, row.name).slos.at(0);
  if (!parsed.slo) ThrowMistakes(text, parsed.mistakes);
  return *parsed.slo;
}

std::size_t PlaceOfRequested(const core::Policy& policy) {
  const auto found =
      std::find_if(policy.objectives.begin(), policy.objectives.end(),
                   [](const core::Objective& objective) { return objective.name == "asked"; });
  return static_cast<std::size_t>(found - policy.objectives.begin());
}

const json& RequestedIn(const json& objectives, const char* name_field) {
  static const json kNone;
  for (const json& objective : objectives) {
    if (objective.value(name_field, "") == "asked") return objective;
  }
  return kNone;
}

// One Prometheus for the whole table: the shop's traffic, and what the rules of every row's service
// record of it.
class KnownBed : public ::testing::Environment {
 public:
  void SetUp() override {
    bed_ = std::make_unique<BudgetBed>(KnownTraffic());
    for (const IndicatorRow& row : IndicatorRows()) AddRules(row);
    for (const auto& [round, rules] : rounds_) {
      bed_->Record({{rules, kEnd - kBudgetWindow - hours(1)}}, kEnd);
    }
  }
  void TearDown() override { bed_.reset(); }

  const BudgetBed& bed() const { return *bed_; }
  const std::vector<rules::Rule>& RulesOf(const IndicatorRow& row) const {
    return rules_.at(row.name);
  }

 private:
  // Each in a round after those that it reads.
  void AddRules(const IndicatorRow& row) {
    std::map<std::string, int> round_of;
    for (const rules::RuleGroup& group : rules::RulesOf(SloOf(row, ServiceOf(row)))) {
      for (const rules::Rule& rule : group.rules) {
        if (rule.record.empty()) continue;
        int round = 0;
        for (const auto& [record, earlier] : round_of) {
          if (rule.expression.find(record) != std::string::npos) {
            round = std::max(round, earlier + 1);
          }
        }
        int& latest = round_of[rule.record];
        latest = std::max(latest, round);
        rounds_[round].push_back(rule);
        rules_[row.name].push_back(rule);
      }
    }
  }

  std::unique_ptr<BudgetBed> bed_;
  std::map<int, std::vector<rules::Rule>> rounds_;
  std::map<std::string, std::vector<rules::Rule>> rules_;
};

const auto* const kKnown =
    static_cast<KnownBed*>(::testing::AddGlobalTestEnvironment(new KnownBed));

class EveryReaderTest : public ::testing::TestWithParam<IndicatorRow> {
 protected:
  static ports::MetricsConnection Connection() {
    ports::MetricsConnection connection;
    connection.address = kKnown->bed().address();
    connection.timeout = std::chrono::seconds(60);
    return connection;
  }

  // The answer of the program, as JSON; `report` is where it writes it.
  json Gate(std::vector<std::string> arguments, const std::string& text,
            const std::string& report) const {
    const std::string file = folder_.File("file.yaml");
    const std::string log = folder_.File("log");
    demo::WriteFile(file, text);
    arguments.insert(arguments.begin(), SLOGATE_GATE);
    arguments.insert(arguments.end(), {"-f", file, "--prometheus", kKnown->bed().address()});
    testing::Process process = testing::Process::Start({arguments, {}, log});
    EXPECT_TRUE(process.Wait(std::chrono::seconds(60)).has_value());
    const json answer = json::parse(demo::ReadFile(report), nullptr, false);
    EXPECT_TRUE(answer.is_object()) << demo::ReadFile(log);
    return answer;
  }

  json Check(const std::string& text, const std::vector<std::string>& flags = {}) const {
    const std::string report = folder_.File("report.json");
    demo::WriteFile(report, "");
    std::vector<std::string> arguments = {"check", "--at", spec::ToSecondsText(kEnd), "--report",
                                          "json=" + report};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return Gate(arguments, text, report);
  }

  core::BudgetReading ReadBudget(const core::BudgetPlan& plan) {
    core::BudgetReading reading = budgets_.ReadBudget("", Connection(), plan);
    EXPECT_EQ(reading.source, core::SourceProblem::kNone) << reading.message;
    EXPECT_EQ(reading.warnings, std::vector<std::string>());
    return reading;
  }

  void ExpectBudget(const core::BudgetPlan& plan, core::BudgetOrigin origin,
                    const Traffic& traffic) {
    const core::BudgetReading reading = ReadBudget(plan);
    EXPECT_EQ(reading.origin, origin);
    ASSERT_EQ(reading.series.size(), 1U);
    core::Counts sum;
    for (const core::WindowCounts& chunk : reading.series[0].chunks) {
      ExpectCounts(chunk, traffic, GetParam());
      sum.total += chunk.counts.total;
      sum.bad += chunk.counts.bad;
    }
    ExpectCounts(sum, During(traffic, GetParam(), kBudgetWindow), "budget window");
    ASSERT_EQ(reading.series[0].windows.size(), plan.windows.size());
    for (const core::WindowCounts& window : reading.series[0].windows) {
      ExpectCounts(window, traffic, GetParam());
    }
  }

  // Of a service's objective, however it is made up.
  void ExpectSummary(const core::ServiceLevelObjective& slo, core::BudgetOrigin origin) {
    const auto readings =
        ReadAll(slo, kEnd, [&](const core::BudgetPlan& plan) { return ReadBudget(plan); });
    const auto summary = core::JudgeSlo(slo, readings, core::ChangePriority::kNormal, kEnd);
    const core::ObjectiveSummary& requested = summary.objectives.back();
    EXPECT_EQ(requested.origin, origin);
    ASSERT_EQ(requested.verdicts.size(), 1U);
    const core::BudgetVerdict& verdict = requested.verdicts.front();
    EXPECT_EQ(verdict.state, core::BudgetState::kHealthy) << verdict.reason;
    ExpectClose(verdict.remaining, RemainingOf(GetParam()), kExact, "remaining");
    EXPECT_FALSE(verdict.provisional);
    EXPECT_EQ(verdict.counted, GetParam().counted);
    if (!verdict.counted) return;
    ExpectCounts({verdict.events, verdict.bad, 0},
                 During(kCanary + kBaseline, GetParam(), kBudgetWindow), "budget window");
  }

  const demo::TemporaryFolder folder_{"slogate-indicators"};
  adapters::prometheus::PrometheusBudgets budgets_;
};

// What a policy can be asked of: indicators whose events belong to a track.
class EveryTrackReaderTest : public EveryReaderTest {};

core::WorkloadView BothTracks() {
  core::WorkloadView workload;
  workload.canary.pod_template_hash = "canary";
  workload.baseline.pod_template_hash = "baseline";
  return workload;
}

TEST_P(EveryTrackReaderTest, Check) {
  const json answer = Check(PolicyText(GetParam(), kByTrack), {"--lookback", "2h"});
  ASSERT_EQ(answer["policies"].size(), 1U) << answer.dump(1);
  const json& policy = answer["policies"][0];
  EXPECT_EQ(policy["source"]["problem"], "None") << policy["source"].dump();
  EXPECT_EQ(policy["warnings"], json::array());
  const int blocks = policy["blocks"];
  EXPECT_EQ(blocks, kRollout / kBlock - 1);  // the last one is closed half a minute later
  const json& requested = RequestedIn(policy["objectives"], "name");
  for (const auto& [track, traffic] : {std::pair("canary", kCanary), {"baseline", kBaseline}}) {
    ExpectCounts({requested[track]["events"], requested[track]["bad"], 0},
                 During(traffic, GetParam(), blocks * kBlock), track);
  }
  EXPECT_EQ(policy["budgetRefusal"], "");
  const json& budget = RequestedIn(policy["budgets"], "objective");
  EXPECT_EQ(budget["message"], "");
  EXPECT_EQ(budget["remainingPercent"], std::floor(100 * RemainingOf(GetParam()) + 1e-6));
}

TEST_P(EveryTrackReaderTest, Rollout) {
  adapters::prometheus::PrometheusSource source;
  for (const char* tracks : {kByTrack, kByRevision}) {
    SCOPED_TRACE(tracks);
    const core::Policy policy = PolicyOf(GetParam(), tracks);
    const std::size_t requested = PlaceOfRequested(policy);
    core::RolloutState state;
    state.phase = core::Phase::kProgressing;
    state.stage = core::StepStage::kBaking;
    state.frozen = core::Freeze(policy, BothTracks(), {}, kEnd - kRollout);
    state.step_first_block = (kEnd - kRollout - kBefore).time_since_epoch() / kBlock;
    core::Observations seen;
    seen.workload = BothTracks();
    auto plan = core::PlanReading(policy, state, seen, kEnd);
    ASSERT_TRUE(plan);
    const core::HistoryReading history = source.History(Connection(), *plan, kEnd - kRollout);
    ASSERT_EQ(history.source, core::SourceProblem::kNone) << history.message;
    ASSERT_EQ(history.objectives.at(requested).blocks.size(), kBefore / kBlock - 1);
    for (const core::Counts& block : history.objectives[requested].blocks) {
      ExpectCounts(block, During(kBaseline, GetParam(), kBlock), "block of the history");
    }
    state.step_first_block += kBefore / kBlock;
    plan = core::PlanReading(policy, state, seen, kEnd);
    ASSERT_TRUE(plan);
    const core::EvidenceReading evidence = source.Count(tracks, Connection(), *plan, kEnd);
    ASSERT_EQ(evidence.source, core::SourceProblem::kNone) << evidence.message;
    EXPECT_EQ(evidence.warnings, std::vector<std::string>());
    ASSERT_EQ(evidence.blocks.size(), kRollout / kBlock - 1);
    for (const core::Block& block : evidence.blocks) {
      const core::ObjectiveBlock& counted = block.objectives.at(requested);
      ASSERT_EQ(counted.problem, core::CountProblem::kNone);
      EXPECT_FALSE(counted.noted);
      ExpectCounts(counted.counts.canary, During(kCanary, GetParam(), kBlock), "canary");
      ExpectCounts(counted.counts.baseline, During(kBaseline, GetParam(), kBlock), "baseline");
    }
  }
}

TEST_P(EveryTrackReaderTest, Budget) {
  core::RolloutState rest;
  rest.phase = core::Phase::kReady;
  // A service's own objective is recorded, and is the service's whoever compares its tracks.
  const bool own = !GetParam().of_policy.empty();
  const auto origin = own ? core::BudgetOrigin::kCounters : core::BudgetOrigin::kSlogateRules;
  for (const char* tracks : {kByTrack, kByRevision, kByRevisionAlone}) {
    SCOPED_TRACE(tracks);
    const core::Policy policy = PolicyOf(GetParam(), tracks);
    const std::vector<core::BudgetPlan> plans = core::PlanBudgets(policy, rest, {}, kEnd);
    // Revisions come and go; nothing else tells the policy's events from the stranger's.
    const bool stranger = own && tracks == kByRevisionAlone;
    ExpectBudget(plans.at(PlaceOfRequested(policy)), origin,
                 stranger ? kCanary + kBaseline + kStranger : kCanary + kBaseline);
  }
}

TEST_P(EveryTrackReaderTest, Backtest) {
  const json answer = Gate({"backtest", "--from", spec::ToSecondsText(kEnd - kRollout), "--to",
                            spec::ToSecondsText(kEnd), "-o", "json"},
                           PolicyText(GetParam(), kByTrack), folder_.File("log"));
  EXPECT_EQ(answer["source"]["problem"], "None") << answer["source"].dump();
  EXPECT_EQ(answer["warnings"], json::array());
  const int blocks = answer["blocks"];
  EXPECT_EQ(blocks, kRollout / kBlock);
  EXPECT_EQ(answer["outcome"], "Undecided");
  const json& requested = RequestedIn(answer["objectives"], "name");
  for (const auto& [track, traffic] : {std::pair("canary", kCanary), {"baseline", kBaseline}}) {
    ExpectCounts({requested[track]["events"], requested[track]["bad"], 0},
                 During(traffic, GetParam(), blocks * kBlock), track);
  }
}

TEST_P(EveryReaderTest, CheckOfTheService) {
  const json answer = Check(SloText(GetParam(), "unrecorded"));
  ASSERT_EQ(answer["slos"].size(), 1U) << answer.dump(1);
  EXPECT_EQ(answer["slos"][0]["action"], "Allow");
  const json& requested = RequestedIn(answer["slos"][0]["objectives"], "name");
  EXPECT_EQ(requested["origin"], "Counters");
  ASSERT_EQ(requested["budgets"].size(), 1U);
  const json& budget = requested["budgets"][0];
  EXPECT_EQ(budget["reason"], "");
  EXPECT_EQ(budget["provisional"], false);
  EXPECT_EQ(budget["counted"], GetParam().counted);
  ExpectClose(budget["remaining"], RemainingOf(GetParam()), kExact, "remaining");
  if (!GetParam().counted) return;
  ExpectCounts({budget["events"], budget["bad"], 0},
               During(kCanary + kBaseline, GetParam(), kBudgetWindow), "budget window");
}

TEST_P(EveryReaderTest, BudgetOfTheService) {
  ExpectSummary(SloOf(GetParam(), "unrecorded"), core::BudgetOrigin::kCounters);
}

TEST_P(EveryReaderTest, BudgetOfTheServiceFromRules) {
  ExpectSummary(SloOf(GetParam(), ServiceOf(GetParam())), GetParam().counted
                                                              ? core::BudgetOrigin::kSlogateRules
                                                              : core::BudgetOrigin::kSlothRules);
}

// Of `asked`, or of all rules when there are no parts.
TEST_P(EveryReaderTest, Rules) {
  const core::Counts bucket = During(kCanary + kBaseline, GetParam(), spec::kBucket);
  const core::Counts period = During(kCanary + kBaseline, GetParam(), kBudgetWindow);
  const std::map<std::string_view, double> truths = {
      {spec::kTotalBucket, bucket.total},
      {spec::kBadBucket, bucket.bad},
      {spec::kPeriodTotal, period.total},
      {spec::kPeriodBad, period.bad},
      {spec::kBudgetRemaining, RemainingOf(GetParam())}};
  std::set<std::string> seen;
  for (const rules::Rule& rule : kKnown->RulesOf(GetParam())) {
    const std::pair<std::string, std::string> of_requested(spec::kSlothSlo, "asked");
    if (std::count(rule.labels.begin(), rule.labels.end(), of_requested) == 0) continue;
    SCOPED_TRACE(rule.record + " = " + rule.expression);
    const bool is_ratio = rule.record.starts_with(spec::RatioName(""));
    const auto truth = truths.find(rule.record);
    if (!is_ratio && truth == truths.end()) continue;
    seen.insert(is_ratio ? "ratio" : rule.record);
    const adapters::prometheus::Reply reply = kKnown->bed().Ask(rule.expression, kEnd);
    ASSERT_EQ(reply.series.size(), 1U);
    ExpectClose(reply.series.begin()->second.back().value,
                is_ratio ? RatioOf(GetParam()) : truth->second, kExact, rule.record);
  }
  EXPECT_EQ(seen.size(), GetParam().counted ? truths.size() + 1 : 2);
}

// Why an objective of a service is in no rollout.
TEST_P(EveryReaderTest, IsComparedOrPassedOver) {
  const spec::ImportedObjectives imported =
      spec::ImportObjectives(SloOf(GetParam(), ServiceOf(GetParam())));
  const bool compared =
      std::any_of(imported.objectives.begin(), imported.objectives.end(),
                  [](const core::Objective& objective) { return objective.name == "asked"; });
  EXPECT_EQ(compared, GetParam().not_compared.empty());
  if (compared) return;
  ASSERT_EQ(imported.passed_over.size(), 1U);
  EXPECT_EQ(imported.passed_over[0].why, GetParam().not_compared);
}

std::string NameOf(const ::testing::TestParamInfo<IndicatorRow>& row) { return row.param.name; }

std::vector<IndicatorRow> ComparedRows() {
  std::vector<IndicatorRow> rows = IndicatorRows();
  std::erase_if(rows, [](const IndicatorRow& row) {
    return row.of_policy.empty() && !row.not_compared.empty();
  });
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Indicators, EveryTrackReaderTest, ::testing::ValuesIn(ComparedRows()),
                         NameOf);
INSTANTIATE_TEST_SUITE_P(Indicators, EveryReaderTest, ::testing::ValuesIn(IndicatorRows()), NameOf);

// A kind that is new needs rows.
TEST(IndicatorRowsTest, HaveEveryKind) {
  std::set<std::size_t> kinds_of_slo;
  std::set<std::size_t> kinds_of_policy;
  for (const IndicatorRow& row : IndicatorRows()) {
    const core::Sli sli = SloOf(row, "any").objectives.back().indicator;
    kinds_of_slo.insert(sli.index());
    if (const auto* indicator = std::get_if<core::Indicator>(&sli); indicator != nullptr) {
      if (!row.of_policy.empty()) kinds_of_policy.insert(indicator->index());
    }
  }
  EXPECT_EQ(kinds_of_slo.size(), std::variant_size_v<core::Sli>);
  EXPECT_EQ(kinds_of_policy.size(), std::variant_size_v<core::Indicator>);
}

}  // namespace
}  // namespace slogate::tests

// Cohorts, bounds, scores and pods on a real Prometheus, against what the scrapes handed out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "integration/counting/counting_bed.h"
#include "integration/counting/truth.h"

namespace slogate::testing {
namespace {

using adapters::prometheus::BlockBounds;
using adapters::prometheus::PrometheusSource;
using adapters::prometheus::ValueOf;
using core::Counts;
using core::SourceProblem;
using ::testing::ElementsAre;
using Op = core::LabelMatcher::Op;

constexpr core::Duration kLength = std::chrono::seconds(4);
constexpr core::Duration kInterval = std::chrono::seconds(1);
constexpr std::int64_t kBlocks = 7;
constexpr int kSwedishFrom = 14;  // scrapes
constexpr int kRestart = 20;

enum : std::size_t { kAnswers, kSeconds, kGrades, kGradeBuckets };

std::vector<Script> Scripts() {
  std::vector<Script> scripts(3);
  scripts[0].name = "new-1";
  scripts[1].name = "old-1";
  scripts[2].name = "old-2";
  scripts[2].restarts = {kRestart};
  for (Script& script : scripts) {
    script.answers = true;
    script.swedish_from = kSwedishFrom;
  }
  return scripts;
}

core::TimePoint Now() {
  return std::chrono::floor<core::Duration>(std::chrono::system_clock::now());
}

core::ReadingPlan Plan(std::int64_t first_block) {
  core::ReadingPlan plan;
  plan.canary = {{"case", Op::kEqual, "new"}};
  plan.baseline = {{"case", Op::kEqual, "old"}};
  plan.indicators = {
      core::CounterIndicator{{"answers_total", {}}, {"answers_bad_total", {}}, false},
      core::HistogramIndicator{{"answer_seconds", {}}, 0.5},
      core::ScoreIndicator{{"answer_grade_count", {}},
                           {"answer_grade_sum", {}},
                           core::Selector{"answer_grade_squares_total", {}}},
      core::ScoreHistogramIndicator{{"answer_grade", {}}}};
  plan.block_length = kLength;
  plan.scrape_interval = kInterval;
  plan.first_block = first_block;
  return plan;
}

class SlicesTest : public ::testing::Test {
 protected:
  SlicesTest() : bed_(Scripts()) { connection_.address = bed_.address(); }

  void StartAndWarmUp() {
    bed_.Know(
        {{"new-1", "new-1:80", "new"}, {"old-1", "old-1:80", "old"}, {"old-2", "old-2:80", "old"}});
    bed_.Start();
    for (const Script& script : Scripts()) {
      ASSERT_TRUE(Await([&] { return bed_.service().Scrapes(script.name) >= 3; },
                        std::chrono::seconds(30)));
    }
    first_block_ = Now().time_since_epoch() / kLength + 1;
  }

  BlockBounds Bounds(std::int64_t block) const {
    const core::TimePoint begin((first_block_ + block) * kLength);
    return {begin, begin + kLength};
  }

  // Reads as blocks close, until all are there by Prometheus' own clock too.
  core::EvidenceReading CountAll(PrometheusSource& source, const core::ReadingPlan& plan) {
    core::EvidenceReading reading;
    EXPECT_TRUE(Await(
        [&] {
          reading = source.Count("key", connection_, plan, Now());
          return reading.blocks.size() >= static_cast<std::size_t>(kBlocks);
        },
        std::chrono::seconds(90)))
        << reading.message;
    return reading;
  }

  // What the pods whose name begins so handed out in the block.
  double Truth(const std::string& pods, std::int64_t block, const std::string& series) {
    double sum = 0;
    for (const auto& [labels, scrapes] : kept_) {
      const std::string pod = ValueOf(labels, "instance").substr(0, 5);
      if (pod.rfind(pods, 0) != 0) continue;
      const KeptTarget target{scrapes, bed_.service().Ledger(pod), false};
      sum += TrueIncrease(target, Bounds(block), [&](const HandedOut& handed) {
        const auto found = handed.answers.find(series);
        return found == handed.answers.end() ? 0.0 : found->second;
      });
    }
    return sum;
  }

  Counts TrueCohort(const std::string& pods, std::int64_t block, const std::string& language) {
    const std::string of = "{language=\"" + language + "\"}";
    return {Truth(pods, block, "answers_total" + of), Truth(pods, block, "answers_bad_total" + of)};
  }
  Counts TrueWhole(const std::string& pods, std::int64_t block) {
    Counts whole;
    for (const char* language : {"de", "en", "sv"}) {
      const Counts cohort = TrueCohort(pods, block, language);
      whole.total += cohort.total;
      whole.bad += cohort.bad;
    }
    return whole;
  }
  Counts TrueSlower(const std::string& pods, std::int64_t block, const std::string& bound) {
    Counts slower;
    for (const std::string language : {"de", "en", "sv"}) {
      const std::string of = "{language=\"" + language + "\"";
      slower.total += Truth(pods, block, "answer_seconds_count" + of + "}");
      slower.bad -= Truth(pods, block, "answer_seconds_bucket" + of + ",le=\"" + bound + "\"}");
    }
    slower.bad += slower.total;
    return slower;
  }
  Counts TrueGrades(const std::string& pods, std::int64_t block) {
    const double total = Truth(pods, block, "answer_grade_count{}");
    const double sum = Truth(pods, block, "answer_grade_sum{}");
    const double squares = Truth(pods, block, "answer_grade_squares_total{}");
    return {total, total - sum, total - 2 * sum + squares};
  }

  void ExpectBlock(const core::Block& block, std::int64_t i) {
    const auto expect = [&](const core::PairedCounts& counts, const auto& truth) {
      EXPECT_EQ(counts, (core::PairedCounts{truth("new"), truth("old")})) << "block " << i;
    };
    for (const core::ObjectiveBlock& objective : block.objectives) {
      EXPECT_EQ(objective.problem, core::CountProblem::kNone) << "block " << i;
      EXPECT_FALSE(objective.noted) << "block " << i;
    }
    const core::ObjectiveBlock& answers = block.objectives.at(kAnswers);
    expect(answers.counts, [&](const char* pods) { return TrueWhole(pods, i); });
    expect(answers.cohorts.at(0), [&](const char* pods) { return TrueCohort(pods, i, "sv"); });
    expect(answers.cohorts.at(1), [&](const char* pods) { return TrueCohort(pods, i, "de"); });
    const core::ObjectiveBlock& seconds = block.objectives.at(kSeconds);
    expect(seconds.counts, [&](const char* pods) { return TrueSlower(pods, i, "0.5"); });
    expect(seconds.bounds.at(0), [&](const char* pods) { return TrueSlower(pods, i, "0.1"); });
    expect(seconds.bounds.at(1), [&](const char* pods) { return TrueSlower(pods, i, "2.5"); });
    const auto grades = [&](const char* pods) { return TrueGrades(pods, i); };
    expect(block.objectives.at(kGrades).counts, grades);
    const core::PairedCounts& buckets = block.objectives.at(kGradeBuckets).counts;
    EXPECT_EQ(buckets.baseline.bad, grades("old").bad);
    EXPECT_GE(buckets.baseline.squares, grades("old").squares);
    EXPECT_LE(buckets.baseline.squares, buckets.baseline.bad);
  }

  void ExpectHistory(const core::HistoryReading& history) {
    ASSERT_EQ(history.source, SourceProblem::kNone) << history.message;
    const core::ObjectiveHistory& answers = history.objectives.at(kAnswers);
    ASSERT_EQ(answers.pods.size(), 2U);
    EXPECT_EQ(answers.pods[0].pod, "old-1");
    EXPECT_EQ(answers.pods[1].pod, "old-2");
    std::map<std::string, double> events;
    for (std::int64_t i = 0; i < kBlocks; ++i) {
      const auto at = static_cast<std::size_t>(i);
      EXPECT_EQ(answers.blocks.at(at), TrueWhole("old", i));
      EXPECT_EQ(answers.pods[0].blocks.at(at), TrueWhole("old-1", i));
      EXPECT_EQ(answers.pods[1].blocks.at(at), TrueWhole("old-2", i));
      EXPECT_EQ(history.objectives.at(kGrades).blocks.at(at), TrueGrades("old", i));
      for (const char* language : {"de", "en", "sv"}) {
        events[language] += TrueCohort("old", i, language).total;
      }
    }
    std::map<std::string, double> reported;
    for (const core::CohortSize& cohort : answers.cohorts) reported[cohort.value] = cohort.events;
    EXPECT_EQ(reported, events);
    EXPECT_EQ(answers.cohorts.back().value, "sv");  // it came late
    EXPECT_THAT(history.objectives.at(kSeconds).bounds, ElementsAre(0.1, 0.5, 1, 2.5));
  }

  CountingBed bed_;
  ports::MetricsConnection connection_;
  std::int64_t first_block_ = 0;
  adapters::prometheus::SeriesMap kept_;
};

TEST_F(SlicesTest, EqualWhatTheScrapesHandedOut) {
  ASSERT_NO_FATAL_FAILURE(StartAndWarmUp());
  core::ReadingPlan plan = Plan(first_block_);
  plan.slices = {{"language", {"sv", "de"}, {}}, {"", {}, {0.1, 2.5}}};
  PrometheusSource source;
  const core::EvidenceReading reading = CountAll(source, plan);
  PrometheusSource restarted;
  const core::EvidenceReading replay = CountAll(restarted, plan);
  ASSERT_GE(reading.blocks.size(), static_cast<std::size_t>(kBlocks));
  ASSERT_GE(bed_.service().Scrapes("old-2"), kRestart);
  kept_ = bed_.KeptScrapes(Bounds(0).begin - std::chrono::minutes(2), Bounds(kBlocks - 1).end);
  for (std::int64_t i = 0; i < kBlocks; ++i) {
    ExpectBlock(reading.blocks[static_cast<std::size_t>(i)], i);
    ExpectBlock(replay.blocks.at(static_cast<std::size_t>(i)), i);
  }

  plan.slices = {{"language", {}, {}}};
  ExpectHistory(PrometheusSource().History(connection_, plan, Bounds(kBlocks - 1).end + kInterval));
}

}  // namespace
}  // namespace slogate::testing

#include "app/cli/predict/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <regex>
#include <string>

#include "simulation/random.h"
#include "simulation/trial.h"
#include "slogate/core/freeze.h"
#include "unit/app/cli/frame/fake_program.h"

namespace slogate::app {
namespace {

using namespace std::chrono_literals;

core::Policy OneStep(int weight, core::Duration longest) {
  core::Policy policy;
  core::Route route;
  route.name = "shop";
  policy.routes = {route};
  policy.tracks.canary = {{"track", core::LabelMatcher::Op::kEqual, "canary"}};
  policy.tracks.baseline = {{"track", core::LabelMatcher::Op::kEqual, "baseline"}};
  core::Objective objective;
  objective.name = "availability";
  objective.target = 0.995;
  policy.objectives = {objective};
  core::Step step;
  step.weight_percent = weight;
  step.min_duration = 5min;
  step.max_duration = longest;
  step.min_events = 100;
  step.require = core::Require::kProvenNotWorse;
  policy.steps = {step};
  return policy;
}

PlanInput InputOf(const core::Policy& policy, double events_per_second, double bad_rate) {
  PlanInput input;
  input.frozen = core::Freeze(policy, {}, {}, core::TimePoint{});
  // Settling, two scrapes and half a block.
  input.lag = 5s + 30s + core::BlockLength(policy.prometheus) / 2;
  input.rates = {{.events_per_second = events_per_second, .bad_rate = bad_rate, .phi = 1}};
  return input;
}

const Outlook& Of(const std::vector<StepOutlook>& outlooks, double factor) {
  const std::vector<Outlook>& all = outlooks.front().objectives.front();
  return *std::find_if(all.begin(), all.end(),
                       [&](const Outlook& one) { return one.factor == factor; });
}

TEST(PlanTest, TheSameInputGivesTheSameAnswer) {
  const PlanInput input = InputOf(OneStep(20, 1h), 40, 0.005);
  const Outlook first = Of(Foresee(input), 2);
  const Outlook second = Of(Foresee(input), 2);
  EXPECT_EQ(first.median, second.median);
  EXPECT_EQ(first.bad_served, second.bad_served);
  EXPECT_EQ(first.undecided, second.undecided);
}

TEST(PlanTest, WorseCanariesAreCaughtSooner) {
  const std::vector<StepOutlook> outlooks = Foresee(InputOf(OneStep(20, 4h), 100, 0.005));
  ASSERT_TRUE(Of(outlooks, 2).median && Of(outlooks, 3).median && Of(outlooks, 5).median);
  EXPECT_GT(*Of(outlooks, 2).median, *Of(outlooks, 3).median);
  EXPECT_GT(*Of(outlooks, 3).median, *Of(outlooks, 5).median);
  EXPECT_LT(*Of(outlooks, 3).median, *Of(outlooks, 3).most);
}

// The same rollouts played by the core itself, through every gate of a real one.
class PlayedRollouts {
 public:
  PlayedRollouts(const core::Policy& policy, double events_per_second, double bad_rate)
      : policy_(policy), events_(events_per_second), rate_(bad_rate) {}

  // Median time from the confirmed weights to the end, of 60 rollouts; counted from half a block
  // before the first, as on average.
  core::Duration MedianTo(core::Phase phase, double factor) {
    std::vector<core::Duration> times;
    for (std::uint64_t run = 0; run < 60; ++run) {
      simulation::Random random(5, run, 0);
      simulation::Replay replay(policy_, {}, kFirst);
      std::int64_t index = kFirst;
      while (!replay.HasEnded() && index < kFirst + 240)
        replay.Close(Draw(random, factor, index++));
      const bool reached = replay.State().phase == phase;
      times.push_back(reached ? (index - kFirst) * core::BlockLength(policy_.prometheus) : 99h);
    }
    std::nth_element(times.begin(), times.begin() + 30, times.end());
    return times[30] + 35s + core::BlockLength(policy_.prometheus) / 2;
  }

 private:
  static constexpr std::int64_t kFirst = 1'000'000;

  core::Counts DrawTrack(simulation::Random& random, double events, double rate) const {
    core::Counts counts;
    counts.total = events;
    counts.bad = static_cast<double>(simulation::Poisson(random, events * rate));
    return counts;
  }

  static void AddUp(core::Counts& sum, const core::Counts& counts) {
    sum.total += counts.total;
    sum.bad += counts.bad;
  }

  core::Block Draw(simulation::Random& random, double factor, std::int64_t index) const {
    const int scrapes = policy_.prometheus.scrapes_per_block;
    const double events = events_ * 60 / scrapes;
    const double share = policy_.steps.front().weight_percent / 100.0;
    core::ObjectiveBlock counted;
    for (int i = 0; i < scrapes; ++i) {
      core::PairedCounts& scrape = counted.scrapes.emplace_back();
      scrape.canary = DrawTrack(random, events * share, rate_ * factor);
      scrape.baseline = DrawTrack(random, events * (1 - share), rate_);
      AddUp(counted.counts.canary, scrape.canary);
      AddUp(counted.counts.baseline, scrape.baseline);
    }
    core::Block block;
    block.index = index;
    block.objectives = {counted};
    return block;
  }

  const core::Policy policy_;
  const double events_;
  const double rate_;
};

TEST(PlanTest, ForetellsWhatTheCoreDoes) {
  const core::Policy policy = OneStep(20, 4h);
  const std::vector<StepOutlook> outlooks = Foresee(InputOf(policy, 100, 0.005));
  PlayedRollouts played(policy, 100, 0.005);
  const auto near = [](core::Duration foretold, core::Duration seen) {
    const double ratio = static_cast<double>(foretold.count()) / static_cast<double>(seen.count());
    return ratio > 0.8 && ratio < 1.25;
  };
  for (const double factor : {2.0, 3.0, 5.0}) {
    const core::Duration seen = played.MedianTo(core::Phase::kRollingBack, factor);
    ASSERT_TRUE(Of(outlooks, factor).median.has_value());
    EXPECT_TRUE(near(*Of(outlooks, factor).median, seen))
        << "x" << factor << ": foretold " << Of(outlooks, factor).median->count() << " ms, seen "
        << seen.count();
  }
  const core::Duration promoted = played.MedianTo(core::Phase::kPromoting, 1);
  ASSERT_TRUE(Of(outlooks, 1).median.has_value());
  EXPECT_TRUE(near(*Of(outlooks, 1).median, promoted))
      << Of(outlooks, 1).median->count() << " ms, seen " << promoted.count();
}

// One batch in five blocks; each gains tenfold at most.
TEST(PlanTest, EventsInBatchesTakeAsLongAsTheirBatches) {
  core::Policy policy = OneStep(10, 12h);
  policy.objectives[0].target = 0.8;
  PlanInput input = InputOf(policy, 100, 0.15);
  core::ComparatorParameters& parameters = input.frozen.objectives[0].parameters;
  parameters.scores = true;
  parameters.expected_bad = 0.15;
  parameters.dispersion = {.phi_block = 1, .phi_max = 1, .kappa = 1, .measured = true};
  parameters.batches = {.longest = 1, .every = 5, .wait = 32};
  const Outlook alike = Of(Foresee(input), 1.5);
  ASSERT_TRUE(alike.median);
  EXPECT_EQ(*alike.median, input.lag + 15 * input.frozen.block_length);
  parameters.batches.spread = 0.2;
  const Outlook unlike = Of(Foresee(input), 1.5);
  ASSERT_TRUE(unlike.median);
  EXPECT_GT(*unlike.median, *alike.median + 15min);
}

TEST(PlanTest, AFaultWithinTheMarginsIsNeverCaught) {
  const std::vector<StepOutlook> outlooks = Foresee(InputOf(OneStep(20, 1h), 100, 0.0001));
  EXPECT_TRUE(Of(outlooks, 2).never);
  EXPECT_FALSE(Of(outlooks, 2).median.has_value());
  EXPECT_FALSE(Of(outlooks, 5).never);
}

// What a warning says would do, does.
class PlanAdviceTest : public ::testing::Test {
 protected:
  static PlanAdvice AdviceOf(const PlanInput& input) { return Report(input, Foresee(input)); }

  // The number after `word` in the only warning.
  static std::optional<std::string> Suggested(const PlanAdvice& advice, const std::string& word) {
    if (advice.warnings.size() != 1) return std::nullopt;
    std::smatch found;
    const std::regex pattern(word + " ([0-9.hms]+)");
    if (!std::regex_search(advice.warnings.front(), found, pattern)) return std::nullopt;
    return found[1].str();
  }
};

TEST_F(PlanAdviceTest, TheSuggestedWeightEndsTheStep) {
  PlanInput input = InputOf(OneStep(20, 2h), 40, 0.005);
  const auto weight = Suggested(AdviceOf(input), "weight");
  ASSERT_TRUE(weight.has_value());
  input.frozen.steps.front().weight_percent = std::stoi(*weight);
  EXPECT_EQ(AdviceOf(input).warnings, std::vector<std::string>{});
}

TEST_F(PlanAdviceTest, TheSuggestedMarginEndsTheStep) {
  PlanInput input = InputOf(OneStep(20, 1h), 30, 0.005);
  const auto r1 = Suggested(AdviceOf(input), "margins\\.promotionMargin");
  ASSERT_TRUE(r1.has_value());
  input.frozen.objectives.front().parameters.r1 = std::stod(*r1);
  EXPECT_EQ(AdviceOf(input).warnings, std::vector<std::string>{});
}

TEST_F(PlanAdviceTest, AWarmUpIsReportedAndCostsALittle) {
  core::Policy policy = OneStep(20, 4h);
  const PlanInput without = InputOf(policy, 40, 0.005);
  policy.warm_up = 2min;
  const PlanInput with = InputOf(policy, 40, 0.005);
  EXPECT_EQ(std::ranges::count(
                AdviceOf(with).notes,
                "each step begins with a warm-up of 2m, in which only a canary with more "
                "than 5 times the bad events is rolled back; the times here begin after it"),
            1);
  EXPECT_EQ(AdviceOf(without).notes.size() + 1, AdviceOf(with).notes.size());
  EXPECT_GE(*Of(Foresee(with), 2).median, *Of(Foresee(without), 2).median);
  EXPECT_LE(*Of(Foresee(with), 2).median, *Of(Foresee(without), 2).median + 5min);
}

TEST_F(PlanAdviceTest, TooFewEventsAreReportedWithWhatWouldDo) {
  core::Policy policy = OneStep(10, 1h);
  policy.steps.front().min_events = 1000;
  PlanInput input = InputOf(policy, 1, 0.005);
  const PlanAdvice advice = AdviceOf(input);
  const auto events = Suggested(advice, "minEvents 1000; what would do: minEvents");
  ASSERT_TRUE(events.has_value()) << advice.warnings.size();
  EXPECT_LT(std::stod(*events), 400);
}

constexpr const char* kPolicy = R"(apiVersion: slogate.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: shop}
spec:
  workload: {ref: {name: shop}}
  routes: [httpRoute: {name: shop, canaryService: shop-canary, baselineService: shop}]
  prometheus: {address: "http://prometheus:9090"}
  objectives:
    - name: availability
      dimension: availability
      target: 99.5
      indicator: {counters: {total: http_requests_total, bad: 'http_requests_total{code=~"5.."}'}}
  steps:
    - {weight: 20, minDuration: 10m, minEvents: 100}
)";

class PlanCommandTest : public ::testing::Test {
 protected:
  PlanCommandTest() { program_.files["policy.yaml"] = kPolicy; }

  tests::FakeProgram program_;
};

TEST_F(PlanCommandTest, RatesAreMeasuredOnTheBaseline) {
  tests::FakeTraffic traffic;
  traffic.baseline = {.events_per_block = 6000, .bad_share = 0.002, .bad_share_of = {}};
  traffic.history_blocks = 1000;
  program_.source.SetTraffic(traffic);
  EXPECT_EQ(program_.Run({"plan", "-f", "policy.yaml"}), 0) << program_.errors;
  EXPECT_NE(program_.output.find("rates of the last 4h"), std::string::npos) << program_.output;
  EXPECT_NE(program_.output.find("availability: 100 a second, 0.2 % bad"), std::string::npos)
      << program_.output;
}

TEST_F(PlanCommandTest, OneCanaryPodForHalfTheTrafficIsSaid) {
  std::string policy = kPolicy;
  policy.replace(policy.find("{ref: {name: shop}}"), 19,
                 "{ref: {name: shop}, canaryScale: {replicas: 1}}");
  policy.replace(policy.find("weight: 20"), 10, "weight: 50");
  program_.files["policy.yaml"] = policy;
  EXPECT_EQ(program_.Run({"plan", "-f", "policy.yaml", "--rps", "100", "--error-rate", "0.2%"}), 0)
      << program_.errors;
  EXPECT_NE(program_.output.find("spec.workload.canaryScale.replicas: 1 in all carry"),
            std::string::npos)
      << program_.output;
}

TEST_F(PlanCommandTest, ASourceThatFailsIsNoData) {
  program_.source.SetProblem(core::SourceProblem::kUnreachable, "connection refused");
  EXPECT_EQ(program_.Run({"plan", "-f", "policy.yaml"}), 4);
  EXPECT_NE(program_.errors.find("connection refused"), std::string::npos);
  EXPECT_EQ(program_.Run({"plan", "-f", "policy.yaml", "--rps", "100", "--error-rate", "0.2%"}), 0)
      << program_.errors;
}

}  // namespace
}  // namespace slogate::app

#include <gtest/gtest.h>

#include <cctype>
#include <chrono>
#include <cmath>
#include <ostream>
#include <string>

#include "simulation/played.h"
#include "simulation/rivals/ratio_rule.h"
#include "simulation/rivals/rivals.h"
#include "simulation/trial.h"
#include "slogate/core/power.h"

namespace slogate::simulation {
namespace {

using namespace std::chrono_literals;

std::string NameOf(std::string name) {
  std::string words;
  bool capital = true;
  for (const char c : name) {
    const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (letter) words += capital ? static_cast<char>(std::toupper(c)) : c;
    capital = !letter;
  }
  return words;
}

struct Limit {
  std::string scenario;
  double share = 0;
};

void PrintTo(const Limit& limit, std::ostream* out) { *out << limit.scenario; }
const auto kNameOfLimit = [](const auto& limit) { return NameOf(limit.param.scenario); };

// Few runs cannot show a small share; they can only fail to contradict it.
void ExpectAtMost(const Proportion& proportion, double most) {
  EXPECT_LE(AreMany(proportion.of) ? proportion.high : proportion.low, most)
      << proportion.hits << " of " << proportion.of;
}

void ExpectAtLeast(const Proportion& proportion, double least) {
  EXPECT_GE(AreMany(proportion.of) ? proportion.share : proportion.high, least)
      << proportion.hits << " of " << proportion.of;
}

class FalseRollbackTest : public testing::TestWithParam<Limit> {};

TEST_P(FalseRollbackTest, IsRare) {
  const Played& played = Play(GetParam().scenario, GateRule());
  ASSERT_FALSE(HasFault(played.scenario));
  ExpectAtMost(played.totals.rolled_back, GetParam().share);
}

INSTANTIATE_TEST_SUITE_P(
    Scenarios, FalseRollbackTest,
    testing::Values(Limit{"iid", 0.01}, Limit{"drift", 0.01}, Limit{"incident", 0.01},
                    Limit{"resets", 0.01}, Limit{"lost-scrapes", 0.01},
                    Limit{"negative-binomial", 0.01}, Limit{"bursts-3", 0.01},
                    Limit{"bursts-10", 0.01}, Limit{"bursts-minute", 0.01}, Limit{"loops", 0.01},
                    Limit{"low-traffic", 0.01}, Limit{"low-weight", 0.04}, Limit{"ramp", 0.01},
                    Limit{"pods-5", 0.02}, Limit{"pods-50", 0.02}, Limit{"cohorts-same", 0.01},
                    Limit{"scores-sums-same", 0.01}, Limit{"scores-squares-same", 0.01}),
    kNameOfLimit);

class FalsePromotionTest : public testing::TestWithParam<Limit> {};

TEST_P(FalsePromotionTest, IsRare) {
  const Played& played = Play(GetParam().scenario, GateRule());
  ASSERT_TRUE(IsPastMargin(played.scenario));
  ExpectAtMost(played.totals.promoted, GetParam().share);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, FalsePromotionTest,
                         testing::Values(Limit{"margin-ratio", 0.05},
                                         Limit{"margin-absolute", 0.05},
                                         Limit{"last-step-x1.5", 0.02},
                                         Limit{"last-step-x2", 0.001},
                                         Limit{"last-step-x3", 0.001}),
                         kNameOfLimit);

class CaughtTest : public testing::TestWithParam<Limit> {};

TEST_P(CaughtTest, IsUsual) {
  const Played& played = Play(GetParam().scenario, GateRule());
  ASSERT_TRUE(HasFault(played.scenario));
  ExpectAtLeast(played.totals.failed_rightly, GetParam().share);
  ExpectAtMost(played.totals.failed_wrongly, 0.01);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, CaughtTest,
                         testing::Values(Limit{"pods-5-x3", 0.9}, Limit{"pods-50-x3", 0.9},
                                         Limit{"cohorts-2-x10", 0.99}, Limit{"cohorts-5-x5", 0.99},
                                         Limit{"cohorts-2-x5", 0.6},
                                         Limit{"cohorts-2-x5-ramp", 0.95}),
                         kNameOfLimit);

struct Speed {
  std::string scenario;
  double share = 0.5;  // of the runs, within
  core::Duration time{0};
};

void PrintTo(const Speed& speed, std::ostream* out) { *out << speed.scenario; }

class DetectionTest : public testing::TestWithParam<Speed> {};

TEST_P(DetectionTest, IsQuick) {
  const Played& played = Play(GetParam().scenario, GateRule());
  const auto time = CaughtBy(played.totals, GetParam().share);
  ASSERT_TRUE(time.has_value());
  EXPECT_LE(time->count(), GetParam().time.count());
}

INSTANTIATE_TEST_SUITE_P(
    Scenarios, DetectionTest,
    testing::Values(Speed{"detect-x2", 0.5, 630s}, Speed{"detect-x3", 0.5, 4min},
                    Speed{"detect-x5", 0.5, 2min}, Speed{"late-x5", 0.5, 210s},
                    Speed{"late-x5", 0.99, 6min}, Speed{"ramp-x3", 0.5, 270s},
                    Speed{"scores-sums", 0.5, 150s}, Speed{"scores-squares", 0.5, 75s},
                    Speed{"cohorts-2-x10", 0.5, 20min}),
    [](const auto& speed) {
      return NameOf(speed.param.scenario) + std::to_string(std::lround(100 * speed.param.share));
    });

// No test needs fewer bad events than ln(1/alpha)/k on average; mixing over alternatives and
// beginnings may cost less than half as much again.
class WaldTest : public testing::TestWithParam<Limit> {};

TEST_P(WaldTest, TheRatioIsNearlyAsQuickAsAnyTest) {
  const Played& played = Play(GetParam().scenario, RatioRule());
  const double share = played.scenario.steps.front().weight_percent / 100.0;
  const double growth =
      core::GrowthPerBadEvent(played.scenario.fault->factor, share / (1 - share), 1, 1);
  const double least = -std::log(played.scenario.alpha) / growth;
  const Mean& served = played.totals.bad_served;
  EXPECT_EQ(played.totals.caught.hits, played.totals.runs);
  EXPECT_LE(served.value - 2.33 * served.standard_error, GetParam().share * least);
  EXPECT_GE(served.value + 2.33 * served.standard_error, least);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, WaldTest,
                         testing::Values(Limit{"detect-x1.5", 1.45}, Limit{"detect-x2", 1.45},
                                         Limit{"detect-x3", 1.45}),
                         kNameOfLimit);

// A pair of scenarios that differ by the fault only.
struct Pair {
  std::string without;
  std::string with;
};

void PrintTo(const Pair& pair, std::ostream* out) { *out << pair.with; }

class RivalTest : public testing::TestWithParam<Pair> {};

TEST_P(RivalTest, NoneIsBothQuieterAndFaster) {
  const auto never = core::Duration::max();
  const RunTotals& quiet = Play(GetParam().without, GateRule()).totals;
  const RunTotals& fast = Play(GetParam().with, GateRule()).totals;
  for (const RuleKind& kind : Rivals()) {
    const RunTotals& rival_quiet = Play(GetParam().without, kind).totals;
    const RunTotals& rival_fast = Play(GetParam().with, kind).totals;
    const bool quieter = rival_quiet.rolled_back.hits < quiet.rolled_back.hits;
    const bool faster =
        CaughtBy(rival_fast, 0.5).value_or(never) < CaughtBy(fast, 0.5).value_or(never);
    EXPECT_FALSE(quieter && faster) << kind.name;
    EXPECT_EQ(rival_quiet.runs, quiet.runs);
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, RivalTest,
                         testing::Values(Pair{"iid", "detect-x2"}, Pair{"iid", "detect-x3"},
                                         Pair{"iid", "detect-x5"}, Pair{"iid", "late-x5"},
                                         Pair{"ramp", "ramp-x3"}, Pair{"pods-5", "pods-5-x3"},
                                         Pair{"pods-50", "pods-50-x3"}),
                         [](const auto& pair) { return NameOf(pair.param.with); });

}  // namespace
}  // namespace slogate::simulation

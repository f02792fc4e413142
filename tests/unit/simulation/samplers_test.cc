#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

#include "simulation/random.h"
#include "unit/simulation/moments.h"

namespace slogate::simulation {
namespace {

constexpr int kSamples = 200'000;

template <typename Draw>
Moments MomentsOf(const Draw& draw) {
  Random random(20, 1, 0);
  std::vector<double> samples;
  for (int i = 0; i < kSamples; ++i) samples.push_back(static_cast<double>(draw(random)));
  return Moments(samples);
}

TEST(RandomTest, SameKeySameNumbers) {
  Random first(7, 3, 1);
  Random second(7, 3, 1);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(first.Bits(), second.Bits());
}

TEST(RandomTest, EveryPartOfTheKeyMatters) {
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (std::uint64_t run = 0; run < 10; ++run) {
      for (std::uint64_t purpose = 0; purpose < 10; ++purpose) {
        firsts.insert(Random(seed, run, purpose).Bits());
      }
    }
  }
  EXPECT_EQ(firsts.size(), 1000U);
}

TEST(RandomTest, UniformIsEven) {
  const Moments moments = MomentsOf([](Random& random) { return random.Uniform(); });
  moments.ExpectMean(0.5);
  moments.ExpectVariance(1.0 / 12);
}

TEST(RandomTest, UniformHasNoEnds) {
  Random random(1, 2, 3);
  for (int i = 0; i < kSamples; ++i) {
    const double value = random.Uniform();
    ASSERT_GT(value, 0);
    ASSERT_LT(value, 1);
  }
}

class PoissonTest : public testing::TestWithParam<double> {};

TEST_P(PoissonTest, HasMeanAndVariance) {
  const double mean = GetParam();
  const Moments moments = MomentsOf([&](Random& random) { return Poisson(random, mean); });
  moments.ExpectMean(mean);
  moments.ExpectVariance(mean);
}

INSTANTIATE_TEST_SUITE_P(Means, PoissonTest,
                         testing::Values(0.01, 0.75, 6.75, 9.99, 10.0, 37.5, 1350.0, 2e6));

TEST(SamplersTest, PoissonOfNothingIsNothing) {
  Random random(1, 1, 1);
  EXPECT_EQ(Poisson(random, 0), 0);
}

struct Trials {
  std::int64_t n;
  double p;
};

class BinomialTest : public testing::TestWithParam<Trials> {};

TEST_P(BinomialTest, HasMeanAndVariance) {
  const auto [n, p] = GetParam();
  const Moments moments = MomentsOf([&](Random& random) { return Binomial(random, n, p); });
  moments.ExpectMean(static_cast<double>(n) * p);
  moments.ExpectVariance(static_cast<double>(n) * p * (1 - p));
}

INSTANTIATE_TEST_SUITE_P(Sizes, BinomialTest,
                         testing::Values(Trials{1, 0.3}, Trials{150, 0.005}, Trials{1350, 0.005},
                                         Trials{1350, 0.02}, Trials{150, 0.85}, Trials{40, 0.5},
                                         Trials{1'000'000, 0.4}));

TEST(SamplersTest, BinomialOfCertainties) {
  Random random(1, 1, 1);
  EXPECT_EQ(Binomial(random, 12, 0), 0);
  EXPECT_EQ(Binomial(random, 12, 1), 12);
  EXPECT_EQ(Binomial(random, 0, 0.5), 0);
}

TEST(SamplersTest, GeometricHasItsMean) {
  for (const double mean : {1.0, 3.0, 10.0}) {
    const Moments moments = MomentsOf([&](Random& random) { return Geometric(random, mean); });
    moments.ExpectMean(mean);
    moments.ExpectVariance(mean * (mean - 1));
  }
}

TEST(SamplersTest, NormalIsStandard) {
  const Moments moments = MomentsOf([](Random& random) { return Normal(random); });
  moments.ExpectMean(0);
  moments.ExpectVariance(1);
  EXPECT_NEAR(moments.fourth, 3, 0.1);
}

TEST(SamplersTest, GammaFactorHasMeanOne) {
  for (const double sd : {0.1, 0.6, 1.0, 1.7}) {
    const Moments moments = MomentsOf([&](Random& random) { return GammaFactor(random, sd); });
    moments.ExpectMean(1);
    moments.ExpectVariance(sd * sd);
  }
}

TEST(SamplersTest, LogFactorialAgreesWithTheLibrary) {
  for (const std::int64_t k : {0, 1, 2, 10, 255, 256, 1000, 100'000}) {
    EXPECT_NEAR(LogFactorial(k), std::lgamma(static_cast<double>(k) + 1),
                1e-12 * (1 + std::lgamma(static_cast<double>(k) + 1)))
        << k;
  }
}

}  // namespace
}  // namespace slogate::simulation

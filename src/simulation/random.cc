#include "simulation/random.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace slogate::simulation {
namespace {

std::uint64_t SplitMix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

// Below this mean, stepping through the probabilities is quicker than rejection, which needs it.
constexpr double kMinForRejection = 10;
constexpr std::size_t kTabled = 256;

std::array<double, kTabled> FirstLogFactorials() {
  std::array<double, kTabled> table{};
  for (std::size_t k = 1; k < kTabled; ++k) {
    table[k] = table[k - 1] + std::log(static_cast<double>(k));
  }
  return table;
}

std::int64_t PoissonByInversion(Random& random, double mean) {
  double probability = std::exp(-mean);
  double left = random.Uniform();
  std::int64_t k = 0;
  // The probabilities' rounding leaves a sliver at the end; nothing so far out is ever meant.
  while (left > probability && k < 200) {
    left -= probability;
    ++k;
    probability *= mean / static_cast<double>(k);
  }
  return k;
}

std::int64_t PoissonByRejection(Random& random, double mean) {
  const double log_mean = std::log(mean);
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double squeeze = 0.9277 - 3.6224 / (b - 2);
  while (true) {
    const double u = random.Uniform() - 0.5;
    const double v = random.Uniform();
    const double us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return static_cast<std::int64_t>(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const auto count = static_cast<std::int64_t>(k);
    if (std::log(v * inverse_alpha / (a / (us * us) + b)) <=
        k * log_mean - mean - LogFactorial(count)) {
      return count;
    }
  }
}

std::int64_t BinomialByInversion(Random& random, std::int64_t n, double p) {
  const double odds = p / (1 - p);
  double probability = std::exp(static_cast<double>(n) * std::log1p(-p));
  double left = random.Uniform();
  std::int64_t k = 0;
  while (left > probability && k < n) {
    left -= probability;
    probability *= odds * static_cast<double>(n - k) / static_cast<double>(k + 1);
    ++k;
    if (k > 200) break;
  }
  return k;
}

std::int64_t BinomialByRejection(Random& random, std::int64_t n, double p) {
  const auto trials = static_cast<double>(n);
  const double spread = std::sqrt(trials * p * (1 - p));
  const double b = 1.15 + 2.53 * spread;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double c = trials * p + 0.5;
  const double squeeze = 0.92 - 4.2 / b;
  const double alpha = (2.83 + 5.1 / b) * spread;
  const double log_odds = std::log(p / (1 - p));
  const auto mode = static_cast<std::int64_t>(std::floor((trials + 1) * p));
  const double at_mode = LogFactorial(mode) + LogFactorial(n - mode);
  while (true) {
    const double u = random.Uniform() - 0.5;
    const double v = random.Uniform();
    const double us = 0.5 - std::fabs(u);
    const double k = std::floor((2 * a / us + b) * u + c);
    if (us >= 0.07 && v <= squeeze) return static_cast<std::int64_t>(k);
    if (k < 0 || k > trials) continue;
    const auto count = static_cast<std::int64_t>(k);
    const double bound = at_mode - LogFactorial(count) - LogFactorial(n - count) +
                         static_cast<double>(count - mode) * log_odds;
    if (std::log(v * alpha / (a / (us * us) + b)) <= bound) return count;
  }
}

// Gamma with this shape, >= 1, and scale 1.
double Gamma(Random& random, double shape) {
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = Normal(random);
    const double root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(random.Uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t run, std::uint64_t purpose) {
  // Each part is mixed before the next comes in, so that neighbouring keys share nothing.
  std::uint64_t mixed = seed;
  mixed = SplitMix(mixed) ^ run;
  mixed = SplitMix(mixed) ^ purpose;
  for (std::uint64_t& word : state_) word = SplitMix(mixed);
}

std::uint64_t Random::Bits() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::Uniform() { return (static_cast<double>(Bits() >> 12) + 0.5) * 0x1p-52; }

double LogFactorial(std::int64_t k) {
  static const std::array<double, kTabled> table = FirstLogFactorials();
  if (k < static_cast<std::int64_t>(kTabled)) return table[static_cast<std::size_t>(k)];
  // Stirling's series; the next term is below 1e-15 from here on.
  const auto x = static_cast<double>(k);
  const double inverse = 1 / x;
  const double square = inverse * inverse;
  return (x + 0.5) * std::log(x) - x + 0.5 * std::log(2 * std::numbers::pi) +
         inverse * (1.0 / 12 - square * (1.0 / 360 - square / 1260));
}

std::int64_t Poisson(Random& random, double mean) {
  if (!(mean > 0)) return 0;
  return mean < kMinForRejection ? PoissonByInversion(random, mean)
                                 : PoissonByRejection(random, mean);
}

std::int64_t Binomial(Random& random, std::int64_t n, double p) {
  if (n <= 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - Binomial(random, n, 1 - p);
  return static_cast<double>(n) * p < kMinForRejection ? BinomialByInversion(random, n, p)
                                                       : BinomialByRejection(random, n, p);
}

std::int64_t Geometric(Random& random, double mean) {
  if (!(mean > 1)) return 1;
  return 1 +
         static_cast<std::int64_t>(std::floor(std::log(random.Uniform()) / std::log1p(-1 / mean)));
}

double Normal(Random& random) {
  while (true) {
    const double x = 2 * random.Uniform() - 1;
    const double y = 2 * random.Uniform() - 1;
    const double square = x * x + y * y;
    if (square > 0 && square < 1) return x * std::sqrt(-2 * std::log(square) / square);
  }
}

double GammaFactor(Random& random, double sd) {
  if (!(sd > 0)) return 1;
  const double shape = 1 / (sd * sd);
  if (shape >= 1) return Gamma(random, shape) / shape;
  return Gamma(random, shape + 1) * std::pow(random.Uniform(), 1 / shape) / shape;
}

}  // namespace slogate::simulation

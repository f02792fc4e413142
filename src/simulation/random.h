// Random numbers that are the same in every build: the standard library's generators are slow to
// seed and its distributions differ between implementations.
#pragma once

#include <array>
#include <cstdint>

namespace slogate::simulation {

// xoshiro256++ (Blackman and Vigna 2021), seeded through SplitMix64. Not for secrets.
class Random {
 public:
  // Streams of different keys are independent for all practical purposes.
  Random(std::uint64_t seed, std::uint64_t run, std::uint64_t purpose);

  std::uint64_t Bits();
  // In (0, 1), never an end.
  double Uniform();
  bool Chance(double probability) { return Uniform() < probability; }

 private:
  std::array<std::uint64_t, 4> state_;
};

// Samplers, all exact. Means and shapes must be finite and not negative; a mean of 0 gives 0.

// Inversion below a mean of 10, else transformed rejection PTRS (Hoermann 1993).
std::int64_t Poisson(Random& random, double mean);
// Inversion below a mean of 10, else transformed rejection BTRS (Hoermann 1993).
std::int64_t Binomial(Random& random, std::int64_t n, double p);
// 1, 2, ... with this mean, which is at least 1.
std::int64_t Geometric(Random& random, double mean);
// Mean 0, standard deviation 1: polar method (Marsaglia and Bray 1964).
double Normal(Random& random);
// Mean 1 and this standard deviation: squeeze of Marsaglia and Tsang (2000).
double GammaFactor(Random& random, double sd);

// ln k!, k >= 0.
double LogFactorial(std::int64_t k);

}  // namespace slogate::simulation

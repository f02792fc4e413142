#include "simulation/random.h"

#include <bit>

namespace slogate::simulation {
namespace {

std::uint64_t SplitMix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
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

}  // namespace slogate::simulation

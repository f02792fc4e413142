// Random choices that are the same wherever the seed is.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>

namespace slogate::faults {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  // In [0, below).
  int Pick(int below) { return static_cast<int>(random_() % static_cast<std::uint64_t>(below)); }
  // In [from, to].
  int Between(int from, int to) { return from + Pick(to - from + 1); }
  bool Chance(double share) { return Share() < share; }
  // In [0, 1).
  double Share() { return static_cast<double>(random_() >> 11) * 0x1.0p-53; }
  template <typename T>
  T One(std::initializer_list<T> of) {
    return *(of.begin() + Pick(static_cast<int>(of.size())));
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace slogate::faults

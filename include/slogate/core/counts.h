// What has been counted in one block of time.
#pragma once

namespace slogate::core {

// Events of one track. `bad` <= `total`; both are finite and >= 0. Counted indicators give whole
// numbers; scores and estimated indicators may give fractions. A score s in [0, 1] is a fraction
// 1 - s of a bad event.
struct Counts {
  double total = 0;
  double bad = 0;
  double squares = 0;  // of scores: sum of (1 - s)^2, or an upper bound; <= bad; 0: not known

  Counts& operator+=(const Counts& other) {
    total += other.total;
    bad += other.bad;
    squares += other.squares;
    return *this;
  }
  friend bool operator==(const Counts&, const Counts&) = default;
};

// Both tracks over the same block of time.
struct PairedCounts {
  Counts canary;
  Counts baseline;

  PairedCounts& operator+=(const PairedCounts& other) {
    canary += other.canary;
    baseline += other.baseline;
    return *this;
  }
  friend bool operator==(const PairedCounts&, const PairedCounts&) = default;
};

}  // namespace slogate::core

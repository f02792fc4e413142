// What has been counted in one block of time.
#pragma once

namespace slogate::core {

// Events of one arm. `bad` <= `total`; both are finite and >= 0. Counted indicators give whole
// numbers; scores and estimated indicators may give fractions.
struct Counts {
  double total = 0;
  double bad = 0;

  friend bool operator==(const Counts&, const Counts&) = default;
};

// Both arms over the same block of time.
struct PairedCounts {
  Counts canary;
  Counts baseline;

  friend bool operator==(const PairedCounts&, const PairedCounts&) = default;
};

}  // namespace slogate::core

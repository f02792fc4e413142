// Queries made of others by small changes. The same seed makes the same ones everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace slogate::testing {

class QueryMutator {
 public:
  QueryMutator(std::vector<std::string> seeds, std::uint32_t seed);

  // A query with one to three changes: of a byte, of a token, or with a part of another query.
  std::string Next();

 private:
  std::size_t Below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }
  const std::string& AnySeed() { return seeds_[Below(seeds_.size())]; }
  std::string Change(std::string query);

  std::vector<std::string> seeds_;
  std::mt19937 random_;  // its numbers are the same with every compiler
};

}  // namespace slogate::testing
